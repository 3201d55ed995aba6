package io.slablab.coordinator.stats;

/**
 * What a one-sided t test on n block log ratios could have seen. A function of design and
 * deviation, never of the observed effect.
 */
public final class Power {
  private Power() {}

  /**
   * P(the test at level alpha rejects) when the true mean is {@code effect} > 0 on the log scale.
   */
  public static double power(double effect, double sd, int n, double alpha) {
    double critical = Distributions.studentQuantile(1 - alpha, n - 1);
    return NoncentralT.survival(critical, n - 1, effect * Math.sqrt(n) / sd);
  }

  /**
   * The smallest mean, in standard errors, found with the given power: exact, by the noncentral t
   * law. It does not depend on the deviation, so one value serves all cells of one size.
   */
  public static double detectableStandardErrors(int n, double alpha, double power) {
    double critical = Distributions.studentQuantile(1 - alpha, n - 1);
    double low = 0;
    double high = 2 * (critical + Distributions.studentQuantile(power, n - 1)) + 1;
    while (high - low > 1e-10 * high) {
      double middle = (low + high) / 2;
      if (NoncentralT.survival(critical, n - 1, middle) < power) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** The minimum detectable effect on the log scale. */
  public static double detectable(double sd, int n, double alpha, double power) {
    return detectableStandardErrors(n, alpha, power) * sd / Math.sqrt(n);
  }

  /** The quick approximation (t(1-alpha) + t(power)) s / sqrt(n). */
  public static double detectableApproximately(double sd, int n, double alpha, double power) {
    double t = Distributions.studentQuantile(1 - alpha, n - 1);
    return (t + Distributions.studentQuantile(power, n - 1)) * sd / Math.sqrt(n);
  }

  /**
   * The fewest blocks (from 5) whose quickly approximated detectable effect is at most {@code
   * effect}; at most 100000.
   */
  public static int blocksFor(double effect, double sd, double alpha, double power) {
    int n = 5;
    while (n < 100_000 && detectableApproximately(sd, n, alpha, power) > effect) {
      n += 1 + n / 200;
    }
    return n;
  }
}
