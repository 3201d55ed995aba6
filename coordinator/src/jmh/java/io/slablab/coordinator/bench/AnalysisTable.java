package io.slablab.coordinator.bench;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks one after the other, round by round; prints the best round and the bars. */
public final class AnalysisTable {
  private static final double LEAST_SHARE = 0.7;

  private AnalysisTable() {}

  /** {@code AnalysisTable ROUNDS}. */
  public static void main(String[] args) throws RunnerException {
    int rounds = args.length == 0 ? 3 : Integer.parseInt(args[0]);
    int cores = Runtime.getRuntime().availableProcessors();
    double points = Double.POSITIVE_INFINITY;
    double decode = 0;
    double merge = 0;
    for (int round = 0; round < rounds; round++) {
      points = Math.min(points, 1 / perSecond("Histories.changePoints"));
      decode = Math.max(decode, perSecond("LogMerge.decodeOnOneCore"));
      merge = Math.max(merge, perSecond("LogMerge.mergeOnAllCores"));
    }
    print("change points of 10,000 x 400 nights, s", points);
    print("intervals decoded by one core, 1/s", decode);
    print("intervals merged by " + cores + " cores, 1/s", merge);
    print("merged / (cores x decoded), at least " + LEAST_SHARE, merge / (cores * decode));
  }

  private static void print(String what, double value) {
    System.out.println(String.format(Locale.ROOT, "%-50s %12.2f", what, value));
  }

  private static double perSecond(String benchmark) throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include("\\." + benchmark.replace(".", "\\.") + "$")
                .mode(Mode.Throughput)
                .timeUnit(TimeUnit.SECONDS)
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(3)
                .measurementTime(TimeValue.seconds(3))
                .shouldFailOnError(true)
                .build())
        .runSingle()
        .getPrimaryResult()
        .getScore();
  }
}
