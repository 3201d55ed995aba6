package io.slablab.coordinator.stats;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.descriptive.Quantile;

/** Quantiles of samples. Arguments are never changed; every sample must hold at least one value. */
public final class Quantiles {
  private static final Quantile TYPE7 =
      Quantile.withDefaults().with(Quantile.EstimationMethod.HF7).withCopy(true);
  private static final Quantile TYPE1 =
      Quantile.withDefaults().with(Quantile.EstimationMethod.HF1).withCopy(true);
  private static final Median MEDIAN = Median.withDefaults().withCopy(true);

  private Quantiles() {}

  /** Linear interpolation between order statistics (Hyndman and Fan's type 7). */
  public static double type7(double[] sample, double p) {
    return TYPE7.evaluate(sample, p);
  }

  /** Type 7 quantiles at several levels at once. */
  public static double[] type7(double[] sample, double[] levels) {
    return TYPE7.evaluate(sample, levels);
  }

  /**
   * The smallest value whose share of the sample reaches p (type 1, inverted distribution
   * function).
   */
  public static double type1(double[] sample, double p) {
    return TYPE1.evaluate(sample, p);
  }

  public static double median(double[] sample) {
    return MEDIAN.evaluate(sample);
  }

  /**
   * Harrell and Davis' quantile: all order statistics, weighted by a beta law. Smoother than type 7
   * in small samples; used for plots only.
   *
   * @param p in (0, 1)
   */
  public static double harrellDavis(double[] sample, double p) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double sum = 0;
    double below = 0;
    for (int i = 1; i <= n; i++) {
      double upTo =
          i == n
              ? 1
              : Distributions.regularizedBeta((n + 1) * p, (n + 1) * (1 - p), i / (double) n);
      sum += (upTo - below) * sorted[i - 1];
      below = upTo;
    }
    return sum;
  }
}
