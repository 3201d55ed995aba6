package io.slablab.coordinator.inventory;

import io.slablab.suites.yaml.Problem;
import io.slablab.suites.yaml.YamlDocument;
import io.slablab.suites.yaml.YamlMap;
import io.slablab.suites.yaml.YamlValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads an inventory: first the groups as written, then each host with the variables it ends up
 * with.
 */
public final class InventoryReader {
  private static final String GROUP_SHAPE = "a group holds hosts, vars and children";
  private static final String HOST_SHAPE = "write '{}' or nothing for a host without variables";

  /**
   * @param inventory there when nothing is wrong
   * @param problems everything that is wrong, in the order of the text
   */
  public record Result(Optional<Inventory> inventory, List<Problem> problems) {
    public Result {
      problems = List.copyOf(problems);
    }
  }

  private final Map<String, Group> groups = new TreeMap<>();
  private final Map<String, Map<String, YamlValue>> hostVars = new TreeMap<>();

  private InventoryReader() {}

  /** A group as written; the same name may stand in several places. */
  private static final class Group {
    final Set<String> hosts = new LinkedHashSet<>();
    final Set<String> children = new LinkedHashSet<>();
    final Map<String, YamlValue> vars = new HashMap<>();
    int depth = -1;
  }

  /**
   * @param fileName how problems name the text
   */
  public static Result read(String fileName, String text) {
    YamlDocument document = YamlDocument.parse(fileName, text);
    InventoryReader reader = new InventoryReader();
    Optional<Inventory> inventory =
        document
            .root()
            .flatMap(root -> root.map("an inventory starts with 'all:'"))
            .map(reader::inventory);
    List<Problem> problems = document.problems();
    return new Result(problems.isEmpty() ? inventory : Optional.empty(), problems);
  }

  private Inventory inventory(YamlMap root) {
    List<YamlMap.Entry> entries = root.entries();
    for (YamlMap.Entry entry : entries) {
      if (entry.name().equals("slablab") && entry.value().isScalar()) {
        entry.key().problem("this is a suite", "an inventory starts with 'all:'");
        return new Inventory(List.of(), Map.of());
      }
    }
    for (YamlMap.Entry entry : entries) {
      readGroup(entry);
    }
    checkAllComesFirst(entries);
    Group all = group(Inventory.ALL);
    entries.stream().map(YamlMap.Entry::name).forEach(name -> deepen(name, 1));
    all.depth = 0;
    Map<String, List<String>> members = new TreeMap<>();
    groups
        .keySet()
        .forEach(name -> members.put(name, List.copyOf(members(name, new LinkedHashSet<>()))));
    List<Host> hosts = new ArrayList<>();
    for (String name : hostVars.keySet()) {
      hosts.add(HostReader.host(name, variables(name, members)));
    }
    if (hosts.isEmpty()) {
      root.problem(
          "the inventory has no hosts",
          "write 'all: {hosts: {localhost: {ansible_connection: local}}}'");
    }
    return new Inventory(hosts, members);
  }

  /** Ansible reads the variables of 'all' for nothing when another group stands before it. */
  private static void checkAllComesFirst(List<YamlMap.Entry> entries) {
    entries.stream()
        .skip(1)
        .filter(entry -> entry.name().equals(Inventory.ALL) && entry.value().isMap())
        .filter(entry -> entry.value().map(GROUP_SHAPE).flatMap(map -> map.get("vars")).isPresent())
        .forEach(entry ->
            entry.key().problem("'all' has vars and must come first", "move it above the others"));
  }

  private Group group(String name) {
    return groups.computeIfAbsent(name, _ -> new Group());
  }

  private void readGroup(YamlMap.Entry entry) {
    if (!HostNames.NAME.matcher(entry.name()).matches()) {
      entry
          .key()
          .problem(
              "'" + entry.name() + "' is no name of a group", "letters, digits, '_', '.' and '-'");
    }
    Group group = group(entry.name());
    if (entry.value().isNull()) {
      return;
    }
    Optional<YamlMap> map = entry.value().map(GROUP_SHAPE);
    map.ifPresent(m -> readMembers(m, entry.name(), group));
  }

  private void readMembers(YamlMap map, String name, Group group) {
    map.get("hosts").flatMap(v -> v.map(HOST_SHAPE)).ifPresent(hosts -> readHosts(hosts, group));
    map.get("vars")
        .flatMap(v -> v.map("write name: value"))
        .ifPresent(vars -> vars.entries().forEach(e -> group.vars.put(e.name(), e.value())));
    map.get("children")
        .flatMap(v -> v.map(GROUP_SHAPE))
        .ifPresent(children -> {
          for (YamlMap.Entry child : children.entries()) {
            if (child.name().equals(name) || below(child.name()).contains(name)) {
              child.key().problem("group '" + child.name() + "' would contain itself", "");
            } else {
              group.children.add(child.name());
              readGroup(child);
            }
          }
        });
    map.close();
  }

  private void readHosts(YamlMap hosts, Group group) {
    for (YamlMap.Entry entry : hosts.entries()) {
      List<String> names;
      try {
        names = HostNames.expand(entry.name());
      } catch (IllegalArgumentException e) {
        entry
            .key()
            .problem(String.valueOf(e.getMessage()), "write a name, or a range as node[01:16]");
        continue;
      }
      group.hosts.addAll(names);
      Map<String, YamlValue> vars = new HashMap<>();
      if (!entry.value().isNull()) {
        entry
            .value()
            .map(HOST_SHAPE)
            .ifPresent(map -> map.entries().forEach(e -> vars.put(e.name(), e.value())));
      }
      names.forEach(name -> hostVars.computeIfAbsent(name, _ -> new HashMap<>()).putAll(vars));
    }
  }

  /** A group is as deep as its longest way from the top; {@code all} stands above the top. */
  private void deepen(String name, int depth) {
    Group group = groups.get(name);
    if (group != null && depth > group.depth) {
      group.depth = depth;
      boolean all = name.equals(Inventory.ALL);
      group.children.forEach(child -> deepen(child, all ? 1 : depth + 1));
    }
  }

  /** The groups below a group, as far as read. */
  private Set<String> below(String group) {
    Set<String> below = new LinkedHashSet<>();
    collect(group, below);
    return below;
  }

  private void collect(String name, Set<String> below) {
    Group group = groups.get(name);
    if (group != null) {
      for (String child : group.children) {
        if (below.add(child)) {
          collect(child, below);
        }
      }
    }
  }

  private Set<String> members(String name, Set<String> hosts) {
    Group group = groups.get(name);
    if (group != null) {
      hosts.addAll(group.hosts);
      below(name).forEach(below -> hosts.addAll(group(below).hosts));
    }
    return hosts;
  }

  /** Weakest first: outer groups, then inner ones, of equals by name, at last the host itself. */
  private Map<String, YamlValue> variables(String host, Map<String, List<String>> members) {
    List<String> holding = new ArrayList<>();
    groups.keySet().stream()
        .filter(name ->
            name.equals(Inventory.ALL) || members.getOrDefault(name, List.of()).contains(host))
        .forEach(holding::add);
    holding.sort((a, b) -> Integer.compare(group(a).depth, group(b).depth));
    Map<String, YamlValue> variables = new TreeMap<>();
    holding.forEach(name -> variables.putAll(group(name).vars));
    variables.putAll(hostVars.getOrDefault(host, Map.of()));
    return variables;
  }
}
