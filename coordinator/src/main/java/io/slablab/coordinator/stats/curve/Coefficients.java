package io.slablab.coordinator.stats.curve;

/**
 * One curve.
 *
 * @param logLambda ln of the throughput of one core
 * @param sigma serial share
 * @param kappa price of agreement
 */
record Coefficients(double logLambda, double sigma, double kappa) {

  /** D(N); X(N) exists where it is positive. */
  double divisor(double cores) {
    return 1 + sigma * (cores - 1) + kappa * cores * (cores - 1);
  }

  /** ln X(N); NaN where the curve does not exist. */
  double logAt(double cores) {
    return logLambda + Math.log(cores / divisor(cores));
  }

  /** d ln X(N) / d (ln lambda, sigma, kappa). */
  double[] gradient(double cores) {
    double d = divisor(cores);
    return new double[] {1, -(cores - 1) / d, -cores * (cores - 1) / d};
  }

  boolean feasible() {
    return sigma >= 0 && kappa >= 0;
  }
}
