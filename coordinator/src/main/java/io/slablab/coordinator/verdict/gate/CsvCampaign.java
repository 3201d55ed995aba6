package io.slablab.coordinator.verdict.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.slablab.coordinator.stats.Samples;
import io.slablab.coordinator.stats.Warmup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A campaign of another harness: cells.csv, trials.csv and design.json. Warm-up is cut as in our
 * own campaigns, one cut per cell, where the values are iterations.
 */
public final class CsvCampaign {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvParser.Feature.TRIM_SPACES).build();

  private final String name;
  private final String baseline;
  private final boolean cut;
  private final Map<String, String> hosts = new LinkedHashMap<>();
  private final Map<String, Map<Trial, double[]>> cells = new LinkedHashMap<>();

  private record Trial(int block, String variant) {}

  private CsvCampaign(String name, JsonNode design) {
    this.name = name;
    this.baseline = design.path("baseline").asText();
    this.cut =
        design.path("warmup_included").asBoolean()
            && design.path("granularity").asText().equals("iteration");
  }

  /**
   * @param metric that design.json must be about
   * @throws IllegalArgumentException with what is wrong and where
   */
  public static CsvCampaign read(
      String design, String cells, String trials, String metric, boolean higherIsBetter) {
    try {
      JsonNode json = JSON.readTree(design);
      String direction = higherIsBetter ? "higher" : "lower";
      if (!json.path("metric").asText().equals(metric)
          || !json.path("direction").asText().equals(direction)) {
        throw new IllegalArgumentException(
            "design.json: it is about %s, %s is better; the gate is about %s, %s is better"
                .formatted(
                    json.path("metric").asText("no metric"),
                    json.path("direction").asText("nothing"),
                    metric,
                    direction));
      }
      List<Map<String, String>> rows = rows("trials.csv", trials, "cell,block,variant,value");
      String name = rows.isEmpty() ? "" : rows.getFirst().getOrDefault("campaign", "");
      CsvCampaign campaign = new CsvCampaign(name, json);
      rows("cells.csv", cells, "cell")
          .forEach(row ->
              campaign.hosts.put(row.getOrDefault("cell", ""), row.getOrDefault("host", "")));
      campaign.addAll(rows);
      return campaign;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("design.json: no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static List<Map<String, String>> rows(String file, String text, String columns) {
    try (var rows =
        CSV.readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .<Map<String, String>>readValues(text)) {
      List<Map<String, String>> all = rows.readAll();
      for (String column : columns.split(",")) {
        if (!all.isEmpty() && !all.getFirst().containsKey(column)) {
          throw new IllegalArgumentException(file + ": lacks the column " + column);
        }
      }
      return all;
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private void addAll(List<Map<String, String>> rows) {
    int line = 1;
    for (Map<String, String> row : rows) {
      line++;
      try {
        add(row);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "trials.csv:" + line + ": no number: " + e.getMessage(), e);
      }
    }
  }

  /** Iterations of one trial stand in the order of the file. */
  private void add(Map<String, String> row) {
    Trial trial =
        new Trial(Integer.parseInt(row.getOrDefault("block", "")), row.getOrDefault("variant", ""));
    double value = Double.parseDouble(row.getOrDefault("value", ""));
    cells
        .computeIfAbsent(row.getOrDefault("cell", ""), _ -> new LinkedHashMap<>())
        .merge(
            trial,
            new double[] {value},
            (before, _) -> {
              double[] more = Arrays.copyOf(before, before.length + 1);
              more[before.length] = value;
              return more;
            });
  }

  public String name() {
    return name;
  }

  public String baseline() {
    return baseline;
  }

  /** Where a cell ran; empty where cells.csv does not say. */
  public String host(String cell) {
    return hosts.getOrDefault(cell, "");
  }

  public List<String> cells() {
    return List.copyOf(cells.keySet());
  }

  /**
   * Benefits of every treatment of a cell, in block order.
   *
   * @param direction +1 where more is better, -1 where less is
   */
  public Map<String, double[]> benefits(String cell, int direction) {
    Map<Trial, double[]> trials = cells.getOrDefault(cell, Map.of());
    int dropped = cut ? dropped(trials) : 0;
    Map<Integer, Double> base = new TreeMap<>();
    Map<String, Map<Integer, Double>> treatments = new LinkedHashMap<>();
    trials.forEach((trial, values) -> {
      double level =
          Samples.mean(
              Arrays.copyOfRange(values, Math.min(dropped, values.length - 1), values.length));
      if (trial.variant().equals(baseline)) {
        base.put(trial.block(), level);
      } else {
        treatments.computeIfAbsent(trial.variant(), _ -> new TreeMap<>()).put(trial.block(), level);
      }
    });
    Map<String, double[]> benefits = new LinkedHashMap<>();
    treatments.forEach((variant, levels) ->
        benefits.put(
            variant,
            levels.entrySet().stream()
                .filter(entry -> base.containsKey(entry.getKey()))
                .mapToDouble(entry ->
                    direction
                        * Math.log(
                            entry.getValue() / base.getOrDefault(entry.getKey(), Double.NaN)))
                .toArray()));
    return benefits;
  }

  /** One cut for all variants of a cell. */
  private static int dropped(Map<Trial, double[]> trials) {
    int k = trials.values().stream().mapToInt(values -> values.length).min().orElse(0);
    List<List<double[]>> arms = new ArrayList<>();
    Stream<String> variants = trials.keySet().stream().map(Trial::variant).distinct();
    variants.forEach(variant ->
        arms.add(
            trials.entrySet().stream()
                .filter(entry -> entry.getKey().variant().equals(variant))
                .map(entry -> Arrays.copyOf(entry.getValue(), k))
                .toList()));
    boolean positive =
        trials.values().stream().flatMapToDouble(Arrays::stream).allMatch(value -> value > 0);
    return positive && k > 0 ? Warmup.cut(arms).drop() : 0;
  }
}
