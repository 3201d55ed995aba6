package io.slablab.coordinator.stats.hosts;

import io.slablab.coordinator.stats.Distributions;
import io.slablab.coordinator.stats.Pooled;
import io.slablab.coordinator.stats.Samples;
import java.util.List;

/**
 * The common effect of hosts and what sets them apart.
 *
 * @param hosts k, how many counted
 * @param leftOut names of those without an effect or its error
 * @param common mean weighted by precision: the effect, if it is the same everywhere
 * @param q Cochran's Q
 * @param pValue of "the same effect everywhere", by Welch's correction of Q
 * @param iSquared share of the variation that is not error, in [0, 1)
 * @param tauSquared variance of true effects between hosts
 * @param population unweighted mean with t on host means: the effect on machines like these
 */
public record Heterogeneity(
    int hosts,
    List<String> leftOut,
    double common,
    double q,
    double pValue,
    double iSquared,
    double tauSquared,
    Pooled population)
    implements Spread {

  public Heterogeneity {
    leftOut = List.copyOf(leftOut);
  }

  public static Spread of(List<HostEffect> all, double confidence) {
    List<HostEffect> hosts = HostEffect.counting(all);
    if (hosts.size() < 2) {
      return new Unknown(Why.TOO_FEW_HOSTS);
    }
    if (Samples.identical(HostEffect.effects(hosts))) {
      return new Unknown(Why.IDENTICAL);
    }
    Weighted weighted = Weighted.of(hosts, 0);
    int k = hosts.size();
    return new Heterogeneity(
        k,
        all.stream().filter(host -> !host.counts()).map(HostEffect::host).toList(),
        weighted.mean(),
        weighted.q(),
        welch(hosts, weighted),
        Math.max(0, (weighted.q() - (k - 1)) / weighted.q()),
        Weighted.pauleMandel(hosts),
        population(hosts, confidence));
  }

  /** t on host means; at least two that differ. */
  static Pooled population(List<HostEffect> hosts, double confidence) {
    double[] means = HostEffect.effects(hosts);
    double se = Samples.standardDeviation(means) / Math.sqrt(means.length);
    int df = means.length - 1;
    double t = Distributions.studentQuantile((1 + confidence) / 2, df);
    return new Pooled(Samples.mean(means), df, confidence, t * se);
  }

  /**
   * Welch (1951): with a = sum (1 - w/W)^2 / df, F = Q / (k - 1) / (1 + 2 (k - 2) a / (k^2 - 1)) on
   * k - 1 and (k^2 - 1) / (3 a) degrees of freedom.
   */
  private static double welch(List<HostEffect> hosts, Weighted weighted) {
    double k = hosts.size();
    double a =
        hosts.stream()
            .mapToDouble(host -> {
              double rest = 1 - Weighted.weight(host, 0) / weighted.total();
              return rest * rest / host.df();
            })
            .sum();
    double f = weighted.q() / (k - 1) / (1 + 2 * (k - 2) * a / (k * k - 1));
    return Distributions.fSurvival(f, k - 1, (k * k - 1) / (3 * a));
  }
}
