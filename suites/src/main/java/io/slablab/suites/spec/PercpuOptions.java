package io.slablab.suites.spec;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the percpu allocator of a variant is built and booted: what is said, by key; what is not said
 * is as in a usual kernel. Text form: {@code atom_size=4096,backing=km}, keys in order.
 */
public record PercpuOptions(Map<String, String> values) {
  public static final PercpuOptions NONE = new PercpuOptions(Map.of());

  /** Where pages of chunks come from: vm or km. */
  public static final String BACKING = "backing";

  /** Whether the hints have the kernel's defect; as the variant is faithful if not said. */
  public static final String HINT_DEFECT = "hint_defect";

  // Bytes of the regions of a unit and what units are packed into, as percpu_stats names them.
  public static final String STATIC_SIZE = "static_size";
  public static final String RESERVED_SIZE = "reserved_size";
  public static final String DYN_SIZE = "dyn_size";
  public static final String ATOM_SIZE = "atom_size";

  // Pages of a unit that are populated and hold nothing.
  public static final String EMPTY_POP_PAGES_LOW = "empty_pop_pages_low";
  public static final String EMPTY_POP_PAGES_HIGH = "empty_pop_pages_high";

  public PercpuOptions {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  public Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /**
   * @throws NumberFormatException when what was said is no number
   */
  public int integer(String key, int otherwise) {
    String value = values.get(key);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }

  /**
   * The inverse of {@link #toString}.
   *
   * @throws IllegalArgumentException when the text is no list of keys with values
   */
  public static PercpuOptions parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    return new PercpuOptions(
        Arrays.stream(text.split(","))
            .map(entry -> entry.split("=", 2))
            .collect(Collectors.toMap(entry -> entry[0], PercpuOptions::valueOf)));
  }

  private static String valueOf(String[] entry) {
    if (entry.length != 2) {
      throw new IllegalArgumentException("a percpu option without a value: " + entry[0]);
    }
    return entry[1];
  }
}
