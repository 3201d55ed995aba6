package io.slablab.coordinator.stats;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.FDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** The probability laws used by the other classes, to 1e-10 relative. Stateless. */
public final class Distributions {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Distributions() {}

  /** P(Z <= z) of the standard normal law. */
  public static double normalCdf(double z) {
    return NORMAL.cumulativeProbability(z);
  }

  /** The z with P(Z <= z) = p, p in [0, 1]. */
  public static double normalQuantile(double p) {
    return NORMAL.inverseCumulativeProbability(p);
  }

  /** P(T <= t) of Student's law with {@code df} > 0 degrees of freedom, not necessarily whole. */
  public static double studentCdf(double t, double df) {
    return TDistribution.of(df).cumulativeProbability(t);
  }

  /** The t with P(T <= t) = p, p in (0, 1). */
  public static double studentQuantile(double p, double df) {
    if (p == 0.5) {
      return 0;
    }
    TDistribution law = TDistribution.of(df);
    double t = law.inverseCumulativeProbability(p);
    // The library's solver stops at 1e-9 absolute; one Newton step squares that error.
    double density = law.density(t);
    return density > 0 ? t - (law.cumulativeProbability(t) - p) / density : t;
  }

  /** P(X <= k) of the binomial law. */
  public static double binomialCdf(int k, int trials, double probability) {
    return BinomialDistribution.of(trials, probability).cumulativeProbability(k);
  }

  /** P(X > k) of the binomial law. */
  public static double binomialSurvival(int k, int trials, double probability) {
    return BinomialDistribution.of(trials, probability).survivalProbability(k);
  }

  /** P(F > f) of the F law. */
  public static double fSurvival(double f, double numeratorDf, double denominatorDf) {
    return FDistribution.of(numeratorDf, denominatorDf).survivalProbability(f);
  }

  /** The regularised incomplete beta function I_x(a, b). */
  public static double regularizedBeta(double a, double b, double x) {
    return BetaDistribution.of(a, b).cumulativeProbability(x);
  }
}
