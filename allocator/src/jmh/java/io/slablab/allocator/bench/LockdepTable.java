package io.slablab.allocator.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What the checker of locks costs: the hot paths at each level, and on classes built without the
 * calls that a checker listens to, in interleaved rounds; prints medians and the median of the
 * rounds' ratios.
 *
 * <p>The classes without: a folder given by {@code -Dbench.without=DIR}, for example compiled from
 * sources with the calls of {@code mightAlloc}, {@code mightSleep}, {@code begin} and {@code end}
 * taken out. It comes first on the class path of the forks that measure it.
 */
public final class LockdepTable {
  private static final TimeValue SLICE = TimeValue.milliseconds(400);
  private static final String WITHOUT = "without";
  private static final String OFF = "OFF";
  private static final String CLASS_PATH = "java.class.path";

  /** One hot path. */
  private record Path(String title, String benchmark, Map<String, String> params) {}

  private static final List<Path> PATHS =
      List.of(
          new Path("SLUB pair 256 B", "SlubPair", Map.of()),
          new Path(
              "percpu pair 16 B", "PercpuPair", Map.of("design", "baseline", "possibleCpus", "2")),
          new Path("exec life, baseline", "ExecLife", Map.of("design", "baseline")),
          new Path("exec life, ctor-dtor", "ExecLife", Map.of("design", "ctor-dtor")));

  private final String folder = System.getProperty("bench.without", "");
  private final List<String> builds = new ArrayList<>();
  private final Map<Path, Map<String, List<Double>>> ns = new LinkedHashMap<>();

  private LockdepTable() {
    if (!folder.isEmpty()) {
      builds.add(WITHOUT);
    }
    builds.add(OFF);
    if (Boolean.getBoolean("bench.levels")) {
      builds.addAll(List.of("LOCKS", "FULL"));
    }
  }

  public static void main(String[] args) throws RunnerException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    LockdepTable table = new LockdepTable();
    for (int round = 0; round < rounds; round++) {
      table.round(round);
    }
    table.print();
  }

  /** Every other round in the opposite order, so that a drift hits both alike. */
  private void round(int number) throws RunnerException {
    System.out.println("round " + (number + 1));
    for (Path path : PATHS) {
      for (String build : number % 2 == 0 ? builds : builds.reversed()) {
        ns.computeIfAbsent(path, _ -> new LinkedHashMap<>())
            .computeIfAbsent(build, _ -> new ArrayList<>())
            .add(measure(path, build));
      }
    }
  }

  private double measure(Path path, String build) throws RunnerException {
    String classPath = System.getProperty(CLASS_PATH);
    boolean without = build.equals(WITHOUT);
    if (without) {
      System.setProperty(CLASS_PATH, folder + System.getProperty("path.separator") + classPath);
    }
    try {
      return nsPerOp(path, without ? OFF : build);
    } finally {
      System.setProperty(CLASS_PATH, classPath);
    }
  }

  private static double nsPerOp(Path path, String level) throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    options
        .include("\\." + path.benchmark + "\\.")
        .threads(1)
        .forks(1)
        .warmupIterations(3)
        .warmupTime(SLICE)
        .measurementIterations(4)
        .measurementTime(SLICE)
        .timeUnit(TimeUnit.MICROSECONDS)
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .jvmArgsAppend(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-Xmx1g",
            "-D" + DesignStack.LOCKDEP + "=" + level);
    path.params.forEach(options::param);
    return 1e3 / new Runner(options.build()).run().iterator().next().getPrimaryResult().getScore();
  }

  private void print() {
    System.out.printf(
        "%n%-24s %-8s %12s %24s %22s%n",
        "path", "build", "ns/op median", "range of rounds", "ratio");
    String base = builds.getFirst();
    ns.forEach((path, byBuild) ->
        byBuild.forEach((build, times) -> {
          double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
          System.out.printf(
              Locale.ROOT,
              "%-24s %-8s %12.2f %11.2f .. %9.2f %22s%n",
              path.title,
              build,
              median(sorted),
              sorted[0],
              sorted[sorted.length - 1],
              build.equals(base) ? "1" : ratios(byBuild.getOrDefault(base, times), times));
        }));
  }

  private static String ratios(List<Double> base, List<Double> times) {
    double[] ratios = new double[times.size()];
    Arrays.setAll(ratios, i -> times.get(i) / base.get(i));
    Arrays.sort(ratios);
    return String.format(
        Locale.ROOT, "%.4f (%.4f .. %.4f)", median(ratios), ratios[0], ratios[ratios.length - 1]);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
