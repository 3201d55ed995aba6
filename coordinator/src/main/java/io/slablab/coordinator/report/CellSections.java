package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One folded part of the page per cell: latency, order of trials, locks, memory. */
final class CellSections {
  private static final int LOCKS_SHOWN = 12;

  private final RunView run;
  private final ChartData charts;
  private final CellNames names;
  private final StringBuilder html = new StringBuilder();

  CellSections(RunView run, ChartData charts) {
    this.run = run;
    this.charts = charts;
    this.names = new CellNames(run.gains());
  }

  String render() {
    html.append("<section><h2>Cell by cell</h2>");
    List<Gains.Cell> cells = run.gains().cells();
    for (int i = 0; i < cells.size(); i++) {
      cell(cells.get(i), i);
    }
    return html.append("</section>\n").toString();
  }

  private void cell(Gains.Cell cell, int index) {
    html.append("<details class=cell")
        .append(index == 0 ? " open" : "")
        .append("><summary>")
        .append(Html.text(names.full(cell)))
        .append(" <small>CPUs ")
        .append(Html.text(cell.placement().cpus()))
        .append(", ")
        .append(Html.text(cell.engine()))
        .append(cell.simulated() ? ", simulated" : "")
        .append("</small></summary>");
    chartsOf(index);
    latency(cell);
    for (String variant : RunView.variants(cell)) {
      if (!variant.equals(cell.baseline())) {
        locks(cell, variant);
        memory(cell, variant);
      }
    }
    warmup(cell);
    html.append("</details>");
  }

  private void chartsOf(int index) {
    ChartData.CellCharts chart = charts.cells().get(index);
    html.append("<div class=grid>");
    if (!chart.percentiles().isEmpty()) {
      html.append("<figure><h3>Latency by percentile</h3><div class=chart data-percentiles=")
          .append(index)
          .append("></div></figure>");
    }
    if (!chart.order().isEmpty()) {
      html.append(
              "<figure><h3>Throughput in the order of the trials</h3><div class=chart data-order=")
          .append(index)
          .append("></div></figure>");
    }
    html.append("</div>");
  }

  private void latency(Gains.Cell cell) {
    List<List<String>> rows = new ArrayList<>();
    for (String variant : RunView.variants(cell)) {
      List<TrialView> trials = run.done(cell, variant);
      List<TrialView.Latency> latencies = new ArrayList<>();
      for (TrialView trial : trials) {
        TrialView.Latency latency = trial.latency();
        if (latency != null) {
          latencies.add(latency);
        }
      }
      if (!latencies.isEmpty()) {
        rows.add(
            List.of(
                variant,
                Integer.toString(latencies.size()),
                range(latencies, TrialView.Latency::p50Ns),
                range(latencies, TrialView.Latency::p90Ns),
                range(latencies, TrialView.Latency::p99Ns),
                range(latencies, TrialView.Latency::p999Ns),
                range(latencies, TrialView.Latency::maxNs)));
      }
    }
    if (!rows.isEmpty()) {
      html.append("<h3>Latency, lowest to highest trial</h3>")
          .append(
              Html.table(
                  List.of("variant", "trials", "p50", "p90", "p99", "p99.9", "max"),
                  Set.of(1, 2, 3, 4, 5, 6),
                  rows));
    }
  }

  private static String range(
      List<TrialView.Latency> trials, Function<TrialView.Latency, @Nullable Double> quantile) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (TrialView.Latency latency : trials) {
      Double value = quantile.apply(latency);
      if (value != null) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) {
      return Digits.ABSENT;
    }
    String from = Units.level(low, "ns");
    String to = Units.level(high, "ns");
    return from.equals(to) ? from : from + " \u2013 " + to;
  }

  private void locks(Gains.Cell cell, String variant) {
    LockTable table = LockTable.of(run, cell, variant).orElse(null);
    if (table == null) {
      html.append("<p class=caption>Locks: not recorded for ")
          .append(Html.text(variant))
          .append(".</p>");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (LockTable.Line line : table.lines().stream().limit(LOCKS_SHOWN).toList()) {
      rows.add(
          List.of(
              line.name(),
              Units.perOperation(line.baseline().perOp()),
              Units.perOperation(line.treatment().perOp()),
              TextTable.share(line.baseline()),
              TextTable.share(line.treatment()),
              Units.level(line.baseline().averageWaitNs(), "ns"),
              Units.level(line.treatment().averageWaitNs(), "ns"),
              Units.level(line.baseline().waitNsPerOp(), "ns"),
              Units.level(line.treatment().waitNsPerOp(), "ns")));
    }
    html.append("<h3>Locks, ")
        .append(Html.text(cell.baseline()))
        .append(" \u2192 ")
        .append(Html.text(variant))
        .append("</h3>");
    if (rows.isEmpty()) {
      html.append("<p>No lock was taken.</p>");
      return;
    }
    html.append(
        Html.table(
            List.of(
                "lock",
                "taken per op",
                "->",
                "contended",
                "->",
                "average wait",
                "->",
                "waiting per op",
                "->"),
            Set.of(1, 2, 3, 4, 5, 6, 7, 8),
            rows));
    int hidden = table.lines().size() - rows.size();
    if (hidden > 0) {
      html.append("<p class=caption>")
          .append(hidden)
          .append(" more locks waited less; see locks.json.</p>");
    }
  }

  private void memory(Gains.Cell cell, String variant) {
    List<List<String>> rows = new ArrayList<>();
    for (MemoryTable.Line line :
        MemoryTable.of(run.done(cell, cell.baseline()), run.done(cell, variant)).lines()) {
      rows.add(
          List.of(
              line.name(),
              Units.level(line.baselineBytes(), "B"),
              Units.level(line.treatmentBytes(), "B")));
    }
    if (!rows.isEmpty()) {
      html.append("<h3>Memory, ")
          .append(Html.text(cell.baseline()))
          .append(" \u2192 ")
          .append(Html.text(variant))
          .append("</h3>")
          .append(
              Html.table(
                  List.of("at the end of a trial, mean", cell.baseline(), variant),
                  Set.of(1, 2),
                  rows));
    }
  }

  private void warmup(Gains.Cell cell) {
    Gains.Warmup warmup = cell.warmup();
    Gains.TrialCounts trials = cell.trials();
    html.append("<p class=caption>")
        .append(trials.done())
        .append(" of ")
        .append(trials.planned())
        .append(" trials done");
    if (warmup != null) {
      html.append("; ")
          .append(warmup.dropped())
          .append(" of ")
          .append(warmup.iterations())
          .append(" intervals cut from the front of each as warm-up");
    }
    Gains.Stop stop = cell.stop();
    if (stop != null) {
      html.append("; no block after ")
          .append(stop.blocks())
          .append(": ")
          .append(Html.text(stop.reason().words()));
    }
    html.append(".</p>");
  }
}
