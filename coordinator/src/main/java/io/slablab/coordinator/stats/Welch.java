package io.slablab.coordinator.stats;

import org.apache.commons.statistics.inference.TTest;

/**
 * The difference of two unpaired means, variances not assumed equal. For imported data without
 * blocks (on logs), and for the order diagnostic.
 *
 * @param difference mean of the second sample minus mean of the first
 * @param se its standard error
 * @param df Satterthwaite's degrees of freedom
 * @param confidence coverage of the interval
 * @param halfWidth of the interval
 * @param pValue two-sided, of "no difference"
 */
public record Welch(
    double difference, double se, double df, double confidence, double halfWidth, double pValue) {

  /**
   * @param first at least two values
   * @param second at least two values; the two samples must not both be constant
   */
  public static Welch of(double[] first, double[] second, double confidence) {
    TTest.Result test = TTest.withDefaults().test(second, first);
    double se =
        Math.sqrt(
            Samples.variance(first) / first.length + Samples.variance(second) / second.length);
    double df = test.getDegreesOfFreedom();
    double halfWidth = Distributions.studentQuantile((1 + confidence) / 2, df) * se;
    double difference = Samples.mean(second) - Samples.mean(first);
    return new Welch(difference, se, df, confidence, halfWidth, test.getPValue());
  }

  public double low() {
    return difference - halfWidth;
  }

  public double high() {
    return difference + halfWidth;
  }
}
