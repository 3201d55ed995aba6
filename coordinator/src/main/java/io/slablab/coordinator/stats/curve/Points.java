package io.slablab.coordinator.stats.curve;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Measured points in ascending order of cores, all values positive and finite. */
final class Points {
  private final double[] cores;
  private final double[] logs;

  private Points(double[] cores, double[] logs) {
    this.cores = cores;
    this.logs = logs;
  }

  static Points of(int[] cores, double[] throughput) {
    int[] order =
        IntStream.range(0, cores.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> cores[i]))
            .mapToInt(i -> i)
            .toArray();
    return new Points(
        Arrays.stream(order).mapToDouble(i -> cores[i]).toArray(),
        Arrays.stream(order).mapToDouble(i -> Math.log(throughput[i])).toArray());
  }

  int size() {
    return cores.length;
  }

  double cores(int i) {
    return cores[i];
  }

  double[] logs() {
    return logs.clone();
  }

  double mostCores() {
    return cores[cores.length - 1];
  }

  /** ln max X / N: a first guess of one core's throughput. */
  double logBestPerCore() {
    return IntStream.range(0, size())
        .mapToDouble(i -> logs[i] - Math.log(cores[i]))
        .max()
        .orElseThrow();
  }

  /** ln measured - ln fitted, point by point. */
  double[] residuals(Coefficients curve) {
    double[] residuals = new double[size()];
    Arrays.setAll(residuals, i -> logs[i] - curve.logAt(cores[i]));
    return residuals;
  }
}
