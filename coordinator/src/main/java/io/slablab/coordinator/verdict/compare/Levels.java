package io.slablab.coordinator.verdict.compare;

import io.slablab.coordinator.verdict.Gains;
import java.util.LinkedHashMap;
import java.util.Map;

/** The levels of a cell's variants, block by block, as its pairs hold them. */
public final class Levels {
  private Levels() {}

  /**
   * ln y of each variant on a metric, the baseline first. A variant with a value that has no
   * logarithm is left out.
   */
  public static Map<String, double[]> logs(Gains.Cell cell, String metric) {
    Map<String, double[]> levels = new LinkedHashMap<>();
    for (Gains.Row row : cell.gains()) {
      if (row.metric().equals(metric)) {
        put(levels, cell.baseline(), row, true);
        put(levels, row.variant(), row, false);
      }
    }
    return levels;
  }

  private static void put(
      Map<String, double[]> levels, String variant, Gains.Row row, boolean baseline) {
    double[] logs =
        row.points().stream()
            .mapToDouble(point -> Math.log(baseline ? point.baseline() : point.treatment()))
            .toArray();
    boolean usable = true;
    for (double log : logs) {
      usable &= Double.isFinite(log);
    }
    if (usable && logs.length > 0) {
      levels.putIfAbsent(variant, logs);
    }
  }
}
