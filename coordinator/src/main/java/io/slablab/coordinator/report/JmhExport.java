package io.slablab.coordinator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slablab.coordinator.verdict.Gains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.util.MultisetStatistics;
import org.openjdk.jmh.util.Statistics;

/**
 * The trials' jmh.json files as one JMH result array: one entry per cell, variant and benchmark, a
 * trial being a fork of it. Our axes stand in {@code params}, so that viewers group by them. Scores
 * and errors are computed by JMH's own classes from the raw data, as JMH would have: at 99.9 per
 * cent, over all iterations.
 */
final class JmhExport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final double CONFIDENCE = 0.999;
  private static final double[] PERCENTILES = {
    0, 50, 90, 95, 99, 99.9, 99.99, 99.999, 99.9999, 100
  };

  private JmhExport() {}

  static String of(RunView run) throws IOException {
    ArrayNode array = JSON.createArrayNode();
    for (Gains.Cell cell : run.gains().cells()) {
      for (String variant : RunView.variants(cell)) {
        for (List<ObjectNode> forks : forks(run.done(cell, variant)).values()) {
          array.add(merged(run, cell, variant, forks));
        }
      }
    }
    return array.toPrettyString() + "\n";
  }

  /** Entries of all trials by benchmark. */
  private static Map<String, List<ObjectNode>> forks(List<TrialView> trials) throws IOException {
    Map<String, List<ObjectNode>> forks = new LinkedHashMap<>();
    for (TrialView trial : trials) {
      Path file = trial.folder().resolve("jmh.json");
      if (Files.exists(file)) {
        for (JsonNode entry : parse(file)) {
          if (entry instanceof ObjectNode object) {
            String key = entry.path("benchmark").asText() + " " + entry.path("mode").asText();
            forks.computeIfAbsent(key, _ -> new ArrayList<>()).add(object);
          }
        }
      }
    }
    return forks;
  }

  private static JsonNode parse(Path file) throws IOException {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new UnreadableRun(
          file, "broken (" + e.getOriginalMessage() + ")", "was it edited or cut short?");
    }
  }

  private static ObjectNode merged(
      RunView run, Gains.Cell cell, String variant, List<ObjectNode> forks) {
    ObjectNode entry = forks.getFirst().deepCopy();
    entry.put("forks", forks.size());
    entry.set("params", params(run, cell, variant, entry.path("params")));
    entry.set("primaryMetric", metric(forks.stream().map(f -> f.path("primaryMetric")).toList()));
    ObjectNode secondary = NODES.objectNode();
    for (Map.Entry<String, JsonNode> named : entry.path("secondaryMetrics").properties()) {
      String name = named.getKey();
      secondary.set(
          name, metric(forks.stream().map(f -> f.path("secondaryMetrics").path(name)).toList()));
    }
    entry.set("secondaryMetrics", secondary);
    return entry;
  }

  private static ObjectNode params(RunView run, Gains.Cell cell, String variant, JsonNode theirs) {
    ObjectNode params = NODES.objectNode();
    params.put("suite", run.gains().suite());
    params.put("host", cell.host());
    params.put("engine", cell.engine());
    params.put("workload", cell.workload());
    cell.params().forEach(params::put);
    params.put("layout", cell.placement().layout());
    params.put("cores", Integer.toString(cell.placement().cores()));
    params.put("memory", cell.placement().memory());
    params.put("variant", variant);
    theirs
        .properties()
        .forEach(p -> {
          if (!params.has(p.getKey())) {
            params.put(p.getKey(), p.getValue().asText());
          }
        });
    return params;
  }

  /** One metric of all forks. */
  private static ObjectNode metric(List<JsonNode> forks) {
    MultisetStatistics values = new MultisetStatistics();
    ArrayNode raw = NODES.arrayNode();
    ArrayNode histograms = NODES.arrayNode();
    for (JsonNode fork : forks) {
      for (JsonNode iterations : fork.path("rawData")) {
        raw.add(iterations);
        iterations.forEach(value -> values.addValue(number(value), 1));
      }
      for (JsonNode iterations : fork.path("rawDataHistogram")) {
        histograms.add(iterations);
        iterations.forEach(histogram ->
            histogram.forEach(
                pair -> values.addValue(number(pair.path(0)), pair.path(1).asLong())));
      }
    }
    ObjectNode metric = NODES.objectNode();
    summary(metric, values);
    metric.put("scoreUnit", forks.getFirst().path("scoreUnit").asText());
    if (histograms.isEmpty()) {
      metric.set("rawData", raw);
    } else {
      metric.set("rawDataHistogram", histograms);
    }
    return metric;
  }

  private static void summary(ObjectNode metric, Statistics values) {
    boolean any = values.getN() > 0;
    put(metric, "score", any ? values.getMean() : Double.NaN);
    put(metric, "scoreError", any ? values.getMeanErrorAt(CONFIDENCE) : Double.NaN);
    ArrayNode confidence = metric.putArray("scoreConfidence");
    double[] interval =
        any ? values.getConfidenceIntervalAt(CONFIDENCE) : new double[] {Double.NaN, Double.NaN};
    confidence.add(node(interval[0]));
    confidence.add(node(interval[1]));
    ObjectNode percentiles = metric.putObject("scorePercentiles");
    for (double percentile : PERCENTILES) {
      put(
          percentiles,
          Double.toString(percentile),
          any ? values.getPercentile(percentile) : Double.NaN);
    }
  }

  private static void put(ObjectNode object, String name, double value) {
    object.set(name, node(value));
  }

  /** JMH writes non-finite numbers as texts. */
  private static JsonNode node(double value) {
    if (Double.isNaN(value)) {
      return NODES.textNode("NaN");
    }
    return Double.isInfinite(value)
        ? NODES.textNode(value > 0 ? "+INF" : "-INF")
        : NODES.numberNode(value);
  }

  private static double number(JsonNode value) {
    return switch (value.asText()) {
      case "NaN" -> Double.NaN;
      case "+INF" -> Double.POSITIVE_INFINITY;
      case "-INF" -> Double.NEGATIVE_INFINITY;
      default -> value.asDouble();
    };
  }
}
