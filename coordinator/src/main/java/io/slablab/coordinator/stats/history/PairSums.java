package io.slablab.coordinator.stats.history;

/**
 * Sums of |x_i - x_j| over the pairs of every range of a window, so that each Q takes constant
 * time.
 *
 * <p>S(a, b) = S(a, b - 1) + sum over i in [a, b - 1) of |x_(b-1) - x_i|, and the sum between two
 * neighbouring ranges is S(a, c) - S(a, b) - S(b, c). Takes (length^2) time and memory.
 */
final class PairSums {
  private final int length;
  private final double[] sums;

  /** Of the points [from, to); positions below count from {@code from}. */
  PairSums(double[] x, int from, int to) {
    length = to - from;
    sums = new double[(length + 1) * (length + 1)];
    for (int b = 2; b <= length; b++) {
      double last = x[from + b - 1];
      double toLast = 0;
      for (int a = b - 2; a >= 0; a--) {
        toLast += Math.abs(last - x[from + a]);
        sums[at(a, b)] = sums[at(a, b - 1)] + toLast;
      }
    }
  }

  private int at(int a, int b) {
    return a * (length + 1) + b;
  }

  private double within(int a, int b) {
    return sums[at(a, b)];
  }

  /** Q of x = [s, tau), y = [tau, kappa), none of them empty. */
  double q(int s, int tau, int kappa) {
    double n = tau - s;
    double m = kappa - tau;
    double xx = within(s, tau);
    double yy = within(tau, kappa);
    double xy = within(s, kappa) - xx - yy;
    double inX = n == 1 ? 0 : 2 * m / ((n + m) * (n - 1)) * xx;
    double inY = m == 1 ? 0 : 2 * n / ((n + m) * (m - 1)) * yy;
    return 2 / (n + m) * xy - inX - inY;
  }

  /**
   * A split and its statistic.
   *
   * @param tau first point of the right side
   * @param kappa end of the right side
   */
  record Split(double q, int tau, int kappa) {
    static final Split NONE = new Split(Double.NEGATIVE_INFINITY, -1, -1);
  }

  /** The (tau, kappa) with the largest Q inside [s, e), both sides of at least that many points. */
  Split best(int s, int e, int leastSide) {
    double highest = Split.NONE.q();
    int bestTau = -1;
    int bestKappa = -1;
    for (int tau = s + leastSide; tau + leastSide <= e; tau++) {
      for (int kappa = tau + leastSide; kappa <= e; kappa++) {
        double q = q(s, tau, kappa);
        if (q > highest) {
          highest = q;
          bestTau = tau;
          bestKappa = kappa;
        }
      }
    }
    return bestTau < 0 ? Split.NONE : new Split(highest, bestTau, bestKappa);
  }
}
