package io.slablab.allocator.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs every benchmark once per round, one after the other, so that whatever the machine does hits
 * all of them; prints medians over rounds and the ratios that matter.
 */
public final class BenchTable {
  private static final TimeValue SLICE = TimeValue.milliseconds(500);
  private static final long MALLOC_PAIRS = 100_000_000;
  private static final String MALLOC = "glibc malloc+free 256 B, C, 1 thread";
  private static final String SLUB = "SLUB pair 256 B, 1 thread";
  private static final String SLUB_TWO = "SLUB pair 256 B, 2 threads";
  private static final String NETTY = "Netty pooled pair 256 B, 1 thread";
  private static final String CONTROL = "arithmetic, 1 thread";
  private static final String CONTROL_TWO = "arithmetic, 2 threads";
  private static final String EXEC = "exec life cycle, baseline, 1 thread";
  private static final String EXEC_CTOR = "exec life cycle, ctor-dtor, 1 thread";

  /** Operations per microsecond, all threads together, and bytes of heap per operation. */
  private record Score(double opsPerUs, double bytesPerOp) {}

  private final Map<String, List<Score>> scores = new LinkedHashMap<>();

  private BenchTable() {}

  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    Path folder = Files.createTempDirectory("slablab-bench");
    try {
      new BenchTable().run(rounds, compileC(folder));
    } finally {
      Files.deleteIfExists(folder.resolve("malloc_pair"));
      Files.delete(folder);
    }
  }

  private void run(int rounds, Path mallocPair)
      throws RunnerException, IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      System.out.println("round " + round + " of " + rounds);
      add(MALLOC, new Score(1e3 / mallocNs(mallocPair), 0));
      add(SLUB, jmh("SlubPair", 1, ""));
      add(NETTY, jmh("NettyPair", 1, ""));
      add(SLUB_TWO, jmh("SlubPair", 2, ""));
      add(CONTROL, jmh("Arithmetic", 1, ""));
      add(CONTROL_TWO, jmh("Arithmetic", 2, ""));
      add(EXEC, jmh("ExecLife", 1, "baseline"));
      add(EXEC_CTOR, jmh("ExecLife", 1, "ctor-dtor"));
    }
    print();
  }

  private void add(String name, Score score) {
    scores.computeIfAbsent(name, _ -> new ArrayList<>()).add(score);
  }

  private static Path compileC(Path folder) throws IOException, InterruptedException {
    Path program = folder.resolve("malloc_pair");
    int exit =
        new ProcessBuilder(
                "gcc", "-O2", "-fno-builtin", "-o", program.toString(), "src/jmh/c/malloc_pair.c")
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IllegalStateException("gcc failed: the peer in C needs a C compiler");
    }
    return program;
  }

  private static double mallocNs(Path program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("taskset", "-c", "0", program.toString(), Long.toString(MALLOC_PAIRS))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return Double.parseDouble(printed);
  }

  private static Score jmh(String benchmark, int threads, String design) throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    options
        .include("\\." + benchmark + "\\.")
        .threads(threads)
        .forks(1)
        .warmupIterations(3)
        .warmupTime(SLICE)
        .measurementIterations(4)
        .measurementTime(SLICE)
        .timeUnit(TimeUnit.MICROSECONDS)
        .addProfiler(GCProfiler.class)
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .jvmArgsAppend(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-Xmx1g");
    if (!design.isEmpty()) {
      options.param("design", design);
    }
    RunResult run = new Runner(options.build()).run().iterator().next();
    Result<?> allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
    return new Score(
        run.getPrimaryResult().getScore(), allocated == null ? 0 : allocated.getScore());
  }

  private void print() {
    System.out.printf(
        "%n%-40s %14s %26s %10s%n", "benchmark", "ns/op median", "range of rounds", "heap B/op");
    scores.forEach((name, list) -> {
      double[] ns = list.stream().mapToDouble(score -> 1e3 / score.opsPerUs()).sorted().toArray();
      double bytes = list.stream().mapToDouble(Score::bytesPerOp).max().orElse(0);
      System.out.printf(
          Locale.ROOT,
          "%-40s %14.2f %12.2f .. %10.2f %10.4f%n",
          name,
          median(ns),
          ns[0],
          ns[ns.length - 1],
          bytes);
    });
    System.out.println();
    ratio("SLUB pair / glibc pair, time (at most 1.5)", SLUB, MALLOC, true);
    ratio("Netty pair / SLUB pair, time (above 1)", NETTY, SLUB, true);
    ratio("two threads / one thread, throughput (at least 1.9)", SLUB_TWO, SLUB, false);
    ratio("  the same for arithmetic that shares nothing", CONTROL_TWO, CONTROL, false);
    ratio("ctor-dtor / baseline exec, throughput", EXEC_CTOR, EXEC, false);
    System.out.printf(
        Locale.ROOT,
        "%-56s %8.0f k/s%n",
        "baseline exec life cycles (at least 500 k/s)",
        median(
                scores.getOrDefault(EXEC, List.of()).stream()
                    .mapToDouble(Score::opsPerUs)
                    .sorted()
                    .toArray())
            * 1e3);
  }

  /** Median over rounds of the ratio within a round. */
  private void ratio(String what, String a, String b, boolean time) {
    List<Score> first = scores.getOrDefault(a, List.of());
    List<Score> second = scores.getOrDefault(b, List.of());
    double[] ratios = new double[first.size()];
    for (int round = 0; round < ratios.length; round++) {
      double throughput = first.get(round).opsPerUs() / second.get(round).opsPerUs();
      ratios[round] = time ? 1 / throughput : throughput;
    }
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "%-56s %8.2f  [%.2f .. %.2f]%n",
        what,
        median(ratios),
        ratios[0],
        ratios[ratios.length - 1]);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
