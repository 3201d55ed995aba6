package io.slablab.coordinator.cli;

import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.inventory.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a coordinator listens. It stays the same when the campaign is resumed, because that is
 * where agents on other hosts look for it.
 */
final class Listening {
  private static final String OPTION = "--listen";

  @Option(
      names = OPTION,
      paramLabel = "ADDRESS[:PORT]",
      description = {
        "Address of this machine at which agents on other hosts reach it",
        "(default: where ssh hosts see it; without any, or with a tunnel, loopback)."
      })
  private @Nullable String address;

  private @Nullable Endpoint endpoint;

  /** Where SSH hosts see this machine, unless something else was said. */
  void seenBy(List<Host> hosts) throws UserError {
    List<Host> remote = HostSurvey.remote(hosts);
    if (HostSurvey.tunnelled(hosts)) {
      if (address != null) {
        throw UserError.invalid(
            "slablab: %s %s: hosts with 'tunnel: true' reach this machine's loopback only"
                .formatted(OPTION, address));
      }
      address = Endpoint.LOOPBACK;
    } else if (address == null && !remote.isEmpty()) {
      try (SshLogins logins = HostSurvey.logins(false)) {
        address = HostSurvey.addressSeenBy(remote, logins);
      }
    }
  }

  /** What was said, with a free port where none was said; the same at each call. */
  Endpoint endpoint() throws UserError, IOException {
    Endpoint known = endpoint;
    if (known == null) {
      known = address == null ? Endpoint.loopback(0) : withPort(address);
      endpoint = known;
    }
    return known;
  }

  private static Endpoint withPort(String address) throws UserError, IOException {
    try {
      Endpoint said = Endpoint.parse(address);
      if (said.port() != 0) {
        return said;
      }
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(said.host()))) {
        return new Endpoint(said.host(), free.getLocalPort());
      }
    } catch (IllegalArgumentException e) {
      throw new UserError(ExitCode.USAGE_OR_INTERNAL, "slablab: " + OPTION + ": " + e.getMessage());
    } catch (IOException e) {
      throw new IOException(
          "%s %s: cannot listen there: %s".formatted(OPTION, address, e.getMessage()), e);
    }
  }

  /** For the manifest: the options that were given, and where the coordinator listens. */
  Map<String, String> with(Map<String, String> overrides) throws UserError, IOException {
    if (address == null) {
      return overrides;
    }
    Map<String, String> all = new HashMap<>(overrides);
    all.put(OPTION, endpoint().toString());
    return all;
  }

  /** From a manifest. */
  static Endpoint stored(Map<String, String> overrides) {
    String stored = overrides.get(OPTION);
    return stored == null ? Endpoint.loopback(0) : Endpoint.parse(stored);
  }
}
