package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The page of a run: one file, no network, light and dark, every number in a table as well. */
public final class HtmlReport {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

  private static final int LONG_SECTION = 40;
  private static final int LONG_VALUE = 300;

  private final RunView run;
  private final Gains gains;
  private final CellNames names;
  private final ChartData charts;
  private final CellSections cells;
  private final String trend;
  private final StringBuilder html = new StringBuilder(1 << 17);

  private HtmlReport(RunView run, String trend) throws IOException {
    this.trend = trend;
    this.run = run;
    this.gains = run.gains();
    this.names = new CellNames(gains);
    this.charts = ChartData.of(run);
    this.cells = new CellSections(run, charts);
  }

  /**
   * The page's text. Reads the trials' histogram logs.
   *
   * @throws IOException when a log cannot be read
   */
  public static String render(RunView run) throws IOException {
    return render(run, "");
  }

  /**
   * The same with a {@link TrendSection}.
   *
   * @param trend its HTML, or nothing
   */
  static String render(RunView run, String trend) throws IOException {
    return new HtmlReport(run, trend).page();
  }

  private String page() {
    html.append("<!doctype html>\n<html lang=en><head><meta charset=utf-8>")
        .append("<meta http-equiv=Content-Security-Policy content=\"" + POLICY + "\">")
        .append("<meta name=viewport content='width=device-width, initial-scale=1'>")
        .append("<meta name=color-scheme content='light dark'>")
        .append("<title>")
        .append(Html.text(gains.suite()))
        .append(" \u2013 Slablab</title>\n")
        .append("<style>")
        .append(Resources.uplot("uPlot.min.css"))
        .append(Resources.ours("report.css"))
        .append("</style></head>\n<body><main>\n");
    header();
    verdicts();
    gainCharts();
    scaling();
    html.append(new CoresAndHosts(run).html());
    html.append(trend);
    allNumbers();
    html.append(cells.render());
    trials();
    environment();
    warnings();
    footer();
    html.append("</main>\n<script type='application/json' id=data>")
        .append(Html.json(charts.json()))
        .append("</script>\n<script>")
        .append(Html.script(Resources.uplot("uPlot.iife.min.js")))
        .append("</script>\n<script>")
        .append(Html.script(Resources.ours("report.js")))
        .append("</script>\n</body></html>\n");
    return html.toString();
  }

  private void header() {
    List<String> meta = new ArrayList<>();
    meta.add(
        "on " + run.hosts().stream().map(RunView.HostView::name).collect(Collectors.joining(", ")));
    if (!run.startedAt().isEmpty()) {
      meta.add("started " + run.startedAt());
    }
    if (run.label() != null) {
      meta.add("label " + run.label());
    }
    meta.add("campaign " + gains.campaign());
    meta.add("seed " + gains.seed());
    html.append("<header><p class=brand>Slablab</p><h1>")
        .append(Html.text(gains.suite()))
        .append("</h1><p class=meta>");
    meta.forEach(m -> html.append("<span>").append(Html.text(m)).append("</span>"));
    html.append("</p>");
    if (run.simulated()) {
      html.append(
          "<p class=simulated>Simulated: numbers marked so are of a simulated machine in virtual"
              + " time.</p>");
    }
    html.append("</header>\n");
  }

  private void verdicts() {
    Story story = Story.of(run);
    html.append("<section class=cards>");
    for (Story.Chapter chapter : story.chapters()) {
      card(story, chapter);
    }
    html.append("</section>\n");
  }

  private void card(Story story, Story.Chapter chapter) {
    Gains.Overall overall = chapter.overall();
    html.append("<article class='card v")
        .append(run.variants().indexOf(chapter.variant()))
        .append("'><h2><i class=swatch></i>")
        .append(Html.text(chapter.variant()))
        .append(" <small>against ")
        .append(Html.text(baselines()))
        .append("</small></h2><p class=big>")
        .append(overall == null ? "~" : Html.pretty(Digits.overall(overall)))
        .append("</p><p class=under>");
    if (overall == null) {
      html.append(Html.text(story.metric())).append(": no cell has an interval");
    } else {
      html.append(Html.text(story.metric()))
          .append(", ")
          .append(
              Html.pretty(
                  Units.plain(overall.confidence() * 100)
                      + " % interval "
                      + Digits.interval(overall.low(), overall.high())))
          .append(
              overall.cells() == 1
                  ? " in the only cell"
                  : ", geometric mean " + chapter.over(overall.cells()));
    }
    html.append("</p>");
    meter(chapter);
    html.append("<ul>");
    chapter.hosts().forEach(this::item);
    html.append("</ul>");
    if (!chapter.why().isEmpty()) {
      html.append("<h3>What the locks say</h3><ul class=why>");
      chapter.why().forEach(this::item);
      html.append("</ul>");
    }
    html.append("</article>");
  }

  private String baselines() {
    return gains.cells().stream()
        .map(Gains.Cell::baseline)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private void item(String sentence) {
    html.append("<li>").append(Html.pretty(sentence)).append("</li>");
  }

  private void meter(Story.Chapter chapter) {
    html.append("<div class=meter role=img aria-label='")
        .append(Html.text(chapter.tally()))
        .append("'>");
    for (Verdict verdict : Verdict.values()) {
      int count = chapter.count(verdict);
      if (count > 0) {
        html.append("<span class='")
            .append(verdict.word())
            .append("' style='flex:")
            .append(count)
            .append("'>")
            .append(count)
            .append(' ')
            .append(verdict.word())
            .append("</span>");
      }
    }
    html.append("</div>");
  }

  private void gainCharts() {
    html.append("<section><h2>Gains</h2>");
    for (String metric : run.metrics()) {
      String chart = GainsChart.render(run, metric, gains.settings().negligible());
      if (!chart.isEmpty()) {
        html.append("<figure><h3>")
            .append(Html.text(metric))
            .append(" <small>")
            .append(better(metric))
            .append(", ")
            .append(blocks(metric))
            .append("</small></h3>")
            .append(chart)
            .append("</figure>");
      }
    }
    html.append("<p class=caption>Bar and dot: gain, treatment / baseline \u2212 1. Whisker: ")
        .append(
            Html.pretty(
                Units.plain(gains.settings().confidence() * 100)
                    + " % paired t interval of the blocks' log ratios"))
        .append(". Shaded: changes up to ")
        .append(Html.pretty(Digits.margin(gains.settings().negligible())))
        .append(", which never count. ~ : the interval holds 0, no difference is shown. ")
        .append("Point at a row for its interval and number of blocks.</p></section>\n");
  }

  private String better(String metric) {
    return gains.rows().stream()
        .filter(r -> r.metric().equals(metric))
        .findFirst()
        .map(r -> r.higherIsBetter() ? "more is better" : "less is better")
        .orElse("");
  }

  private String blocks(String metric) {
    IntSummaryStatistics blocks =
        gains.rows().stream()
            .filter(r -> r.metric().equals(metric))
            .mapToInt(Gains.Row::blocks)
            .summaryStatistics();
    return "n = "
        + (blocks.getMin() == blocks.getMax() ? "" : blocks.getMin() + " to ")
        + blocks.getMax()
        + " blocks";
  }

  private void scaling() {
    List<ChartData.Scaling> curves = charts.scaling();
    if (curves.isEmpty()) {
      return;
    }
    html.append("<section><h2>Scaling</h2><div class=grid>");
    for (int i = 0; i < curves.size(); i++) {
      ChartData.Scaling curve = curves.get(i);
      html.append("<figure><h3>")
          .append(Html.text(curve.title()))
          .append(curve.simulated() ? " <small>simulated</small>" : "")
          .append("</h3><div class=chart data-scaling=")
          .append(i)
          .append("></div></figure>");
    }
    html.append(
            "</div><p class=caption>Throughput by cores. Line: geometric mean over the blocks."
                + " Band: slowest to fastest trial. ")
        .append(
            "Dashed: the baseline's smallest placement times cores. Drag to zoom, double-click to"
                + " reset.</p></section>\n");
  }

  private void allNumbers() {
    List<RunView.Placed> ranked = run.ranked();
    boolean variants = ranked.stream().map(p -> p.row().variant()).distinct().count() > 1;
    List<Column> columns =
        new ArrayList<>(List.of(new Column("verdict", false, p -> p.row().verdict().word())));
    if (names.hostsDiffer() || run.simulated()) {
      columns.add(
          new Column(
              "host", false, p -> p.cell().host() + (p.cell().simulated() ? " (simulated)" : "")));
    }
    columns.add(new Column("workload", false, p -> names.workload(p.cell())));
    columns.add(new Column("placement", false, p -> names.placement(p.cell())));
    if (variants) {
      columns.add(new Column("variant", false, p -> p.row().variant()));
    }
    columns.addAll(
        List.of(
            new Column("metric", false, p -> p.row().metric()),
            new Column("baseline", true, p -> Units.level(p.row().baseline(), p.row().unit())),
            new Column("treatment", true, p -> Units.level(p.row().treatment(), p.row().unit())),
            new Column("gain", true, p -> Digits.gain(p.row())),
            new Column("interval, %", true, p -> Digits.interval(p.row())),
            new Column("n", true, p -> blocks(p.row())),
            new Column("HL", true, p -> Digits.hodgesLehmann(p.row())),
            new Column("p", true, p -> Digits.p(p.row().pAdjusted())),
            new Column("MDE", true, p -> Digits.margin(p.row().mde()))));
    Set<Integer> numeric =
        IntStream.range(0, columns.size())
            .filter(i -> columns.get(i).number())
            .boxed()
            .collect(Collectors.toSet());
    html.append("<section><h2>All comparisons</h2>")
        .append(
            verdictColours(
                Html.table(
                    columns.stream().map(Column::name).toList(),
                    numeric,
                    ranked.stream()
                        .map(p -> columns.stream().map(c -> c.text().apply(p)).toList())
                        .toList())))
        .append(
            "<p class=caption>n: blocks, each one trial of every variant close together in time."
                + " HL: Hodges-Lehmann companion. ")
        .append("p: against a negligible change, adjusted within its metric (q = ")
        .append(Units.plain(gains.settings().q()))
        .append("). MDE: loss that would have been found with ")
        .append(Html.pretty(Units.plain(gains.settings().power() * 100) + " %"))
        .append(" power. Same in all rows: ")
        .append(Html.text(TextTable.same(run).orElse("nothing")))
        .append(".</p></section>\n");
  }

  private record Column(String name, boolean number, Function<RunView.Placed, String> text) {}

  private static String blocks(Gains.Row row) {
    return row.blocks() == row.blocksPlanned()
        ? Integer.toString(row.blocks())
        : row.blocks() + " of " + row.blocksPlanned();
  }

  private static String verdictColours(String table) {
    String coloured = table;
    for (Verdict verdict : Verdict.values()) {
      coloured =
          coloured.replace(
              "<tr><td>" + verdict.word() + "</td>",
              "<tr><td><span class='pill "
                  + verdict.word()
                  + "'>"
                  + verdict.word()
                  + "</span></td>");
    }
    return coloured;
  }

  private void trials() {
    long failed = run.trials().stream().filter(t -> !t.done()).count();
    int missing = gains.cells().stream().mapToInt(c -> c.trials().missing()).sum();
    html.append("<section><h2>Trials</h2><p>")
        .append(run.trials().size() - failed)
        .append(" done, ")
        .append(failed)
        .append(" failed, ")
        .append(missing)
        .append(" planned and not run.</p>");
    List<List<String>> rows = new ArrayList<>();
    for (TrialView trial : run.trials()) {
      if (!trial.done()) {
        String reason = trial.reason();
        rows.add(
            List.of(
                trial.host(),
                trial.cell(),
                trial.variant(),
                "" + trial.block(),
                reason == null ? "no reason" : reason));
      }
    }
    if (!rows.isEmpty()) {
      html.append(
          Html.table(
              List.of("host", "cell", "variant", "block", "failed because"), Set.of(3), rows));
    }
    recording()
        .ifPresent(
            text -> html.append("<p class=caption>").append(Html.pretty(text)).append("</p>"));
    html.append("</section>\n");
  }

  private Optional<String> recording() {
    List<String> modes =
        run.trials().stream()
            .map(TrialView::recording)
            .filter(r -> r != null)
            .map(r -> r.mode().equals("sampled") ? "one operation in " + r.every() : r.mode())
            .distinct()
            .toList();
    if (modes.isEmpty()) {
      return Optional.empty();
    }
    double bias =
        run.trials().stream()
            .map(TrialView::recording)
            .filter(r -> r != null && r.bias() != null)
            .mapToDouble(r -> r.bias() == null ? 0 : r.bias())
            .max()
            .orElse(Double.NaN);
    return Optional.of(
        "Latency recorded: "
            + String.join(", ", modes)
            + (Double.isNaN(bias)
                ? "."
                : "; at most " + Digits.margin(bias) + " of an operation of 500 ns."));
  }

  private void environment() {
    html.append("<section><h2>Hosts</h2>");
    for (RunView.HostView host : run.hosts()) {
      html.append("<details")
          .append(run.hosts().size() == 1 ? " open" : "")
          .append("><summary>")
          .append(Html.text(host.name()))
          .append("</summary>");
      if (host.conditions().isEmpty()) {
        html.append("<p>No conditions.json: what this host is was not recorded.</p>");
      }
      html.append("<div class=grid>");
      host.conditions().forEach((name, values) -> html.append(section(name, values)));
      html.append("</div></details>");
    }
    html.append("</section>\n");
  }

  /** Long lists fold. */
  private static String section(String name, Map<String, String> values) {
    return values.size() <= LONG_SECTION
        ? "<div><h3>" + Html.text(name) + "</h3>" + pairs(values) + "</div>"
        : "<details><summary>%s, %d values</summary>%s</details>"
            .formatted(Html.text(name), values.size(), pairs(values));
  }

  private static String pairs(Map<String, String> values) {
    StringBuilder list = new StringBuilder("<dl>");
    values.forEach((name, value) ->
        list.append("<dt>")
            .append(Html.text(name))
            .append("</dt><dd>")
            .append(Html.text(shortened(value)))
            .append("</dd>"));
    return list.append("</dl>").toString();
  }

  private static String shortened(String value) {
    return value.length() <= LONG_VALUE
        ? value
        : value.substring(0, LONG_VALUE) + "\u2026 (" + value.length() + " characters)";
  }

  private void warnings() {
    Map<String, List<String>> places = TextTable.warningPlaces(run, names);
    html.append("<section><h2>Warnings</h2>");
    if (places.isEmpty()) {
      html.append("<p>None.</p></section>\n");
      return;
    }
    html.append("<ul class=warnings>");
    places.forEach((text, where) ->
        html.append("<li>")
            .append(Html.pretty(text))
            .append(
                where.isEmpty()
                    ? ""
                    : "<small>" + Html.text(TextTable.where(where).strip()) + "</small>")
            .append("</li>"));
    html.append("</ul></section>\n");
  }

  private void footer() {
    html.append("<footer>Slablab ")
        .append(Html.text(run.toolVersion()))
        .append(" \u00b7 ")
        .append(Html.text(TextTable.counts(gains)))
        .append(" \u00b7 ")
        .append(gains.families().stream().mapToInt(Gains.Family::hypotheses).max().orElse(0))
        .append(
            " hypotheses per metric \u00b7 everything on this page is derived from the run"
                + " directory</footer>");
  }
}
