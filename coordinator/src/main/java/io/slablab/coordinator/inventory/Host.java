package io.slablab.coordinator.inventory;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One host of an inventory.
 *
 * @param name inventory name; also a folder name in run directories
 * @param connection how commands get there
 * @param ssh how to log in; read also of local hosts, which do not use it
 * @param reserveCpus kernel CPU list kept free for the agent, empty for none
 * @param java home of the JDK on that host; absent for the one that runs the agent, or where it is
 *     looked for
 * @param workdir folder on that host that holds everything of ours, absolute or from {@code ~};
 *     absent for the usual one
 * @param advertiseAddress where others reach that host's agent, when that is not where its SSH
 *     server is reached; absent for the latter
 * @param tunnel whether its agent and the coordinator reach one another through the SSH connection
 *     only, as where the host is behind NAT
 * @param tags words of the lab's own, sorted
 * @param vars every other variable as text, sorted by name
 */
public record Host(
    String name,
    Connection connection,
    SshAccess ssh,
    String reserveCpus,
    Optional<String> java,
    Optional<String> workdir,
    Optional<String> advertiseAddress,
    boolean tunnel,
    List<String> tags,
    Map<String, String> vars) {

  /** How commands get to a host. */
  public enum Connection {
    LOCAL,
    SSH
  }

  public Host {
    tags = tags.stream().sorted().distinct().toList();
    vars = Collections.unmodifiableMap(new TreeMap<>(vars));
  }

  /** This machine, with nothing said about it. */
  public static Host local(String name) {
    return new Host(
        name,
        Connection.LOCAL,
        SshAccess.to(name),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        Map.of());
  }

  /** Equal for two names of one machine, as far as the inventory can tell. */
  public String machine() {
    return connection == Connection.LOCAL ? "this machine" : ssh.target().place();
  }
}
