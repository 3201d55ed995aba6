package io.slablab.coordinator.stats.curve;

import io.slablab.coordinator.stats.Distributions;
import java.util.Optional;

/**
 * How two variants' curves differ, the second minus the first. A coefficient that either curve
 * holds at 0 has no error there, and so no difference here.
 */
public record CurveDifference(Optional<Contrast> sigma, Optional<Contrast> kappa) {

  /**
   * @param difference with its root-sum-square error
   * @param df Satterthwaite's degrees of freedom
   * @param pValue two-sided, of "no difference"
   */
  public record Contrast(Estimate difference, double df, double pValue) {}

  /** Of two fits; empty coefficients where one of them has no curve. */
  public static CurveDifference of(ScalingFit first, ScalingFit second, double confidence) {
    if (first instanceof ScalingCurve a && second instanceof ScalingCurve b) {
      boolean sigma = a.law().hasSigma() && b.law().hasSigma();
      boolean kappa = a.law().hasKappa() && b.law().hasKappa();
      return new CurveDifference(
          sigma ? contrast(a.sigma(), a, b.sigma(), b, confidence) : Optional.empty(),
          kappa ? contrast(a.kappa(), a, b.kappa(), b, confidence) : Optional.empty());
    }
    return new CurveDifference(Optional.empty(), Optional.empty());
  }

  private static Optional<Contrast> contrast(
      Estimate first, ScalingCurve a, Estimate second, ScalingCurve b, double confidence) {
    double va = first.se() * first.se();
    double vb = second.se() * second.se();
    double df = (va + vb) * (va + vb) / (va * va / a.df() + vb * vb / b.df());
    double se = Math.sqrt(va + vb);
    double difference = second.value() - first.value();
    double t = Distributions.studentQuantile((1 + confidence) / 2, df);
    return Optional.of(
        new Contrast(
            Estimate.symmetric(difference, se, t),
            df,
            2 * Distributions.studentCdf(-Math.abs(difference) / se, df)));
  }
}
