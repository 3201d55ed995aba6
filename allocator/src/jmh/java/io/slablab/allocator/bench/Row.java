package io.slablab.allocator.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One line of the table: a way to measure, and what every round gave. */
final class Row {

  /** Measures once. */
  @FunctionalInterface
  interface Measure {
    Score once() throws Exception;
  }

  private final String name;
  private final Measure measure;
  private final List<Score> scores = new ArrayList<>();

  Row(String name, Measure measure) {
    this.name = name;
    this.measure = measure;
  }

  String name() {
    return name;
  }

  void round() throws Exception {
    scores.add(measure.once());
  }

  double opsPerUs(int round) {
    return scores.get(round).opsPerUs();
  }

  int rounds() {
    return scores.size();
  }

  /** Nanoseconds per operation of each round, sorted. */
  double[] sortedNs() {
    return scores.stream().mapToDouble(score -> 1e3 / score.opsPerUs()).sorted().toArray();
  }

  double maxHeapBytesPerOp() {
    return scores.stream().mapToDouble(Score::heapBytesPerOp).max().orElse(0);
  }

  static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Ratios of throughput, this row's over the other's, round by round. */
  double[] over(Row other) {
    double[] ratios = new double[rounds()];
    Arrays.setAll(ratios, round -> opsPerUs(round) / other.opsPerUs(round));
    return ratios;
  }
}
