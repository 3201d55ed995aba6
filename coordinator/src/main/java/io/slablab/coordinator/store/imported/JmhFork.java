package io.slablab.coordinator.store.imported;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.coordinator.store.imported.ForeignCampaign.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One fork of one result.
 *
 * @param opsPerSecond of each measured iteration, all threads together
 * @param latency of all samples; null where single operations were not timed
 */
record JmhFork(double[] opsPerSecond, @Nullable Latency latency) {

  /** How a score becomes a rate: factor x score, or factor / score. */
  private record Unit(double factor, boolean reciprocal, double ns) {
    double rate(double score) {
      return reciprocal ? factor / score : factor * score;
    }
  }

  static List<JmhFork> of(JmhResults.Entry entry) throws NotImportable {
    JsonNode metric = entry.json().path("primaryMetric");
    Unit unit = unit(entry, metric.path("scoreUnit").asText());
    List<JmhFork> forks = new ArrayList<>();
    for (JsonNode fork : metric.path("rawDataHistogram")) {
      forks.add(sampled(fork, unit));
    }
    if (forks.isEmpty()) {
      for (JsonNode fork : metric.path("rawData")) {
        forks.add(scored(fork, unit));
      }
    }
    if (forks.isEmpty()) {
      throw entry.trouble("primaryMetric has no rawData: forks and iterations cannot be told");
    }
    return forks;
  }

  private static Unit unit(JmhResults.Entry entry, String name) throws NotImportable {
    int threads = Math.max(1, entry.json().path("threads").asInt(1));
    Double rate = CsvDesign.RATES.get(name);
    if (rate != null) {
      return new Unit(rate, false, 0);
    }
    Double time = CsvDesign.TIMES.get(name);
    if (time != null) {
      return new Unit(time * threads, true, 1e9 / time);
    }
    throw entry.trouble("scoreUnit '" + name + "' is neither a rate nor a time per operation");
  }

  private static JmhFork scored(JsonNode fork, Unit unit) {
    List<Double> rates = new ArrayList<>();
    fork.forEach(score -> rates.add(unit.rate(number(score))));
    return new JmhFork(rates.stream().mapToDouble(rate -> rate).toArray(), null);
  }

  /** Iterations are arrays of value and count. */
  private static JmhFork sampled(JsonNode fork, Unit unit) {
    List<Double> rates = new ArrayList<>();
    TreeMap<Double, Long> all = new TreeMap<>();
    for (JsonNode iteration : fork) {
      double sum = 0;
      long count = 0;
      for (JsonNode pair : iteration) {
        double value = number(pair.path(0));
        long times = pair.path(1).asLong();
        sum += value * times;
        count += times;
        all.merge(value * unit.ns(), times, Long::sum);
      }
      rates.add(unit.rate(sum / count));
    }
    return new JmhFork(rates.stream().mapToDouble(rate -> rate).toArray(), latency(all));
  }

  private static @Nullable Latency latency(TreeMap<Double, Long> all) {
    long count = all.values().stream().mapToLong(times -> times).sum();
    return count == 0
        ? null
        : new Latency(
            count,
            quantile(all, count, 0.5),
            quantile(all, count, 0.9),
            quantile(all, count, 0.99),
            quantile(all, count, 0.999),
            all.lastKey());
  }

  /** Type 1: the smallest value that at least this share does not exceed. */
  private static double quantile(TreeMap<Double, Long> all, long count, double share) {
    long wanted = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (Map.Entry<Double, Long> value : all.entrySet()) {
      seen += value.getValue();
      if (seen >= wanted) {
        return value.getKey();
      }
    }
    return all.lastKey();
  }

  /** JMH writes non-finite numbers as texts. */
  private static double number(JsonNode value) {
    return value.isNumber()
        ? value.asDouble()
        : switch (value.asText()) {
          case "+INF" -> Double.POSITIVE_INFINITY;
          case "-INF" -> Double.NEGATIVE_INFINITY;
          default -> Double.NaN;
        };
  }
}
