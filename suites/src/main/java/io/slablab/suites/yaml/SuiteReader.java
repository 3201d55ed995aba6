package io.slablab.suites.yaml;

import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.CoreCount;
import io.slablab.suites.spec.Design;
import io.slablab.suites.spec.Durations;
import io.slablab.suites.spec.Engine;
import io.slablab.suites.spec.Gate;
import io.slablab.suites.spec.LayoutSpec;
import io.slablab.suites.spec.MemoryPolicy;
import io.slablab.suites.spec.Metric;
import io.slablab.suites.spec.Placements;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.TrialTimes;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads a suite, with the defaults for everything left out. Only {@code slablab}, {@code name},
 * {@code workloads}, {@code variants} and {@code placements.cores} must be there.
 */
public final class SuiteReader {
  static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";
  static final List<String> ENGINES = List.of(Engine.AUTO.id(), Engine.THREADS.id());
  static final int MOST_BLOCKS = 10_000;

  /** Below, what lies between two intervals is longer than they are. */
  static final long SHORTEST_INTERVAL_NS = Durations.parseNs("10ms");

  static final int MOST_INTERVALS = 10_000;
  static final long LONGEST_TRIAL_NS = Durations.parseNs("1h");

  private static final String VERSION = "the version of the format is written 'slablab: 1'";
  private static final Map<String, String> EXPECTED_ELSEWHERE =
      Map.of(
          "version", VERSION,
          "apiVersion", VERSION,
          "schema", VERSION,
          "format", VERSION,
          "all", "this looks like an inventory; a suite starts with 'slablab: 1'");

  private static final long DEFAULT_SEED = 42;
  private static final String DURATION = "write a time as 500ms, 2s or 1m";
  private static final String PERCENT = "write a share as 1% or 0.01";
  private static final String LAYOUTS = "write compact, scatter, per-llc, smt, socket:N or node:N";
  private static final String CORES = "write a count, llc, node, socket, 50% or all";

  /**
   * @param suite there when nothing is wrong
   * @param problems everything that is wrong, in the order of the text
   */
  public record Result(Optional<Suite> suite, List<Problem> problems) {
    public Result {
      problems = List.copyOf(problems);
    }
  }

  private final YamlMap suite;

  private SuiteReader(YamlMap suite) {
    this.suite = suite;
  }

  /**
   * @param fileName how problems name the text
   * @param overrides path to scalar, as {@code trial.measure} to {@code 1s}
   */
  public static Result read(String fileName, String text, Map<String, String> overrides) {
    YamlDocument document = YamlDocument.parse(fileName, text, overrides);
    Optional<Suite> suite =
        document
            .root()
            .flatMap(root -> root.map("a suite starts with 'slablab: 1'"))
            .flatMap(map -> new SuiteReader(map).suite());
    List<Problem> problems = document.problems();
    return new Result(problems.isEmpty() ? suite : Optional.empty(), problems);
  }

  /**
   * A problem that shows only later, at its place in the suite: a host that has too few CPUs.
   *
   * @param path as {@code placements.cores.1}
   */
  public static Problem problemAt(
      String fileName,
      String text,
      Map<String, String> overrides,
      String path,
      String what,
      String hint) {
    YamlDocument document = YamlDocument.parse(fileName, text, overrides);
    document.locate(path).ifPresent(value -> value.problem(what, hint));
    return document.problems().stream()
        .filter(problem -> problem.what().equals(what))
        .findFirst()
        .orElseGet(() -> new Problem(fileName, 1, 1, what, "", hint));
  }

  private Optional<Suite> suite() {
    suite
        .need("slablab", "write 'slablab: 1', the version of the format")
        .ifPresent(v -> v.parse(Numbers.integer(1, 1), "this version reads format 1"));
    Optional<String> name =
        suite.need("name", "write 'name: ' and a short name").flatMap(SuiteReader::name);
    String hosts =
        suite.get("hosts").flatMap(v -> v.text("write a pattern of hosts, as all")).orElse("all");
    List<WorkloadSpec> workloads =
        suite
            .need("workloads", "write 'workloads: [exec]'")
            .map(v -> distinct(v, "write [exec, tc]", WorkloadReader::read))
            .orElse(List.of());
    List<VariantSpec> variants = variants();
    Optional<String> baseline = baseline(variants);
    Optional<Placements> placements = placements();
    Engine engine = engine();
    Design design = design(variants, baseline);
    TrialTimes trial = trial();
    List<Metric> metrics = metrics();
    Optional<Gate> gate = gate(metrics);
    Optional<Contract> contract = suite.get("contract").flatMap(ContractReader::read);
    suite.close(EXPECTED_ELSEWHERE);
    if (name.isEmpty() || baseline.isEmpty() || placements.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Suite(
            1,
            name.get(),
            hosts,
            engine,
            workloads,
            variants,
            baseline.get(),
            placements.get(),
            design,
            trial,
            metrics,
            gate,
            contract));
  }

  private static Optional<String> name(YamlValue value) {
    String hint = "up to 64 of a-z, 0-9, '-', '_' and '.', a letter or digit first";
    Optional<String> name = value.text(hint);
    if (name.isPresent() && !name.get().matches(NAME)) {
      value.problem("'" + name.get() + "' is no name of a suite", hint);
    }
    return name;
  }

  private Engine engine() {
    Optional<YamlValue> value = suite.get("engine");
    if (value.isEmpty() || !Available.check(value.get(), "engine", ENGINES)) {
      return Engine.AUTO;
    }
    return value.get().text("").filter(Engine.THREADS.id()::equals).isPresent()
        ? Engine.THREADS
        : Engine.AUTO;
  }

  private List<VariantSpec> variants() {
    String hint = "write 'variants: [baseline, ctor-dtor]'";
    Optional<YamlValue> value = suite.need("variants", hint);
    if (value.isEmpty()) {
      return List.of();
    }
    VariantReader reader = new VariantReader();
    List<YamlValue> items = value.get().list(hint);
    List<VariantSpec> variants = new ArrayList<>();
    items.forEach(item -> reader.read(item).ifPresent(variants::add));
    if (items.size() == 1) {
      value.get().problem("one variant alone cannot be compared", hint);
    }
    return variants;
  }

  /** The variant that others are compared with; the first one where nothing is said. */
  private Optional<String> baseline(List<VariantSpec> variants) {
    List<String> ids = variants.stream().map(VariantSpec::id).toList();
    Optional<YamlValue> value = suite.get("baseline");
    if (value.isEmpty() || ids.isEmpty()) {
      return ids.stream().findFirst();
    }
    return value.get().word("a variant of this suite", ids);
  }

  private Optional<Placements> placements() {
    String hint = "write 'placements: {cores: [1, all]}'";
    Optional<YamlMap> map = suite.need("placements", hint).flatMap(v -> v.map(hint));
    if (map.isEmpty()) {
      return Optional.empty();
    }
    List<LayoutSpec> layout =
        map.get()
            .get("layout")
            .map(v -> distinct(v, LAYOUTS, i -> i.parse(LayoutSpec::parse, LAYOUTS)))
            .orElseGet(() -> List.of(new LayoutSpec.Compact()));
    List<CoreCount> cores =
        map.get()
            .need("cores", hint)
            .map(v -> distinct(v, CORES, i -> i.parse(CoreCount::parse, CORES)))
            .orElseGet(List::of);
    List<MemoryPolicy> memory =
        map.get()
            .get("memory")
            .map(v -> distinct(v, "write [local]", SuiteReader::memory))
            .orElseGet(() -> List.of(MemoryPolicy.LOCAL));
    map.get().close();
    return Optional.of(new Placements(layout, cores, memory));
  }

  private static Optional<MemoryPolicy> memory(YamlValue value) {
    List<String> known = Arrays.stream(MemoryPolicy.values()).map(MemoryPolicy::id).toList();
    return value.word("a memory policy", known).flatMap(MemoryPolicy::byId);
  }

  private Design design(List<VariantSpec> variants, Optional<String> baseline) {
    Optional<YamlMap> map = suite.get("design").flatMap(v -> v.map("write {blocks: {min: 8}}"));
    Optional<YamlMap> blocks =
        map.flatMap(m -> m.get("blocks")).flatMap(v -> v.map("write {min: 8, max: 40}"));
    Function<String, Integer> count = Numbers.integer(1, MOST_BLOCKS);
    Optional<Integer> min =
        blocks.flatMap(m -> m.get("min")).flatMap(v -> v.parse(count, "write a count"));
    Optional<Integer> max =
        blocks.flatMap(m -> m.get("max")).flatMap(v -> v.parse(count, "write a count"));
    int least = min.orElse(max.map(m -> Math.min(8, m)).orElse(8));
    int most = max.orElse(Math.max(40, least));
    if (least > most) {
      blocks
          .flatMap(m -> m.get("min"))
          .ifPresent(v -> v.problem("min is more than max", "max is " + most));
    }
    blocks.ifPresent(YamlMap::close);
    double target =
        map.flatMap(m -> m.get("target"))
            .flatMap(v -> v.parse(Numbers::positiveShare, PERCENT))
            .orElse(0.0);
    long budgetNs =
        map.flatMap(m -> m.get("budget")).flatMap(v -> duration(v, 1, Long.MAX_VALUE)).orElse(0L);
    long seed =
        map.flatMap(m -> m.get("seed"))
            .flatMap(v -> v.parse(Numbers.whole(Long.MIN_VALUE, Long.MAX_VALUE), "write a number"))
            .orElse(DEFAULT_SEED);
    boolean nullCells =
        map.flatMap(m -> m.get("null"))
            .filter(v -> v.parse(Numbers::bool, "write true or false").orElse(false))
            .filter(v -> twinIsFree(v, variants, baseline))
            .isPresent();
    map.ifPresent(YamlMap::close);
    return new Design(least, most, target, budgetNs, seed, nullCells);
  }

  private static boolean twinIsFree(
      YamlValue value, List<VariantSpec> variants, Optional<String> baseline) {
    Optional<String> twin = baseline.map(Suite::twin);
    if (variants.stream()
        .map(VariantSpec::id)
        .noneMatch(id -> twin.filter(id::equals).isPresent())) {
      return true;
    }
    value.problem(
        "the baseline's second run would be called '" + twin.orElse("") + "', as a variant is",
        "give that variant another name");
    return false;
  }

  private TrialTimes trial() {
    Optional<YamlMap> map =
        suite.get("trial").flatMap(v -> v.map("write {warmup: 2s, measure: 3s, interval: 1s}"));
    Optional<Long> warmup = time(map, "warmup", 0);
    Optional<Long> measure = time(map, "measure", SHORTEST_INTERVAL_NS);
    Optional<Long> interval = time(map, "interval", SHORTEST_INTERVAL_NS);
    map.ifPresent(YamlMap::close);
    long measureNs = measure.orElse(Durations.parseNs("3s"));
    long intervalNs = interval.orElse(Math.min(measureNs, Durations.parseNs("1s")));
    if (measureNs < intervalNs || measureNs % intervalNs != 0) {
      map.flatMap(m -> m.get(measure.isPresent() ? "measure" : "interval"))
          .ifPresent(v ->
              v.problem(
                  "measure is no multiple of interval",
                  "measure is "
                      + Durations.text(measureNs)
                      + ", interval is "
                      + Durations.text(intervalNs)));
      return new TrialTimes(0, intervalNs, intervalNs);
    }
    long warmupNs = warmup.orElse(Durations.parseNs("2s"));
    if (Math.max(measureNs, warmupNs) / intervalNs > MOST_INTERVALS) {
      map.flatMap(m -> m.get("interval"))
          .ifPresent(v ->
              v.problem(
                  "interval is too short: a trial would have more than "
                      + MOST_INTERVALS
                      + " of them",
                  "write a longer one, as 1s"));
    }
    return new TrialTimes(warmupNs, measureNs, intervalNs);
  }

  private static Optional<Long> time(Optional<YamlMap> map, String key, long leastNs) {
    return map.flatMap(m -> m.get(key)).flatMap(v -> duration(v, leastNs, LONGEST_TRIAL_NS));
  }

  private static Optional<Long> duration(YamlValue value, long leastNs, long mostNs) {
    return value.parse(
        text -> {
          long ns = Durations.parseNs(text);
          if (ns < leastNs || ns > mostNs) {
            throw new IllegalArgumentException(
                ns < leastNs
                    ? "'" + text + "' is too short, at least " + Durations.text(leastNs)
                    : "'" + text + "' is too long, at most " + Durations.text(mostNs));
          }
          return ns;
        },
        DURATION);
  }

  private List<Metric> metrics() {
    return suite
        .get("metrics")
        .map(v -> distinct(v, "write [throughput]", SuiteReader::metric))
        .orElseGet(() -> List.of(Metric.THROUGHPUT, Metric.LATENCY_P99, Metric.SYSTEM_TIME));
  }

  private static Optional<Metric> metric(YamlValue value) {
    List<String> known = Arrays.stream(Metric.values()).map(Metric::id).toList();
    return value.word("a metric", known).flatMap(Metric::byId);
  }

  private Optional<Gate> gate(List<Metric> metrics) {
    String hint = "write {metric: throughput, regression: 3%}";
    Optional<YamlMap> map = suite.get("gate").flatMap(v -> v.map(hint));
    if (map.isEmpty()) {
      return Optional.empty();
    }
    Optional<YamlValue> place = map.get().get("metric");
    Metric metric = place.flatMap(SuiteReader::metric).orElse(Metric.THROUGHPUT);
    if (place.isPresent() && !metrics.contains(metric)) {
      place.get().problem("the gate's metric is not measured", "add it to metrics");
    }
    double regression = share(map.get(), "regression", 0.03);
    double alpha = share(map.get(), "alpha", 0.05);
    map.get().close();
    return Optional.of(new Gate(metric, regression, alpha));
  }

  private static double share(YamlMap map, String key, double otherwise) {
    return map.get(key).flatMap(v -> v.parse(Numbers::positiveShare, PERCENT)).orElse(otherwise);
  }

  /** The items of a list, each once: a second one is a slip. */
  static <T> List<T> distinct(YamlValue value, String hint, Function<YamlValue, Optional<T>> read) {
    List<T> items = new ArrayList<>();
    Set<T> seen = new HashSet<>();
    for (YamlValue item : value.list(hint)) {
      Optional<T> parsed = read.apply(item);
      if (parsed.isPresent() && !seen.add(parsed.get())) {
        item.problem("stands here twice", "remove one");
      }
      parsed.ifPresent(items::add);
    }
    return items;
  }
}
