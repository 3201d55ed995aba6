package io.slablab.coordinator.verdict.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a host was when a campaign measured on it.
 *
 * @param keys digests of the identity's parts: hardware, kernel, runtime and host, which is of all;
 *     empty where the run does not tell
 * @param identity fields by name
 */
public record HostIdentity(String name, Map<String, String> keys, Map<String, String> identity) {
  private static final List<String> PARTS = List.of("hardware", "kernel", "runtime");

  /** Two machines of one make are alike. */
  private static final String MACHINE = "host.machineId";

  private static final int LONGEST_VALUE = 60;

  public HostIdentity {
    keys = Map.copyOf(keys);
    identity = Map.copyOf(identity);
  }

  /**
   * How two hosts differ as far as results are concerned.
   *
   * @param parts hardware, kernel, runtime: those whose keys differ; "unknown" where a run does not
   *     tell
   * @param fields "name: one -> other" of the fields in these parts
   */
  public record Difference(String base, String candidate, List<String> parts, List<String> fields) {
    public boolean none() {
      return parts.isEmpty();
    }

    /** Levels and gains of two kinds of machine are two things. */
    public boolean hardware() {
      return parts.contains("hardware");
    }
  }

  /** The difference that keys tell, with the fields behind it. */
  public Difference differenceTo(HostIdentity candidate) {
    if (keys.isEmpty() || candidate.keys.isEmpty()) {
      boolean same = identity.equals(candidate.identity) && !identity.isEmpty();
      return new Difference(
          name, candidate.name, same ? List.of() : List.of("unknown"), fields(candidate, PARTS));
    }
    List<String> parts =
        PARTS.stream()
            .filter(part -> !value(keys, part).equals(value(candidate.keys, part)))
            .toList();
    return new Difference(
        name, candidate.name, parts, parts.isEmpty() ? List.of() : fields(candidate, parts));
  }

  private List<String> fields(HostIdentity candidate, List<String> parts) {
    Set<String> names = new TreeSet<>(identity.keySet());
    names.addAll(candidate.identity.keySet());
    names.remove(MACHINE);
    List<String> fields = new ArrayList<>();
    for (String field : names) {
      String one = value(identity, field);
      String other = value(candidate.identity, field);
      if (!one.equals(other) && parts.contains(part(field))) {
        fields.add(field + ": " + shortened(one) + " -> " + shortened(other));
      }
    }
    return fields;
  }

  /** As agents divide identity fields when they make keys. */
  private static String part(String field) {
    if (field.startsWith("kernel.") || field.startsWith("cpu.features")) {
      return "kernel";
    }
    return field.startsWith("os") || field.startsWith("libc") || field.startsWith("jvm.")
        ? "runtime"
        : "hardware";
  }

  private static String value(Map<String, String> map, String name) {
    return map.getOrDefault(name, "");
  }

  private static String shortened(String value) {
    String whole = value.isEmpty() ? "nothing" : value;
    return whole.length() <= LONGEST_VALUE ? whole : whole.substring(0, LONGEST_VALUE) + "..";
  }
}
