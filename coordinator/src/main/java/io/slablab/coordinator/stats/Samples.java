package io.slablab.coordinator.stats;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Variance;

/** Moments with compensated sums, and the one test for "nothing varies here". Stateless. */
public final class Samples {
  /**
   * A deviation below this share of the mean's size is rounding of the logarithm, not a difference
   * between blocks.
   */
  private static final double ROUNDING = 1e-13;

  private static final double MAD_TO_SD = 1.4826;

  private Samples() {}

  /** The arithmetic mean; NaN of nothing. */
  public static double mean(double[] x) {
    return Mean.of(x).getAsDouble();
  }

  /** The sample variance, divisor n - 1; NaN of nothing, 0 of one value. */
  public static double variance(double[] x) {
    return Variance.of(x).getAsDouble();
  }

  public static double standardDeviation(double[] x) {
    return Math.sqrt(variance(x));
  }

  /**
   * The smaller of the standard deviation and the one that the median absolute deviation of a
   * normal sample tells: a few disturbed blocks do not swell it. At least two values.
   */
  public static double robustDeviation(double[] x) {
    double sd = standardDeviation(x);
    double median = Quantiles.median(x);
    double mad = Quantiles.median(Arrays.stream(x).map(v -> Math.abs(v - median)).toArray());
    double n = x.length;
    return mad == 0 ? sd : Math.min(sd, MAD_TO_SD * mad * Math.sqrt(n / (n - 1)));
  }

  /** The sample covariance, divisor n - 1, of two arrays of one length. */
  static double covariance(double[] x, double[] y) {
    double meanX = mean(x);
    double meanY = mean(y);
    double[] products = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      products[i] = (x[i] - meanX) * (y[i] - meanY);
    }
    return mean(products) * x.length / (x.length - 1);
  }

  /**
   * Whether all values are equal up to rounding, so that no interval can be built on their spread.
   */
  public static boolean identical(double[] x) {
    return x.length > 0 && standardDeviation(x) <= ROUNDING * Math.max(1, Math.abs(mean(x)));
  }

  /** ln(treatment / baseline) of each block. All values must be positive. */
  public static double[] logRatios(double[] baseline, double[] treatment) {
    double[] d = new double[baseline.length];
    for (int b = 0; b < d.length; b++) {
      d[b] = Math.log(treatment[b] / baseline[b]);
    }
    return d;
  }
}
