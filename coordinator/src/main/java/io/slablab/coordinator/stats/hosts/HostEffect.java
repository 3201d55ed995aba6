package io.slablab.coordinator.stats.hosts;

import io.slablab.coordinator.stats.Samples;
import java.util.List;
import java.util.Map;

/**
 * What one host says.
 *
 * @param effect mean log ratio
 * @param variance of that mean
 * @param df degrees of freedom of the variance
 * @param properties by name
 */
public record HostEffect(
    String host, double effect, double variance, double df, Map<String, Property> properties) {

  public HostEffect {
    properties = Map.copyOf(properties);
  }

  /** From the block log ratios of one cell; fewer than two make a host that does not count. */
  public static HostEffect of(String host, double[] d, Map<String, Property> properties) {
    double variance = d.length < 2 ? Double.NaN : Samples.variance(d) / d.length;
    return new HostEffect(host, Samples.mean(d), variance, d.length - 1, properties);
  }

  /** Whether effect and variance are numbers that can be weighed. */
  boolean counts() {
    return Double.isFinite(effect) && variance > 0 && Double.isFinite(variance) && df >= 1;
  }

  static List<HostEffect> counting(List<HostEffect> hosts) {
    return hosts.stream().filter(HostEffect::counts).toList();
  }

  static double[] effects(List<HostEffect> hosts) {
    return hosts.stream().mapToDouble(HostEffect::effect).toArray();
  }
}
