package io.slablab.suites.yaml;

import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.percpu.PercpuConfig;
import io.slablab.suites.spec.PercpuOptions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Reads {@code percpu: {backing: km, static_size: 4096}} beside a variant's design. */
final class PercpuOptionsReader {
  static final List<String> BACKINGS =
      Arrays.stream(PercpuConfig.Backing.values())
          .map(backing -> backing.name().toLowerCase(Locale.ROOT))
          .toList();

  /** Sizes in bytes of what a unit is made of, with the least each may be. */
  static final Map<String, Integer> REGIONS = regions();

  /** Powers of two from a page on. */
  static final List<Integer> ATOMS =
      IntStream.iterate(
              PageAllocator.PAGE_BYTES, bytes -> bytes <= PercpuConfig.MOST_ATOM_BYTES, b -> 2 * b)
          .boxed()
          .toList();

  private static final String SHAPE = "write {backing: km}, or {static_size: 4096}";
  private static final String HIGH = PercpuOptions.EMPTY_POP_PAGES_HIGH;
  private static final String LOW = PercpuOptions.EMPTY_POP_PAGES_LOW;
  private static final int WORD_BYTES = 4;

  private final YamlMap map;
  private final Map<String, String> values = new LinkedHashMap<>();

  private PercpuOptionsReader(YamlMap map) {
    this.map = map;
  }

  private static Map<String, Integer> regions() {
    Map<String, Integer> least = new LinkedHashMap<>();
    least.put(PercpuOptions.STATIC_SIZE, WORD_BYTES);
    least.put(PercpuOptions.RESERVED_SIZE, 0);
    least.put(PercpuOptions.DYN_SIZE, 0);
    return least;
  }

  static PercpuOptions read(YamlValue value) {
    Optional<YamlMap> map = value.map(SHAPE);
    if (map.isEmpty()) {
      return PercpuOptions.NONE;
    }
    PercpuOptionsReader reader = new PercpuOptionsReader(map.get());
    reader.readAll();
    map.get().close();
    return new PercpuOptions(reader.values);
  }

  private void readAll() {
    map.get(PercpuOptions.BACKING)
        .flatMap(v -> v.word("where pages of chunks come from", BACKINGS))
        .ifPresent(word -> values.put(PercpuOptions.BACKING, word));
    REGIONS.forEach((key, least) -> number(key, bytes(least), "bytes of every CPU, as 4096"));
    number(PercpuOptions.ATOM_SIZE, PercpuOptionsReader::atom, "known here: " + ATOMS);
    number(LOW, Numbers.integer(0, PercpuConfig.MOST_EMPTY_PAGES), "pages of a unit, as 2");
    number(HIGH, Numbers.integer(0, PercpuConfig.MOST_EMPTY_PAGES), "pages of a unit, as 4");
    map.get(PercpuOptions.HINT_DEFECT)
        .flatMap(v -> v.parse(Numbers::bool, "write true or false"))
        .ifPresent(on -> values.put(PercpuOptions.HINT_DEFECT, on.toString()));
    checkThresholds();
  }

  private void number(String key, Function<String, Integer> parser, String hint) {
    map.get(key)
        .flatMap(v -> v.parse(parser, hint))
        .ifPresent(number -> values.put(key, number.toString()));
  }

  private static Function<String, Integer> bytes(int least) {
    Function<String, Integer> bounded = Numbers.integer(least, PercpuConfig.MOST_REGION_BYTES);
    return text -> {
      int bytes = bounded.apply(text);
      if (bytes % WORD_BYTES != 0) {
        throw new IllegalArgumentException(text + " is no multiple of 4");
      }
      return bytes;
    };
  }

  private static int atom(String text) {
    int bytes = Numbers.integer(ATOMS.getFirst(), ATOMS.getLast()).apply(text);
    if (!ATOMS.contains(bytes)) {
      throw new IllegalArgumentException(text + " is no power of two");
    }
    return bytes;
  }

  /** With what is not said as in a usual kernel. */
  private void checkThresholds() {
    PercpuOptions options = new PercpuOptions(values);
    PercpuConfig usual = PercpuConfig.defaults();
    int low = options.integer(LOW, usual.emptyPagesLow());
    int high = options.integer(HIGH, usual.emptyPagesHigh());
    if (low > high) {
      map.get(values.containsKey(LOW) ? LOW : HIGH)
          .ifPresent(place ->
              place.problem(
                  LOW + " " + low + " is more than " + HIGH + " " + high,
                  "so many pages are kept, and more are asked for when there are fewer than low"));
    }
  }
}
