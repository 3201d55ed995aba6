package io.slablab.coordinator.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.slablab.coordinator.stats.GateSample;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.compare.Levels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Levels of every variant and metric for trackers of benchmarks: github-action-benchmark, which
 * takes one file per direction, and Bencher, which takes intervals as well.
 */
public final class GateBenchmarks {
  private static final String SEPARATOR = "/";

  private GateBenchmarks() {}

  /** One entry of github-action-benchmark. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Entry(
      String name, String unit, double value, @Nullable String range, @Nullable String extra) {}

  /** One metric of Bencher. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Metric(
      double value,
      @JsonProperty("lower_value") @Nullable Double lower,
      @JsonProperty("upper_value") @Nullable Double upper) {}

  /** A variant's level in a cell, geometric mean over blocks. */
  private record Level(
      String name,
      String metric,
      String unit,
      boolean higherIsBetter,
      double value,
      @Nullable Double low,
      @Nullable Double high,
      int blocks) {
    @Nullable String range() {
      return low == null || high == null
          ? null
          : "\u00b1 " + Digits.margin((high - low) / 2 / value);
    }
  }

  private static List<Level> levels(Gains gains) {
    List<Level> levels = new ArrayList<>();
    for (Gains.Cell cell : gains.cells()) {
      Map<String, Gains.Row> metrics = new LinkedHashMap<>();
      cell.gains().forEach(row -> metrics.putIfAbsent(row.metric(), row));
      metrics.forEach((metric, row) ->
          Levels.logs(cell, metric)
              .forEach((variant, logs) -> levels.add(level(gains, cell, row, variant, logs))));
    }
    return levels;
  }

  private static Level level(
      Gains gains, Gains.Cell cell, Gains.Row row, String variant, double[] logs) {
    String name = String.join(SEPARATOR, gains.suite(), cell.host(), cell.id(), variant);
    return new GateSample.Paired(logs)
        .mean()
        .map(mean -> {
          double half = mean.halfWidth(gains.settings().confidence());
          return new Level(
              name,
              row.metric(),
              row.unit(),
              row.higherIsBetter(),
              Math.exp(mean.mean()),
              Math.exp(mean.mean() - half),
              Math.exp(mean.mean() + half),
              logs.length);
        })
        .orElseGet(() ->
            new Level(
                name,
                row.metric(),
                row.unit(),
                row.higherIsBetter(),
                Math.exp(Arrays.stream(logs).average().orElse(Double.NaN)),
                null,
                null,
                logs.length));
  }

  /**
   * The array that github-action-benchmark reads.
   *
   * @param biggerIsBetter which of the two files
   */
  public static String action(Gains gains, boolean biggerIsBetter) {
    return GateJson.text(
        (Object)
            levels(gains).stream()
                .filter(level -> level.higherIsBetter() == biggerIsBetter)
                .map(level ->
                    new Entry(
                        level.name() + SEPARATOR + level.metric(),
                        level.unit(),
                        level.value(),
                        level.range(),
                        "n=" + level.blocks() + " blocks, campaign " + gains.campaign()))
                .toList());
  }

  /** Bencher Metric Format: benchmark, measure, value with its interval. */
  public static String bencher(Gains gains) {
    Map<String, Map<String, Metric>> benchmarks = new LinkedHashMap<>();
    for (Level level : levels(gains)) {
      benchmarks
          .computeIfAbsent(level.name(), _ -> new LinkedHashMap<>())
          .put(level.metric(), new Metric(level.value(), level.low(), level.high()));
    }
    return GateJson.text((Object) benchmarks);
  }
}
