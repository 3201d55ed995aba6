package io.slablab.coordinator.verdict.gate;

import io.slablab.coordinator.verdict.Flag;
import io.slablab.coordinator.verdict.Gains;
import java.util.List;

/** One comparison at the gate: a treatment of a cell on the gate's metric. */
public record Subject(Gains.Cell cell, Gains.Row row) {

  /** Every comparison of a metric, in the order of the campaign. */
  public static List<Subject> of(Gains gains, String metric) {
    return gains.cells().stream()
        .flatMap(cell ->
            cell.gains().stream()
                .filter(row -> row.metric().equals(metric))
                .map(row -> new Subject(cell, row)))
        .toList();
  }

  /** Names a comparison across the campaigns of one lab. */
  public record Key(String host, String cell, String variant) {}

  public Key key() {
    return new Key(cell.host(), cell.id(), row.variant());
  }

  /** +1 where more is better, -1 where less is. */
  int direction() {
    return row.higherIsBetter() ? 1 : -1;
  }

  /**
   * Benefits of the pairs of blocks from, inclusive, to, exclusive; NaN where a value has no log.
   */
  double[] benefits(int from, int to) {
    return row.points().stream()
        .filter(point -> from <= point.block() && point.block() < to)
        .mapToDouble(
            point -> point.logRatio() == null ? Double.NaN : direction() * point.logRatio())
        .toArray();
  }

  public double[] benefits() {
    return benefits(0, Integer.MAX_VALUE);
  }

  /** Whether trials failed or did not run. */
  boolean incomplete() {
    return row.flags().contains(Flag.INCOMPLETE) || row.flags().contains(Flag.INVALID);
  }

  /** Whether the blocks' log ratios are the estimate of this row. */
  boolean onLogs() {
    return row.method().equals("paired-t");
  }
}
