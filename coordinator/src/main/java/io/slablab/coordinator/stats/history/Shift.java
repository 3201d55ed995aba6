package io.slablab.coordinator.stats.history;

import io.slablab.coordinator.stats.Distributions;
import io.slablab.coordinator.stats.Samples;
import java.util.Arrays;

/**
 * The step between two neighbouring segments, by a t test with one variance for both.
 *
 * @param before mean of the left segment
 * @param after mean of the right segment
 * @param pValue two-sided, of "no step"
 */
record Shift(double before, double after, double pValue) {
  /** Differences below this share of a value's size are rounding. */
  private static final double ROUNDING = 1e-13;

  /** Of [from, at) and [at, to), at least two points each. */
  static Shift of(double[] x, int from, int at, int to) {
    double[] left = Arrays.copyOfRange(x, from, at);
    double[] right = Arrays.copyOfRange(x, at, to);
    double before = Samples.mean(left);
    double after = Samples.mean(right);
    int df = to - from - 2;
    double squares =
        (left.length - 1) * Samples.variance(left) + (right.length - 1) * Samples.variance(right);
    double se = Math.sqrt(squares / df * (1.0 / left.length + 1.0 / right.length));
    return new Shift(before, after, pValue(after - before, se, df, Math.abs(before)));
  }

  private static double pValue(double change, double se, int df, double size) {
    double rounding = ROUNDING * Math.max(1, size);
    if (Math.abs(change) <= rounding) {
      return 1;
    }
    return se <= rounding ? 0 : 2 * Distributions.studentCdf(-Math.abs(change) / se, df);
  }

  double change() {
    return after - before;
  }
}
