package io.slablab.coordinator.stats.latency;

import io.slablab.coordinator.stats.Distributions;
import java.util.function.IntPredicate;

/**
 * The interval of one trial's quantile between two of its n independent values in ascending order.
 *
 * @param low rank of the lower end, from 1; 0 where the sample bounds nothing below
 * @param high rank of the upper end; n + 1 where it bounds nothing above
 * @param achieved P(the quantile lies between), for continuous values
 */
public record QuantileRanks(int low, int high, double achieved) {
  /** Fewest values beyond a quantile that a gate may look at. */
  private static final int LEAST_TAIL = 100;

  /**
   * low = max{l: P(X <= l - 1) <= alpha}, high = min{u: P(X >= u) <= alpha} with X binomial(n, p)
   * and alpha half of what the confidence leaves.
   *
   * @param n values, any number
   * @param p level of the quantile, in (0, 1)
   */
  public static QuantileRanks of(int n, double p, double confidence) {
    double alpha = (1 - confidence) / 2;
    int low = last(n, l -> upTo(l - 1, n, p) <= alpha);
    int high = 1 + last(n, u -> from(u, n, p) > alpha);
    return new QuantileRanks(low, high, 1 - upTo(low - 1, n, p) - from(high, n, p));
  }

  /** The last of 0..n that fulfils what all before it do; 0 does. */
  private static int last(int n, IntPredicate holds) {
    int yes = 0;
    int no = n + 1;
    while (no - yes > 1) {
      int middle = yes + (no - yes) / 2;
      if (holds.test(middle)) {
        yes = middle;
      } else {
        no = middle;
      }
    }
    return yes;
  }

  private static double upTo(int k, int n, double p) {
    return k < 0 ? 0 : Distributions.binomialCdf(k, n, p);
  }

  private static double from(int k, int n, double p) {
    return k > n ? 0 : Distributions.binomialSurvival(k - 1, n, p);
  }

  /** Whether a trial of so many values says enough about a quantile for a gate. */
  public static boolean enoughBeyond(long values, double p) {
    return values * (1 - p) >= LEAST_TAIL;
  }
}
