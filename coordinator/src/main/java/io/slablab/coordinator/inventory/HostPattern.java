package io.slablab.coordinator.inventory;

import io.slablab.suites.yaml.DidYouMean;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Selects hosts by Ansible's patterns. */
public final class HostPattern {

  /** What a pattern selects. */
  public sealed interface Selection {}

  /**
   * @param hosts at least one, sorted by name
   */
  public record Selected(List<Host> hosts) implements Selection {
    public Selected {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * @param what is wrong with the pattern, one line
   * @param hint what would do, one line, may be empty
   */
  public record Refused(String what, String hint) implements Selection {

    /** One or two lines. */
    public String render() {
      return hint.isEmpty() ? what : what + "\n    " + hint;
    }
  }

  private HostPattern() {}

  /** The hosts that a pattern selects, or why it selects none that can be used. */
  public static Selection select(Inventory inventory, String pattern) {
    List<String> parts = parts(pattern);
    if (parts.isEmpty()) {
      return new Refused("the host pattern is empty", "write all, or names of hosts and groups");
    }
    Set<String> selected = new TreeSet<>(HostNames.ORDER);
    boolean onlyNarrows = parts.stream().allMatch(HostPattern::narrows);
    if (onlyNarrows) {
      selected.addAll(names(inventory, Inventory.ALL));
    }
    for (char operator : new char[] {'+', '&', '!'}) {
      for (String part : parts) {
        if (operator(part) == operator) {
          String name = narrows(part) ? part.substring(1) : part;
          Set<String> matched = names(inventory, name);
          if (matched.isEmpty()) {
            return unknown(inventory, name);
          }
          apply(operator, selected, matched);
        }
      }
    }
    return usable(inventory, pattern, selected);
  }

  private static Selection usable(Inventory inventory, String pattern, Set<String> selected) {
    if (selected.isEmpty()) {
      return new Refused("host pattern '" + pattern + "' selects no host", "");
    }
    List<Host> hosts =
        inventory.hosts().stream().filter(host -> selected.contains(host.name())).toList();
    return new Selected(hosts);
  }

  private static Refused unknown(Inventory inventory, String name) {
    List<String> known = new ArrayList<>(inventory.groups().keySet());
    inventory.hosts().forEach(host -> known.add(host.name()));
    boolean wild = name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
    return new Refused(
        "no host or group " + (wild ? "matches '" : "is called '") + name + "'",
        DidYouMean.hint(name, known));
  }

  private static void apply(char operator, Set<String> selected, Set<String> matched) {
    switch (operator) {
      case '&' -> selected.retainAll(matched);
      case '!' -> selected.removeAll(matched);
      default -> selected.addAll(matched);
    }
  }

  private static boolean narrows(String part) {
    return operator(part) != '+';
  }

  private static char operator(String part) {
    return part.startsWith("&") ? '&' : part.startsWith("!") ? '!' : '+';
  }

  /** Colons within brackets belong to a range of a host name. */
  private static List<String> parts(String pattern) {
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("[:,](?![^\\[]*])", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  private static Set<String> names(Inventory inventory, String name) {
    Pattern pattern = glob(name);
    Set<String> names = new LinkedHashSet<>();
    for (Map.Entry<String, List<String>> group : inventory.groups().entrySet()) {
      if (pattern.matcher(group.getKey()).matches()) {
        names.addAll(group.getValue());
      }
    }
    Set<String> wanted = name.indexOf('[') >= 0 ? expanded(name) : Set.of();
    for (Host host : inventory.hosts()) {
      if (pattern.matcher(host.name()).matches() || wanted.contains(host.name())) {
        names.add(host.name());
      }
    }
    return names;
  }

  private static Set<String> expanded(String name) {
    try {
      return Set.copyOf(HostNames.expand(name));
    } catch (IllegalArgumentException _) {
      return Set.of();
    }
  }

  private static Pattern glob(String name) {
    StringBuilder regex = new StringBuilder();
    for (char c : name.toCharArray()) {
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString());
  }
}
