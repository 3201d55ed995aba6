package io.slablab.coordinator.stats;

/**
 * The headline interval: Student's t on the block log ratios of a cell.
 *
 * @param n number of blocks
 * @param mean of the log ratios
 * @param sd sample standard deviation of the log ratios
 * @param se standard error of the mean, times the inflation asked for
 * @param confidence coverage of the interval, in (0, 1)
 * @param halfWidth of the interval on the log scale
 * @param pValue two-sided, of "no difference"
 */
public record PairedT(
    int n, double mean, double sd, double se, double confidence, double halfWidth, double pValue) {

  /** The interval of a cell whose number of blocks was fixed beforehand. */
  public static PairedT of(double[] d, double confidence) {
    return of(d, confidence, 1);
  }

  /**
   * The interval with a standard error inflated for sequential stopping.
   *
   * @param d block log ratios, at least two, not all identical
   * @param inflation 1, or {@link StopRule#inflation} when the number of blocks was chosen by
   *     looking at the width
   * @throws IllegalArgumentException when the values cannot carry an interval
   */
  public static PairedT of(double[] d, double confidence, double inflation) {
    if (d.length < 2 || Samples.identical(d)) {
      throw new IllegalArgumentException(
          "an interval needs at least 2 values that differ: n=" + d.length);
    }
    int df = d.length - 1;
    double mean = Samples.mean(d);
    double sd = Samples.standardDeviation(d);
    double se = inflation * sd / Math.sqrt(d.length);
    double halfWidth = Distributions.studentQuantile((1 + confidence) / 2, df) * se;
    double p = 2 * Distributions.studentCdf(-Math.abs(mean) / se, df);
    return new PairedT(d.length, mean, sd, se, confidence, halfWidth, p);
  }

  public int df() {
    return n - 1;
  }

  /** Lower end on the log scale. */
  public double low() {
    return mean - halfWidth;
  }

  /** Upper end on the log scale. */
  public double high() {
    return mean + halfWidth;
  }

  /** treatment / baseline - 1. */
  public double gain() {
    return Math.expm1(mean);
  }

  /** Lower end as a gain. */
  public double gainLow() {
    return Math.expm1(low());
  }

  /** Upper end as a gain. */
  public double gainHigh() {
    return Math.expm1(high());
  }
}
