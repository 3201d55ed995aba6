package io.slablab.coordinator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.verdict.Gains;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;

/**
 * What the page's scripts draw, as one JSON object.
 *
 * @param variants names; an index into them is a colour
 * @param scaling one per workload, layout and memory policy that has at least two core counts
 * @param cells one per cell, in planned order
 */
record ChartData(List<String> variants, List<Scaling> scaling, List<CellCharts> cells) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TICKS_PER_HALF_DISTANCE = 5;

  /**
   * @param cores x values
   * @param ideal throughput at one worker times workers, from the baseline's smallest placement
   */
  record Scaling(
      String title, boolean simulated, List<Integer> cores, List<Double> ideal, List<Line> lines) {}

  /**
   * @param level geometric mean as in gains.json; null where the variant lacks this core count
   * @param low slowest trial
   * @param high fastest trial
   */
  record Line(
      int variant,
      List<@Nullable Double> level,
      List<@Nullable Double> low,
      List<@Nullable Double> high,
      List<Integer> trials) {}

  record CellCharts(List<Percentiles> percentiles, List<Order> order) {}

  /**
   * @param beyond 1 / (1 - percentile), rising
   * @param ns value at each
   */
  record Percentiles(int variant, long count, List<Double> beyond, List<Long> ns) {}

  /**
   * @param at place of the trial in the order in which the cell's trials ran, from 1
   */
  record Order(int variant, List<Integer> at, List<Double> rate, List<Integer> block) {}

  static ChartData of(RunView run) throws IOException {
    List<String> variants = run.variants();
    List<CellCharts> cells = new ArrayList<>();
    for (Gains.Cell cell : run.gains().cells()) {
      cells.add(new CellCharts(percentiles(run, cell, variants), order(run, cell, variants)));
    }
    return new ChartData(variants, scaling(run, variants), cells);
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and texts always have a JSON form", e);
    }
  }

  private static List<Scaling> scaling(RunView run, List<String> variants) {
    CellNames names = new CellNames(run.gains());
    Map<String, Map<Integer, Gains.Cell>> curves = new LinkedHashMap<>();
    for (Gains.Cell cell : run.gains().cells()) {
      if (throughput(cell).isEmpty()) {
        continue;
      }
      curves
          .computeIfAbsent(title(names, cell), _ -> new TreeMap<>())
          .put(cell.placement().cores(), cell);
    }
    List<Scaling> scaling = new ArrayList<>();
    curves.forEach((title, cells) -> {
      if (cells.size() > 1) {
        scaling.add(curve(run, title, List.copyOf(cells.values()), variants));
      }
    });
    return scaling;
  }

  private static String title(CellNames names, Gains.Cell cell) {
    return (names.hostsDiffer() ? cell.host() + ", " : "")
        + names.workload(cell)
        + ", "
        + cell.placement().layout()
        + (names.memoriesDiffer() ? ", " + cell.placement().memory() + " memory" : "");
  }

  private static Scaling curve(
      RunView run, String title, List<Gains.Cell> cells, List<String> variants) {
    List<Line> lines = new ArrayList<>();
    for (String variant : variants) {
      List<@Nullable Double> levels = each(cells, c -> level(c, variant));
      if (levels.stream().anyMatch(Objects::nonNull)) {
        lines.add(
            new Line(
                variants.indexOf(variant),
                levels,
                each(cells, c -> rate(run, c, variant, -1)),
                each(cells, c -> rate(run, c, variant, 1)),
                cells.stream().map(c -> run.done(c, variant).size()).toList()));
      }
    }
    Gains.Cell first = cells.getFirst();
    Double unit = level(first, first.baseline());
    double perCore = unit == null ? 0 : unit / first.placement().cores();
    return new Scaling(
        title,
        first.simulated(),
        cells.stream().map(c -> c.placement().cores()).toList(),
        unit == null
            ? List.of()
            : cells.stream().map(c -> perCore * c.placement().cores()).toList(),
        lines);
  }

  private static List<@Nullable Double> each(
      List<Gains.Cell> cells, Function<Gains.Cell, @Nullable Double> value) {
    List<@Nullable Double> values = new ArrayList<>();
    cells.forEach(cell -> values.add(value.apply(cell)));
    return values;
  }

  private static List<Gains.Row> throughput(Gains.Cell cell) {
    return cell.gains().stream().filter(row -> row.metric().equals("throughput")).toList();
  }

  private static @Nullable Double level(Gains.Cell cell, String variant) {
    for (Gains.Row row : throughput(cell)) {
      if (variant.equals(cell.baseline())) {
        return row.baseline();
      }
      if (variant.equals(row.variant())) {
        return row.treatment();
      }
    }
    return null;
  }

  private static @Nullable Double rate(RunView run, Gains.Cell cell, String variant, int side) {
    @Nullable Double extreme = null;
    for (TrialView trial : run.done(cell, variant)) {
      Double rate = trial.rate();
      if (rate != null && (extreme == null || side * rate > side * extreme)) {
        extreme = rate;
      }
    }
    return extreme;
  }

  private static List<Percentiles> percentiles(RunView run, Gains.Cell cell, List<String> variants)
      throws IOException {
    List<Percentiles> lines = new ArrayList<>();
    for (String variant : RunView.variants(cell)) {
      Histogram merged = HistogramLogs.merged(run.done(cell, variant));
      if (merged.getTotalCount() > 0) {
        lines.add(percentiles(variants.indexOf(variant), merged));
      }
    }
    return lines;
  }

  private static Percentiles percentiles(int variant, Histogram merged) {
    List<Double> beyond = new ArrayList<>();
    List<Long> ns = new ArrayList<>();
    for (HistogramIterationValue value : merged.percentiles(TICKS_PER_HALF_DISTANCE)) {
      double share = value.getPercentileLevelIteratedTo() / 100;
      if (share < 1) {
        beyond.add(1 / (1 - share));
        ns.add(value.getValueIteratedTo());
      }
    }
    // the largest value stands where one sample of the count lies beyond
    beyond.add(Math.max((double) merged.getTotalCount(), beyond.isEmpty() ? 1 : beyond.getLast()));
    ns.add(merged.getMaxValue());
    return new Percentiles(variant, merged.getTotalCount(), beyond, ns);
  }

  private static List<Order> order(RunView run, Gains.Cell cell, List<String> variants) {
    List<TrialView> ran =
        RunView.variants(cell).stream()
            .flatMap(variant -> run.done(cell, variant).stream())
            .filter(trial -> trial.rate() != null)
            .sorted(
                Comparator.comparing(TrialView::startedAt)
                    .thenComparingInt(TrialView::block)
                    .thenComparingInt(TrialView::position))
            .toList();
    Map<String, Order> orders = new LinkedHashMap<>();
    for (int i = 0; i < ran.size(); i++) {
      TrialView trial = ran.get(i);
      Double rate = trial.rate();
      Order order =
          orders.computeIfAbsent(
              trial.variant(),
              variant ->
                  new Order(
                      variants.indexOf(variant),
                      new ArrayList<>(),
                      new ArrayList<>(),
                      new ArrayList<>()));
      if (rate != null) {
        order.at().add(i + 1);
        order.rate().add(rate);
        order.block().add(trial.block());
      }
    }
    return List.copyOf(orders.values());
  }
}
