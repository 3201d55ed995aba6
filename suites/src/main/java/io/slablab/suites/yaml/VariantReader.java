package io.slablab.suites.yaml;

import io.slablab.allocator.pool.Variant;
import io.slablab.suites.spec.KernelOptions;
import io.slablab.suites.spec.VariantSpec;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code ctor-dtor}, {@code {design: ctor-dtor, lockdep: full}} or {@code {a-a: {design:
 * baseline, faithful: false}}}.
 */
final class VariantReader {
  static final List<String> DESIGNS = Arrays.stream(Variant.values()).map(Variant::id).toList();
  static final String NAME = "[a-z0-9][a-z0-9.-]{0,39}";

  private static final String SHAPE =
      "write a design, {design: ctor-dtor, lockdep: full}, or {my-name: {design: baseline}}";
  private static final String DESIGN = "design";
  private static final String FAITHFUL = "faithful";

  private final Set<String> names = new HashSet<>();

  Optional<VariantSpec> read(YamlValue value) {
    if (value.isScalar()) {
      return design(value).filter(id -> unique(id, value)).map(VariantSpec::of);
    }
    Optional<YamlMap> map = value.map(SHAPE);
    if (map.isEmpty()) {
      return Optional.empty();
    }
    List<YamlMap.Entry> entries = map.get().entries();
    if (entries.stream().anyMatch(e -> e.name().equals(DESIGN) && e.value().isScalar())) {
      return described(map.get(), value, Optional.empty());
    }
    if (entries.size() != 1) {
      value.problem("expected one variant, found " + entries.size() + " keys", SHAPE);
      return Optional.empty();
    }
    return named(entries.getFirst());
  }

  private Optional<VariantSpec> named(YamlMap.Entry entry) {
    if (!entry.name().matches(NAME)) {
      entry
          .key()
          .problem(
              "'" + entry.name() + "' is no name of a variant",
              "up to 40 of a-z, 0-9, '-' and '.', a letter or digit first");
    }
    Optional<YamlMap> map = entry.value().map(SHAPE);
    if (map.isEmpty()) {
      unique(entry.name(), entry.key());
      return Optional.empty();
    }
    return described(map.get(), entry.key(), Optional.of(entry.name()));
  }

  /** Under a name of its own, or under its design's with what is particular about it. */
  private Optional<VariantSpec> described(YamlMap map, YamlValue place, Optional<String> name) {
    Optional<String> design = map.need(DESIGN, SHAPE).flatMap(VariantReader::design);
    boolean faithful =
        map.get(FAITHFUL).flatMap(v -> v.parse(Numbers::bool, "write true or false")).orElse(false);
    KernelOptions options = KernelOptionsReader.read(map);
    map.close();
    if (design.isEmpty()) {
      return Optional.empty();
    }
    String base = name.orElseGet(() -> design.get() + (faithful ? "+" + FAITHFUL : ""));
    String id = base + options.suffix();
    return unique(id, place)
        ? Optional.of(new VariantSpec(id, design.get(), faithful, options))
        : Optional.empty();
  }

  private static Optional<String> design(YamlValue value) {
    return Available.check(value, "variant", DESIGNS) ? value.text(SHAPE) : Optional.empty();
  }

  private boolean unique(String name, YamlValue place) {
    boolean unique = names.add(name);
    if (!unique) {
      place.problem(
          "two variants are called '" + name + "'",
          "give one another name: {"
              + name.replace('+', '-')
              + "-2: {design: "
              + DESIGNS.getFirst()
              + "}}");
    }
    return unique;
  }
}
