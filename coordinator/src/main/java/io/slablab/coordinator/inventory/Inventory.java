package io.slablab.coordinator.inventory;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All hosts and which groups they are in.
 *
 * @param hosts sorted by name, numbers by value
 * @param groups name of a group to the names of all hosts in it and below it, sorted; {@code all}
 *     is always there
 */
public record Inventory(List<Host> hosts, Map<String, List<String>> groups) {
  /** The outermost group. */
  public static final String ALL = "all";

  public Inventory {
    hosts = hosts.stream().sorted((a, b) -> HostNames.ORDER.compare(a.name(), b.name())).toList();
    Map<String, List<String>> sorted = new TreeMap<>();
    groups.forEach((group, names) -> {
      TreeSet<String> set = new TreeSet<>(HostNames.ORDER);
      set.addAll(names);
      sorted.put(group, List.copyOf(set));
    });
    sorted.put(ALL, hosts.stream().map(Host::name).toList());
    groups = Collections.unmodifiableMap(sorted);
  }

  /** What there is without a file: this machine under the name {@code localhost}. */
  public static Inventory localOnly() {
    return new Inventory(List.of(Host.local("localhost")), Map.of());
  }

  public Optional<Host> host(String name) {
    return hosts.stream().filter(host -> host.name().equals(name)).findFirst();
  }
}
