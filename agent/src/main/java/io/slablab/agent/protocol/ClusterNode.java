package io.slablab.agent.protocol;

import java.nio.file.Path;

/**
 * One process of a campaign, as the others find it.
 *
 * @param campaign id; processes of two campaigns never join; empty for an agent that will learn it
 * @param version of the tool; processes of two versions never join
 * @param bind where this process listens
 * @param advertised where the others reach it: {@code bind}, unless something between them forwards
 *     connections
 * @param coordinator Pekko address of the campaign's coordinator, empty for the coordinator itself
 * @param identity folder of a {@link HostIdentity}
 */
public record ClusterNode(
    String campaign,
    String version,
    Endpoint bind,
    Endpoint advertised,
    String coordinator,
    Path identity) {

  /**
   * @param host name or address
   * @param port 0 for any free one
   */
  public record Endpoint(String host, int port) {
    /** The only address anything of ours binds to unless it is told otherwise. */
    public static final String LOOPBACK = "127.0.0.1";

    public static Endpoint loopback(int port) {
      return new Endpoint(LOOPBACK, port);
    }

    /**
     * Reads {@code HOST}, {@code HOST:PORT} or {@code [ADDRESS]:PORT}.
     *
     * @throws IllegalArgumentException in one line
     */
    public static Endpoint parse(String text) {
      int colon = text.lastIndexOf(':');
      boolean bracketed = text.startsWith("[");
      boolean hasPort = bracketed ? text.contains("]:") : colon >= 0 && text.indexOf(':') == colon;
      String host = hasPort ? text.substring(0, colon) : text;
      try {
        int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : 0;
        if (host.isEmpty() || port < 0 || port > 65535) {
          throw new IllegalArgumentException("not an address: " + text);
        }
        return new Endpoint(host, port);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("not an address: " + text, e);
      }
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** The coordinator of a campaign. */
  public static ClusterNode coordinator(
      String campaign, String version, Endpoint bind, Endpoint advertised, Path identity) {
    return new ClusterNode(campaign, version, bind, advertised, "", identity);
  }

  /** The same process for this campaign. */
  public ClusterNode serving(String otherCampaign) {
    return new ClusterNode(otherCampaign, version, bind, advertised, coordinator, identity);
  }

  boolean isCoordinator() {
    return coordinator.isEmpty();
  }
}
