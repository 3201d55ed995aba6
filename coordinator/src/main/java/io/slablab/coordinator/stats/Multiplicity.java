package io.slablab.coordinator.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Adjusting the p-values of one family of hypotheses. Results are in the order of the arguments.
 */
public final class Multiplicity {
  private Multiplicity() {}

  /** Benjamini and Hochberg: adj_(i) = min over j >= i of p_(j) m / j, at most 1. */
  public static double[] benjaminiHochberg(double[] p) {
    return stepUp(p, 1);
  }

  /** Benjamini and Yekutieli: valid under any dependence, dearer by sum(1/i). */
  public static double[] benjaminiYekutieli(double[] p) {
    return stepUp(p, IntStream.rangeClosed(1, p.length).mapToDouble(i -> 1.0 / i).sum());
  }

  private static double[] stepUp(double[] p, double factor) {
    int[] order = ascending(p);
    double[] adjusted = new double[p.length];
    double lowest = 1;
    for (int j = p.length; j >= 1; j--) {
      lowest = Math.min(lowest, p[order[j - 1]] * p.length * factor / j);
      adjusted[order[j - 1]] = lowest;
    }
    return adjusted;
  }

  /** Holm: no single false claim; adj_(i) = max over j <= i of min(1, (m - j + 1) p_(j)). */
  public static double[] holm(double[] p) {
    int[] order = ascending(p);
    double[] adjusted = new double[p.length];
    double highest = 0;
    for (int j = 1; j <= p.length; j++) {
      highest = Math.max(highest, Math.min(1, (p.length - j + 1) * p[order[j - 1]]));
      adjusted[order[j - 1]] = highest;
    }
    return adjusted;
  }

  /**
   * The confidence of intervals shown because their hypotheses were rejected: 1 - q R / m.
   *
   * @param selected R, how many were rejected; empty for none
   */
  public static OptionalDouble selectedConfidence(int selected, int family, double q) {
    return selected == 0 ? OptionalDouble.empty() : OptionalDouble.of(1 - q * selected / family);
  }

  private static int[] ascending(double[] p) {
    return IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> p[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  /** How many of the adjusted values are at most q. */
  public static int rejected(double[] adjusted, double q) {
    return (int) Arrays.stream(adjusted).filter(p -> p <= q).count();
  }
}
