package io.slablab.coordinator.inventory;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One host of an inventory.
 *
 * @param name inventory name; also a folder name in run directories
 * @param connection how commands get there
 * @param reserveCpus kernel CPU list kept free for the agent, empty for none
 * @param java home of the JDK on that host; absent for the one that runs the agent
 * @param vars every other variable as text, sorted by name
 */
public record Host(
    String name,
    Connection connection,
    String reserveCpus,
    Optional<String> java,
    Map<String, String> vars) {

  /** How commands get to a host. */
  public enum Connection {
    LOCAL,
    SSH
  }

  public Host {
    vars = Collections.unmodifiableMap(new TreeMap<>(vars));
  }
}
