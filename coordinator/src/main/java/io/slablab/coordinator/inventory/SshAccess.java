package io.slablab.coordinator.inventory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to log in on a host.
 *
 * @param target the host itself
 * @param jumps hosts on the way there, the nearest first
 * @param privateKey file with the key, perhaps from {@code ~}; absent for the usual ones
 * @param knownHosts file with the keys of hosts, perhaps from {@code ~}; absent for the usual one
 * @param connectTimeout what each connection on the way may take; absent for the usual time
 */
public record SshAccess(
    Endpoint target,
    List<Endpoint> jumps,
    Optional<String> privateKey,
    Optional<String> knownHosts,
    Optional<Duration> connectTimeout) {
  static final int PORT = 22;

  public SshAccess {
    jumps = List.copyOf(jumps);
  }

  /**
   * An SSH server.
   *
   * @param user absent for the name of who runs this program
   * @param host name or address
   */
  public record Endpoint(Optional<String> user, String host, int port) {

    /** {@code host}, or {@code host:port} where the port is not the usual one. */
    public String place() {
      String bare = host.indexOf(':') >= 0 && port != PORT ? "[" + host + "]" : host;
      return port == PORT ? bare : bare + ":" + port;
    }
  }

  /** With nothing said but where. */
  public static SshAccess to(String host) {
    return new SshAccess(
        new Endpoint(Optional.empty(), host, PORT),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
