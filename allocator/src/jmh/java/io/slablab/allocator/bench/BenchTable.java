package io.slablab.allocator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Runs every benchmark once per round, one after the other, so that whatever the machine does hits
 * all of them; prints medians over rounds and the ratios that matter.
 */
public final class BenchTable {
  private static final Map<String, String> NO_PARAMS = Map.of();
  private static final String MALLOC = "glibc malloc+free 256 B, C, 1 thread";
  private static final String JEMALLOC = "jemalloc malloc+free 256 B, C, 1 thread";
  private static final String MIMALLOC = "mimalloc malloc+free 256 B, C, 1 thread";
  private static final String SLUB = "SLUB pair 256 B, 1 thread";
  private static final String SLUB_TWO = "SLUB pair 256 B, 2 threads";
  private static final String POOLED = "Netty pooled pair 256 B, 1 thread";
  private static final String ADAPTIVE = "Netty adaptive pair 256 B, 1 thread";
  private static final String AGRONA = "Agrona queue as pool, 1 thread";
  private static final String REMOTE = "SLUB, one allocates, one frees";
  private static final String POOLED_REMOTE = "Netty pooled, one allocates, one frees";
  private static final String ADAPTIVE_REMOTE = "Netty adaptive, one allocates, one frees";
  private static final String PERCPU_2 = "percpu 16 B, 2 possible CPUs, 1 thread";
  private static final String PERCPU_192 = "percpu 16 B, 192 possible CPUs, 1 thread";
  private static final String SCALABLE_192 = "scalable percpu, 192 possible CPUs, 1 thread";
  private static final String PERCPU_TWO = "percpu 16 B, 2 possible CPUs, 2 threads";
  private static final String SCALABLE_TWO = "scalable percpu, 2 possible CPUs, 2 threads";
  private static final String EXEC = "exec life cycle, baseline, 1 thread";
  private static final String EXEC_CTOR = "exec life cycle, ctor-dtor, 1 thread";

  private final Map<String, Row> rows = new LinkedHashMap<>();

  private BenchTable(Path mallocPair) throws IOException {
    add(MALLOC, () -> Runs.malloc(mallocPair, Optional.empty()));
    addMalloc(JEMALLOC, "libjemalloc", mallocPair);
    addMalloc(MIMALLOC, "libmimalloc", mallocPair);
    addJmh(SLUB, "SlubPair", 1, NO_PARAMS);
    addJmh(POOLED, "NettyPair", 1, Map.of("design", "POOLED"));
    addJmh(ADAPTIVE, "NettyPair", 1, Map.of("design", "ADAPTIVE"));
    addJmh(AGRONA, "AgronaPair", 1, NO_PARAMS);
    addJmh(SLUB_TWO, "SlubPair", 2, NO_PARAMS);
    addJmh(REMOTE, "SlubRemote", 2, NO_PARAMS);
    addJmh(POOLED_REMOTE, "NettyRemote", 2, Map.of("design", "POOLED"));
    addJmh(ADAPTIVE_REMOTE, "NettyRemote", 2, Map.of("design", "ADAPTIVE"));
    addPercpu(PERCPU_2, 1, "baseline", 2);
    addPercpu(PERCPU_192, 1, "baseline", 192);
    addPercpu(SCALABLE_192, 1, "scalable-percpu", 192);
    addPercpu(PERCPU_TWO, 2, "baseline", 2);
    addPercpu(SCALABLE_TWO, 2, "scalable-percpu", 2);
    addJmh(EXEC, "ExecLife", 1, Map.of("design", "baseline"));
    addJmh(EXEC_CTOR, "ExecLife", 1, Map.of("design", "ctor-dtor"));
  }

  private void add(String name, Row.Measure measure) {
    rows.put(name, new Row(name, measure));
  }

  private void addJmh(String name, String benchmark, int threads, Map<String, String> params) {
    add(name, () -> Runs.jmh(benchmark, threads, params));
  }

  private void addPercpu(String name, int threads, String design, int possibleCpus) {
    addJmh(
        name,
        "PercpuPair",
        threads,
        Map.of("design", design, "possibleCpus", Integer.toString(possibleCpus)));
  }

  private void addMalloc(String name, String library, Path mallocPair) throws IOException {
    Optional<Path> found = Runs.library(library);
    if (found.isPresent()) {
      add(name, () -> Runs.malloc(mallocPair, found));
    } else {
      System.out.println(library + " is not installed: left out");
    }
  }

  /**
   * @param args rounds, 5 unless given; then parts of row names, to run only those
   */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    Path folder = Files.createTempDirectory("slablab-bench");
    try {
      BenchTable table = new BenchTable(Runs.compileC(folder));
      for (int i = 1; i < args.length; i++) {
        String part = args[i];
        table.rows.keySet().removeIf(name -> !name.contains(part));
      }
      table.run(rounds);
      table.print(rounds);
    } finally {
      Files.deleteIfExists(folder.resolve("malloc_pair"));
      Files.delete(folder);
    }
  }

  private void run(int rounds) throws Exception {
    for (int round = 1; round <= rounds; round++) {
      System.out.println("round " + round + " of " + rounds);
      for (Row row : rows.values()) {
        row.round();
      }
    }
  }

  private void print(int rounds) throws IOException, InterruptedException {
    System.out.printf(
        "%n%-46s %14s %26s %10s%n", "benchmark", "ns/op median", "range of rounds", "heap B/op");
    for (Row row : rows.values()) {
      double[] ns = row.sortedNs();
      System.out.printf(
          Locale.ROOT,
          "%-46s %14.2f %12.2f .. %10.2f %10.4f%n",
          row.name(),
          Row.median(ns),
          ns[0],
          ns[ns.length - 1],
          row.maxHeapBytesPerOp());
    }
    System.out.println();
    ratio("glibc pair / SLUB pair, time (at least 0.67)", SLUB, MALLOC);
    ratio("jemalloc pair / SLUB pair, time", SLUB, JEMALLOC);
    ratio("mimalloc pair / SLUB pair, time (at least 0.83)", SLUB, MIMALLOC);
    ratio("Netty pooled pair / SLUB pair, time (above 1)", SLUB, POOLED);
    ratio("Netty adaptive pair / SLUB pair, time (at least 2)", SLUB, ADAPTIVE);
    ratio("Agrona pool pair / SLUB pair, time", SLUB, AGRONA);
    ratio("remote frees, SLUB / Netty pooled (at least 2)", REMOTE, POOLED_REMOTE);
    ratio("remote frees, SLUB / Netty adaptive (at least 2)", REMOTE, ADAPTIVE_REMOTE);
    ratio("percpu pair, 192 / 2 possible CPUs, time", PERCPU_2, PERCPU_192);
    ratio("scalable / baseline percpu, 192 CPUs, 1 thread", SCALABLE_192, PERCPU_192);
    ratio("scalable / baseline percpu, 2 threads (at least 20)", SCALABLE_TWO, PERCPU_TWO);
    ratio("ctor-dtor / baseline exec, throughput", EXEC_CTOR, EXEC);
    printSecondThread(rounds);
    printExecs();
    printLargeMachine(rounds);
  }

  /** One JVM per round. */
  private static void printSecondThread(int rounds) throws IOException, InterruptedException {
    double[] pairs = new double[rounds];
    double[] control = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      String[] figures = Runs.main(SecondThread.class).split(" ");
      pairs[round] = Double.parseDouble(figures[0]);
      control[round] = Double.parseDouble(figures[1]);
    }
    print("SLUB, two threads / one, throughput (at least 1.95)", pairs);
    print("  the same for arithmetic that shares nothing", control);
  }

  private void printExecs() {
    Row exec = rows.get(EXEC);
    if (exec != null) {
      System.out.printf(
          Locale.ROOT,
          "%-56s %8.0f k/s%n",
          "baseline exec life cycles (at least 500 k/s)",
          1e6 / Row.median(exec.sortedNs()));
    }
  }

  /** One JVM per round. */
  private static void printLargeMachine(int rounds) throws IOException, InterruptedException {
    double[] firstMs = new double[rounds];
    double[] fastestMs = new double[rounds];
    double[] heapMib = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      String[] figures = Runs.main(LargeMachine.class, "baseline").split(" ");
      firstMs[round] = Double.parseDouble(figures[0]);
      fastestMs[round] = Double.parseDouble(figures[1]);
      heapMib[round] = Double.parseDouble(figures[2]);
    }
    print("512 CPUs set up first in a JVM, ms (under 200)", firstMs);
    print("  the fastest of ten in a JVM, ms", fastestMs);
    print("  heap kept, MiB (under 64)", heapMib);
  }

  /** Median over rounds of the ratio of throughputs within a round. */
  private void ratio(String what, String a, String b) {
    Row first = rows.get(a);
    Row second = rows.get(b);
    if (first == null || second == null) {
      return;
    }
    print(what, first.over(second));
  }

  private static void print(String what, double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%-56s %8.2f  [%.2f .. %.2f]%n",
        what,
        Row.median(sorted),
        sorted[0],
        sorted[sorted.length - 1]);
  }
}
