package io.slablab.suites.yaml;

import io.slablab.allocator.mm.MmKernel;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.suites.spec.Durations;
import io.slablab.suites.spec.Rest;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.spec.WorkloadSpec.ExecSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec.Lifetime;
import io.slablab.suites.spec.WorkloadSpec.TcSpec;
import io.slablab.suites.spec.WorkloadSpec.ThreadSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code exec} or {@code {exec: {rest: none}}}; what is left out has its default. */
final class WorkloadReader {
  static final List<String> NAMES = WorkloadSpec.NAMES;
  static final List<String> KERNELS = Arrays.stream(MmKernel.values()).map(MmKernel::id).toList();
  static final int MOST_LIVE = 1_000_000;
  static final int MOST_ACTIONS = 32;
  static final int MOST_THREADS = 10_000;
  static final int MOST_UPDATES = 10_000;
  static final int MOST_CPUS = 8192;
  static final int MOST_BULK = 256;

  /** In bytes. */
  static final List<Integer> ALIGNS = List.of(4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096);

  static final List<String> LIFETIMES = Arrays.stream(Lifetime.values()).map(Lifetime::id).toList();

  /** An operation as long as an interval measures nothing. */
  static final long LONGEST_REST_NS = Durations.parseNs("100ms");

  private static final String SHAPE = "write exec, or {exec: {rest: none}}";
  private static final String SHARE = "write a share of 0 to 1, or 25%";

  private WorkloadReader() {}

  static Optional<WorkloadSpec> read(YamlValue value) {
    if (value.isScalar()) {
      return value.text(SHAPE).flatMap(name -> named(name, value, Optional.empty()));
    }
    Optional<YamlMap> map = value.map(SHAPE);
    if (map.isEmpty()) {
      return Optional.empty();
    }
    List<YamlMap.Entry> entries = map.get().entries();
    if (entries.size() != 1) {
      value.problem("expected one workload, found " + entries.size() + " keys", SHAPE);
      return Optional.empty();
    }
    YamlMap.Entry entry = entries.getFirst();
    if (entry.value().isNull()) {
      return named(entry.name(), entry.key(), Optional.empty());
    }
    Optional<YamlMap> params = entry.value().map(SHAPE);
    return params.isEmpty() ? Optional.empty() : named(entry.name(), entry.key(), params);
  }

  private static Optional<WorkloadSpec> named(
      String name, YamlValue place, Optional<YamlMap> params) {
    Params p = new Params(params);
    Optional<WorkloadSpec> spec =
        switch (name) {
          case "exec" -> Optional.of(exec(p));
          case "tc" -> Optional.of(tc(p));
          case "percpu" -> Optional.of(percpu(p));
          case "thread" -> Optional.of(thread(p));
          default -> Optional.empty();
        };
    if (spec.isEmpty()) {
      Available.report(place, "workload", name, NAMES);
    } else {
      params.ifPresent(YamlMap::close);
    }
    return spec;
  }

  private static WorkloadSpec exec(Params p) {
    return new ExecSpec(
        p.rest(),
        p.integer("live", 1, MOST_LIVE, 1),
        p.share("reuse", 1),
        p.integer("rss-updates", 0, MOST_UPDATES, 4),
        p.share("remote-free", 0),
        p.integer("possible-cpus", 0, MOST_CPUS, 0),
        p.bool(WorkloadSpec.FORK, false),
        p.mm());
  }

  private static WorkloadSpec thread(Params p) {
    return new ThreadSpec(
        p.rest(),
        p.integer("live", 1, MOST_LIVE, 1),
        p.share("reuse", 1),
        p.integer("threads", 1, MOST_THREADS, 4),
        p.integer("rss-updates", 0, MOST_UPDATES, 4),
        p.share("remote-free", 0),
        p.integer("possible-cpus", 0, MOST_CPUS, 0),
        p.mm());
  }

  private static WorkloadSpec tc(Params p) {
    return new TcSpec(
        p.integer("actions", 1, MOST_ACTIONS, 1),
        p.integer("live", 1, MOST_LIVE, 1000),
        p.share("reuse", 0),
        p.share("remote-free", 0),
        p.bool("cpustats", true),
        p.rest(),
        p.integer("possible-cpus", 0, MOST_CPUS, 0),
        p.bool(WorkloadSpec.ESTIMATOR, false));
  }

  private static WorkloadSpec percpu(Params p) {
    int live = p.integer("live", 1, MOST_LIVE, 1000);
    int bulk = p.integer("bulk", 1, MOST_BULK, 1);
    if ((long) live * bulk > MOST_LIVE) {
      p.get("bulk")
          .ifPresent(place ->
              place.problem(
                  live + " batches of " + bulk + " areas are too many",
                  "live times bulk may be " + MOST_LIVE));
    }
    return new PercpuSpec(
        p.sizes(),
        p.align(),
        live,
        p.share("reuse", 0),
        p.word("lifetime", "a kind of lifetime", LIFETIMES)
            .map(word -> Lifetime.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(Lifetime.FIXED),
        p.share("atomic", 0),
        p.bool("account", false),
        bulk,
        p.share("remote-free", 0),
        p.rest(),
        p.integer("possible-cpus", 0, MOST_CPUS, 0));
  }

  /** Parameters with their defaults. */
  private record Params(Optional<YamlMap> map) {
    private Optional<YamlValue> get(String key) {
      return map.flatMap(m -> m.get(key));
    }

    Rest rest() {
      return get("rest")
          .flatMap(v -> v.parse(Params::rest, "write none, or a time as 10us"))
          .orElseGet(Rest.None::new);
    }

    private static Rest rest(String text) {
      Rest rest = Rest.parse(text);
      if (rest.nanos() > LONGEST_REST_NS) {
        throw new IllegalArgumentException(
            "'" + text + "' is too long, at most " + Durations.text(LONGEST_REST_NS));
      }
      return rest;
    }

    int integer(String key, int low, int high, int otherwise) {
      return get(key)
          .flatMap(v -> v.parse(Numbers.integer(low, high), "write " + low + " to " + high))
          .orElse(otherwise);
    }

    double share(String key, double otherwise) {
      return get(key).flatMap(v -> v.parse(Numbers::share, SHARE)).orElse(otherwise);
    }

    Optional<String> word(String key, String kind, List<String> known) {
      return get(key).flatMap(v -> v.word(kind, known));
    }

    /** One size, or several that are equally likely; one that stands twice is likelier. */
    List<Integer> sizes() {
      Optional<YamlValue> value = get("sizes");
      if (value.isEmpty()) {
        return List.of(16);
      }
      List<YamlValue> items =
          value.get().isScalar() ? List.of(value.get()) : value.get().list("write [8, 16, 64]");
      return items.stream()
          .flatMap(v ->
              v
                  .parse(Numbers.integer(1, Percpu.MAX_BYTES), "bytes, 1 to " + Percpu.MAX_BYTES)
                  .stream())
          .toList();
    }

    int align() {
      return get("align").flatMap(v -> v.parse(Params::align, "known here: " + ALIGNS)).orElse(8);
    }

    private static int align(String text) {
      int bytes = Numbers.integer(ALIGNS.getFirst(), ALIGNS.getLast()).apply(text);
      if (!ALIGNS.contains(bytes)) {
        throw new IllegalArgumentException(text + " is no power of two");
      }
      return bytes;
    }

    MmKernel mm() {
      return get(WorkloadSpec.MM)
          .filter(v -> Available.check(v, "kernel", KERNELS))
          .flatMap(v -> v.text("write " + String.join(" or ", KERNELS)))
          .flatMap(MmKernel::of)
          .orElse(MmKernel.V6_15);
    }

    boolean bool(String key, boolean otherwise) {
      return get(key).flatMap(v -> v.parse(Numbers::bool, "write true or false")).orElse(otherwise);
    }
  }
}
