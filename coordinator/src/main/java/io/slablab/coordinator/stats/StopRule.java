package io.slablab.coordinator.stats;

import java.util.Arrays;

/**
 * When a cell has enough blocks. Looks at the width of the interval only, never at its sign: twice
 * in a row, at n = first, first + step, .., the half-width must be at most ln(1 + target).
 *
 * @param target half-width aimed at, as a gain (0.01 is 1 %)
 * @param first blocks before the first look, at least 2
 * @param step blocks between looks
 * @param looks how many looks in a row must be satisfied
 * @param last blocks at which the budget is spent
 * @param inflation of the standard error in this cell's every test: the price of looking
 */
public record StopRule(double target, int first, int step, int looks, int last, double inflation) {
  /** What standard errors are multiplied by where the rule was at work. */
  public static final double INFLATION = 1.04;

  private static final double CONFIDENCE = 0.95;

  /** The rule of the defaults: 8, 10, .., 40 blocks, two looks, inflation 1.04. */
  public static StopRule of(double target, int minBlocks, int maxBlocks) {
    return new StopRule(target, minBlocks, 2, 2, maxBlocks, INFLATION);
  }

  /** Why a cell ends, or that it does not. */
  public enum Reason {
    PRECISION,
    BUDGET,
    CONTINUE
  }

  /**
   * What the rule says about the blocks so far.
   *
   * @param blocks at which it stopped; all of them when it has not
   * @param halfWidth of the inflated interval there, log scale; infinite below two blocks
   */
  public record Decision(int blocks, Reason reason, double halfWidth) {}

  /** Plays the rule on a cell's log ratios in block order. */
  public Decision decide(double[] d) {
    int satisfied = 0;
    for (int n = first; n <= Math.min(last, d.length); n += step) {
      double halfWidth = halfWidth(d, n);
      satisfied = halfWidth <= Math.log1p(target) ? satisfied + 1 : 0;
      if (satisfied == looks) {
        return new Decision(n, Reason.PRECISION, halfWidth);
      }
    }
    int n = Math.min(last, d.length);
    return new Decision(n, n == last ? Reason.BUDGET : Reason.CONTINUE, halfWidth(d, n));
  }

  private double halfWidth(double[] d, int n) {
    if (n < 2) {
      return Double.POSITIVE_INFINITY;
    }
    double t = Distributions.studentQuantile((1 + CONFIDENCE) / 2, n - 1);
    return inflation * t * Samples.standardDeviation(Arrays.copyOf(d, n)) / Math.sqrt(n);
  }

  /**
   * Blocks for a half-width, given a standard deviation known from before: the fixed point of n =
   * ceil((t(0.975, n-1) s / ln(1 + target))^2).
   */
  public static int blocksFor(double sd, double target) {
    int n = 2;
    while (n < 100_000) {
      double t = Distributions.studentQuantile((1 + CONFIDENCE) / 2, n - 1);
      if (n >= Math.pow(t * sd / Math.log1p(target), 2)) {
        return n;
      }
      n++;
    }
    return n;
  }
}
