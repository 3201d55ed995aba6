package io.slablab.coordinator.stats.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The second pass. Every point stands between the segments to its current neighbours; when a point
 * goes, both neighbours' segments grow, and both are judged anew.
 */
final class Merge {
  private final double[] x;
  private final DetectorRule rule;
  private final List<Integer> points;
  private final List<Shift> shifts = new ArrayList<>();

  Merge(double[] x, DetectorRule rule, List<Integer> weak) {
    this.x = x;
    this.rule = rule;
    this.points = new ArrayList<>(weak);
    IntStream.range(0, points.size()).forEach(i -> shifts.add(shift(i)));
  }

  /** What is left, in ascending order. */
  List<Integer> kept() {
    dedupe();
    merge();
    return List.copyOf(points);
  }

  /** Of two points closer than a segment the less significant goes, the leftmost pair first. */
  List<Integer> dedupe() {
    int i = 0;
    while (i + 1 < points.size()) {
      if (points.get(i + 1) - points.get(i) < rule.leastSegment()) {
        remove(p(i) > p(i + 1) ? i : i + 1);
        i = 0;
      } else {
        i++;
      }
    }
    return List.copyOf(points);
  }

  /** The least significant point goes, as long as it is not significant; then the smallest. */
  private void merge() {
    while (!points.isEmpty()) {
      int least = extreme(Comparator.comparingDouble(i -> -p(i)));
      int smallest = extreme(Comparator.comparingDouble(i -> Math.abs(shifts.get(i).change())));
      if (p(least) >= rule.pFinal()) {
        remove(least);
      } else if (Math.abs(shifts.get(smallest).change()) < rule.leastChange()) {
        remove(smallest);
      } else {
        return;
      }
    }
  }

  /** The index of the first point in that order. */
  private int extreme(Comparator<Integer> order) {
    return IntStream.range(0, points.size()).boxed().min(order).orElseThrow();
  }

  private double p(int i) {
    return shifts.get(i).pValue();
  }

  private void remove(int i) {
    points.remove(i);
    shifts.remove(i);
    for (int near = Math.max(0, i - 1); near <= i && near < points.size(); near++) {
      shifts.set(near, shift(near));
    }
  }

  private Shift shift(int i) {
    int from = i == 0 ? 0 : points.get(i - 1);
    int to = i == points.size() - 1 ? x.length : points.get(i + 1);
    return Shift.of(x, from, points.get(i), to);
  }
}
