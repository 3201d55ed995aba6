package io.slablab.coordinator.stats;

/**
 * Student's t with a shifted numerator, (Z + delta) / W with W^2 = chi^2(df) / df: the power of t
 * tests. Stateless.
 */
final class NoncentralT {
  /**
   * Simpson panels over W; the integrand's narrowest feature is 1 / t wide and t stays below a few
   * hundred.
   */
  private static final int PANELS = 2000;

  private NoncentralT() {}

  /**
   * P(T' > t) = integral over w of Phi(delta - t w) f(w), f the density of W, by Simpson's rule
   * over the 1e-16 range of W.
   *
   * @param df at least 1
   */
  static double survival(double t, double df, double delta) {
    double spread = 9 / Math.sqrt(2 * df);
    double low = Math.max(0, 1 - spread);
    double high = 1 + spread;
    double logConstant = Math.log(2) + df / 2 * Math.log(df / 2) - logGamma(df / 2);
    double h = (high - low) / PANELS;
    double sum = 0;
    for (int i = 0; i <= PANELS; i++) {
      double w = low + i * h;
      int weight = i == 0 || i == PANELS ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Distributions.normalCdf(delta - t * w) * density(w, df, logConstant);
    }
    return sum * h / 3;
  }

  private static double density(double w, double df, double logConstant) {
    if (w == 0) {
      return df == 1 ? Math.exp(logConstant) : 0;
    }
    return Math.exp(logConstant + (df - 1) * Math.log(w) - df * w * w / 2);
  }

  /** ln Gamma of a multiple of one half, by its recursion: x is at most a few hundred. */
  private static double logGamma(double x) {
    double sum = 0;
    double rest = x;
    while (rest > 1) {
      rest -= 1;
      sum += Math.log(rest);
    }
    return rest == 1 ? sum : sum + Math.log(Math.PI) / 2;
  }
}
