package io.slablab.coordinator.cli;

import io.slablab.agent.topology.Topology;
import io.slablab.coordinator.deploy.HostCheck;
import io.slablab.coordinator.deploy.HostCheck.Checked;
import io.slablab.coordinator.deploy.HostCheck.Level;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.inventory.Host;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a campaign must know of its SSH hosts before it starts on them. */
final class HostSurvey {

  private HostSurvey() {}

  /** Logins for all hosts of a command. */
  static SshLogins logins(boolean acceptNew) {
    return SshLogins.open(Path.of(System.getProperty("user.home")), acceptNew);
  }

  static List<Host> remote(List<Host> hosts) {
    return hosts.stream().filter(host -> host.connection() == Host.Connection.SSH).toList();
  }

  /** Whether this machine and its agents reach one another through SSH connections. */
  static boolean tunnelled(List<Host> hosts) {
    return remote(hosts).stream().anyMatch(Host::tunnel);
  }

  /**
   * The topology of every SSH host, by name.
   *
   * @throws UserError with what is wrong with each host that cannot be used
   */
  static Map<String, Topology> topologies(List<Host> hosts, boolean acceptNew) throws UserError {
    Map<String, Topology> topologies = new TreeMap<>();
    if (!remote(hosts).isEmpty()) {
      try (SshLogins logins = logins(acceptNew)) {
        for (Checked checked : usable(remote(hosts), logins)) {
          topologies.put(checked.host().name(), checked.facts().orElseThrow().topology());
        }
      }
    }
    return topologies;
  }

  /**
   * The address of this machine where agents on these hosts find it.
   *
   * @param hosts at least one, all SSH
   * @throws UserError when there is no such address, or more than one
   */
  static String addressSeenBy(List<Host> hosts, SshLogins logins) throws UserError {
    Map<String, List<String>> seen = new TreeMap<>();
    for (Checked checked : usable(hosts, logins)) {
      String address =
          checked
              .here()
              .map(InetAddress::getHostAddress)
              .orElseThrow(() ->
                  new UserError(
                      ExitCode.INFRASTRUCTURE,
                      checked.host().name()
                          + " is reached through a jump, and its agent cannot reach this machine:"
                          + " give it 'slablab: {tunnel: true}'"));
      seen.computeIfAbsent(address, _ -> new java.util.ArrayList<>()).add(checked.host().name());
    }
    if (seen.size() > 1) {
      throw new UserError(
          ExitCode.INFRASTRUCTURE,
          "hosts see this machine at several addresses, and a campaign has one: "
              + seen.entrySet().stream()
                  .map(e -> e.getKey() + " from " + String.join(", ", e.getValue()))
                  .collect(Collectors.joining("; ")));
    }
    return seen.keySet().iterator().next();
  }

  private static List<Checked> usable(List<Host> hosts, SshLogins logins) throws UserError {
    try {
      List<Checked> all = HostCheck.check(hosts, logins);
      String wrong =
          all.stream()
              .flatMap(checked ->
                  checked.findings().stream()
                      .filter(finding -> finding.level() == Level.ERROR)
                      .map(finding -> checked.host().name() + ": " + finding.text()))
              .collect(Collectors.joining("\n"));
      if (!wrong.isEmpty()) {
        throw new UserError(ExitCode.INFRASTRUCTURE, wrong);
      }
      return all;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new UserError(ExitCode.INTERRUPTED, "interrupted while hosts were asked");
    }
  }
}
