package io.slablab.coordinator.stats;

/**
 * One-sided t tests of a benefit (log scale, positive is better) against margins.
 *
 * @param pRegression of "the loss is at most the negligible one"; small speaks for a regression
 * @param pImprovement of "the improvement is at most the negligible one"; small speaks for an
 *     improvement
 * @param pNonInferior of "the loss is at least the equivalence margin"; small proves
 *     non-inferiority
 * @param pEquivalent of "the change is at least the equivalence margin" (two one-sided tests);
 *     small proves equivalence
 */
public record MarginTests(
    double pRegression, double pImprovement, double pNonInferior, double pEquivalent) {

  /** A loss of the fraction {@code p} as a log margin, -ln(1 - p). */
  public static double margin(double p) {
    return -Math.log1p(-p);
  }

  /**
   * @param mean benefit
   * @param se its standard error, positive
   * @param df degrees of freedom of the error
   * @param negligible loss that does not count, a fraction
   * @param equivalence loss up to which two variants are the same, a fraction
   */
  public static MarginTests of(
      double mean, double se, double df, double negligible, double equivalence) {
    double d0 = margin(negligible);
    double de = margin(equivalence);
    double nonInferior = Distributions.studentCdf(-(mean + de) / se, df);
    return new MarginTests(
        Distributions.studentCdf((mean + d0) / se, df),
        Distributions.studentCdf(-(mean - d0) / se, df),
        nonInferior,
        Math.max(nonInferior, Distributions.studentCdf((mean - de) / se, df)));
  }

  /**
   * Of "no change beyond the negligible one", either way: min(1, 2 min(regression, improvement)).
   */
  public double pDirectional() {
    return Math.min(1, 2 * Math.min(pRegression, pImprovement));
  }
}
