package io.slablab.coordinator.stats;

/**
 * Fieller's interval of a ratio of arithmetic means, for values whose logarithm does not exist or
 * is all rounding.
 *
 * <p>With A, B the means of treatment and baseline, vAA, vBB, vAB their (co)variances and t the
 * critical value:
 *
 * <pre>
 *   f0 = A B - t^2 vAB    f1 = A^2 - t^2 vAA    f2 = B^2 - t^2 vBB    disc = f0^2 - f1 f2
 *   f2 > 0:             the ratio lies between (f0 -+ sqrt(disc)) / f2
 *   f2 <= 0, disc >= 0: it lies outside of the two roots
 *   otherwise:          every ratio is compatible with the data
 * </pre>
 *
 * @param ratio A / B
 * @param g t^2 vBB / B^2; below 1 when the baseline's mean can be told from 0
 * @param low lower root minus 1 (a gain), NaN when the shape is {@link Shape#ALL}
 * @param high upper root minus 1 (a gain), NaN when the shape is {@link Shape#ALL}
 */
public record Fieller(
    double ratio, double g, double df, double critical, Shape shape, double low, double high) {

  /** What set of ratios the data leave. */
  public enum Shape {
    /** Everything between low and high. */
    BOUNDED,
    /** Everything except what lies between low and high. */
    EXCLUSIVE,
    /** Every ratio. */
    ALL
  }

  /** The interval of one-block-one-pair data: both arrays in block order, at least two blocks. */
  public static Fieller paired(double[] baseline, double[] treatment, double confidence) {
    return paired(baseline, treatment, confidence, 1);
  }

  /**
   * The same with standard errors inflated for sequential stopping, see {@link StopRule#inflation}.
   */
  public static Fieller paired(
      double[] baseline, double[] treatment, double confidence, double inflation) {
    int n = baseline.length;
    double share = inflation * inflation / n;
    return of(
        new Means(
            Samples.mean(treatment),
            Samples.mean(baseline),
            share * Samples.variance(treatment),
            share * Samples.variance(baseline),
            share * Samples.covariance(baseline, treatment)),
        n - 1,
        confidence);
  }

  /**
   * The interval of two unrelated samples of at least two values each; Welch's df of A - (A/B) B.
   */
  public static Fieller independent(double[] baseline, double[] treatment, double confidence) {
    double vA = Samples.variance(treatment) / treatment.length;
    double vB = Samples.variance(baseline) / baseline.length;
    double a = Samples.mean(treatment);
    double b = Samples.mean(baseline);
    double scaled = a / b * (a / b) * vB;
    double df =
        (vA + scaled)
            * (vA + scaled)
            / (vA * vA / (treatment.length - 1) + scaled * scaled / (baseline.length - 1));
    return of(new Means(a, b, vA, vB, 0), df, confidence);
  }

  /** A, B and the (co)variances of these means. */
  private record Means(double a, double b, double vAa, double vBb, double vAb) {}

  private static Fieller of(Means m, double df, double confidence) {
    double t = Distributions.studentQuantile((1 + confidence) / 2, df);
    double t2 = t * t;
    double f0 = m.a * m.b - t2 * m.vAb;
    double f1 = m.a * m.a - t2 * m.vAa;
    double f2 = m.b * m.b - t2 * m.vBb;
    double g = m.b == 0 ? Double.POSITIVE_INFINITY : t2 * m.vBb / (m.b * m.b);
    double discriminant = f0 * f0 - f1 * f2;
    double ratio = m.a / m.b;
    if (discriminant < 0 && g >= 1 || f2 == 0) {
      return new Fieller(ratio, g, df, t, Shape.ALL, Double.NaN, Double.NaN);
    }
    double root = Math.sqrt(Math.max(0, discriminant));
    double one = (f0 - root) / f2 - 1;
    double other = (f0 + root) / f2 - 1;
    Shape shape = g < 1 ? Shape.BOUNDED : Shape.EXCLUSIVE;
    return new Fieller(ratio, g, df, t, shape, Math.min(one, other), Math.max(one, other));
  }

  /** ratio - 1. */
  public double gain() {
    return ratio - 1;
  }
}
