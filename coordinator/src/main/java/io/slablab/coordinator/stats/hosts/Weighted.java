package io.slablab.coordinator.stats.hosts;

import java.util.List;

/**
 * Sums over hosts of weight w = 1 / (variance + tau^2).
 *
 * @param total sum of w
 * @param mean sum w y / total
 * @param q sum w (y - mean)^2
 * @param slope -dq / d tau^2 = sum w^2 (y - mean)^2
 */
record Weighted(double total, double mean, double q, double slope) {

  static double weight(HostEffect host, double tauSquared) {
    return 1 / (host.variance() + tauSquared);
  }

  static Weighted of(List<HostEffect> hosts, double tauSquared) {
    double total = 0;
    double sum = 0;
    for (HostEffect host : hosts) {
      double w = weight(host, tauSquared);
      total += w;
      sum += w * host.effect();
    }
    double mean = sum / total;
    double q = 0;
    double slope = 0;
    for (HostEffect host : hosts) {
      double w = weight(host, tauSquared);
      double off = w * (host.effect() - mean) * (host.effect() - mean);
      q += off;
      slope += w * off;
    }
    return new Weighted(total, mean, q, slope);
  }

  /**
   * Paule and Mandel's tau^2 by Newton's rule: q falls in tau^2 and is convex, so the steps from 0
   * grow to the root and never past it.
   */
  static double pauleMandel(List<HostEffect> hosts) {
    double tauSquared = 0;
    Weighted at = of(hosts, 0);
    double step = (at.q() - (hosts.size() - 1)) / at.slope();
    while (step > 1e-13 * tauSquared) {
      tauSquared += step;
      at = of(hosts, tauSquared);
      step = (at.q() - (hosts.size() - 1)) / at.slope();
    }
    return tauSquared;
  }
}
