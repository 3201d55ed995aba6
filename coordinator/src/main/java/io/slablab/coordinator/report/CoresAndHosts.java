package io.slablab.coordinator.report;

import io.slablab.coordinator.report.TextGrid.Column;
import io.slablab.coordinator.report.TextGrid.Style;
import io.slablab.coordinator.verdict.AcrossHosts;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Scaling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a run says about cores, layouts and hosts: for the terminal and for the page. */
final class CoresAndHosts {
  private static final List<String> CURVES =
      List.of("scaling of", "variant", "law", "sigma %", "kappa %", "knee, cores", "doubts");

  private final RunView run;
  private final Gains gains;

  /**
   * Gains of a variant and the first metric on one host: cores down, layouts across.
   *
   * @param rows by cores; one text per layout
   */
  private record Matrix(String title, List<String> layouts, Map<Integer, List<String>> rows) {}

  CoresAndHosts(RunView run) {
    this.run = run;
    this.gains = run.gains();
  }

  /** Lines for a terminal; none where there is nothing to say. */
  List<String> text(int width, boolean colour) {
    List<String> lines = new ArrayList<>();
    for (Matrix matrix : matrices()) {
      lines.add("");
      lines.add(Style.BOLD.paint(matrix.title(), colour));
      List<Column> columns = new ArrayList<>(List.of(Column.right("cores")));
      matrix.layouts().forEach(layout -> columns.add(Column.right(layout)));
      TextGrid grid = new TextGrid(columns);
      matrix.rows().forEach((cores, texts) -> grid.row(Style.PLAIN, joined(cores, texts)));
      lines.addAll(grid.render(width, colour));
    }
    curves(lines, width, colour);
    for (AcrossHosts hosts : gains.hosts()) {
      lines.add("");
      wrap(lines, subject(hosts) + ": " + hosts.sentence() + ".", width);
    }
    return lines;
  }

  private void curves(List<String> lines, int width, boolean colour) {
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left(CURVES.get(0)),
                Column.left(CURVES.get(1)),
                Column.left(CURVES.get(2)),
                Column.right(CURVES.get(3), 3),
                Column.right(CURVES.get(4), 2),
                Column.right(CURVES.get(5)),
                new Column(CURVES.get(6), false, 1)));
    gains.scaling().stream()
        .filter(curve -> curve.law() != null)
        .forEach(curve -> grid.row(Style.PLAIN, cells(curve)));
    if (!grid.isEmpty()) {
      lines.add("");
      lines.addAll(grid.render(width, colour));
    }
    without()
        .forEach((why, places) -> {
          lines.add("");
          wrap(lines, "Scaling, " + why + TextTable.where(places), width);
        });
  }

  /** Layouts without a curve by the reason. */
  private Map<String, List<String>> without() {
    Map<String, List<String>> reasons = new LinkedHashMap<>();
    for (Scaling curve : gains.scaling()) {
      String why = curve.without();
      if (why != null) {
        List<String> places = reasons.computeIfAbsent(why, _ -> new ArrayList<>());
        if (!places.contains(place(curve))) {
          places.add(place(curve));
        }
      }
    }
    return reasons;
  }

  private String place(Scaling curve) {
    List<String> parts = new ArrayList<>();
    if (new CellNames(gains).hostsDiffer()) {
      parts.add(curve.host());
    }
    parts.add(curve.workload() + differing(curve.workload(), curve.params()));
    parts.add(curve.layout());
    if (curve.sockets() != null && curve.sockets() > 1) {
      parts.add(curve.sockets() + " sockets");
    }
    return Printable.of(String.join(", ", parts) + (curve.simulated() ? " (simulated)" : ""));
  }

  private String differing(String workload, Map<String, String> params) {
    return params.entrySet().stream()
        .filter(param ->
            gains.cells().stream()
                .filter(cell -> cell.workload().equals(workload))
                .anyMatch(cell -> !param.getValue().equals(cell.params().get(param.getKey()))))
        .map(param -> " " + param.getKey() + "=" + param.getValue())
        .collect(Collectors.joining());
  }

  private List<String> cells(Scaling curve) {
    return List.of(
        place(curve),
        curve.variant(),
        curve.law() == null ? "points only" : law(curve.law()),
        share(curve.sigma()),
        share(curve.kappa()),
        knee(curve.knee()),
        curve.without() == null ? String.join("; ", curve.lackOfFit()) : curve.without());
  }

  private static String law(String law) {
    return switch (law) {
      case "USL" -> "USL";
      case "AMDAHL" -> "Amdahl";
      case "COHERENCY" -> "coherency";
      default -> "linear";
    };
  }

  private static String share(Scaling.@Nullable Coefficient c) {
    if (c == null) {
      return "";
    }
    return c.high() == 0
        ? "0"
        : significant(100 * c.value())
            + " ["
            + significant(100 * c.low())
            + ", "
            + significant(100 * c.high())
            + "]";
  }

  private static String significant(double value) {
    int digits = value == 0 ? 0 : (int) Math.floor(Math.log10(Math.abs(value)));
    return Digits.fixed(value, Math.clamp(2 - digits, 0, 6));
  }

  private static String knee(Scaling.@Nullable Coefficient knee) {
    return knee == null
        ? "none seen"
        : "%.0f [%.0f, %.0f]".formatted(knee.value(), knee.low(), knee.high());
  }

  private String subject(AcrossHosts hosts) {
    return Printable.of(
        hosts.variant()
            + ", "
            + hosts.workload()
            + differing(hosts.workload(), hosts.params())
            + ", "
            + hosts.metric());
  }

  private List<Matrix> matrices() {
    CellNames names = new CellNames(gains);
    String metric = run.metrics().isEmpty() ? "" : run.metrics().getFirst();
    if (!names.layoutsDiffer()) {
      return List.of(); // the table of gains is the matrix
    }
    Map<String, List<RunView.Placed>> groups = new LinkedHashMap<>();
    for (Gains.Cell cell : gains.cells()) {
      for (Gains.Row row : cell.gains()) {
        if (row.metric().equals(metric)) {
          String title =
              "%s gain by cores and layout: %s%s%s"
                  .formatted(
                      metric,
                      names.hostsDiffer() ? cell.host() + ", " : "",
                      names.workload(cell) + (cell.simulated() ? " (simulated)" : ""),
                      ", " + row.variant());
          groups.computeIfAbsent(title, _ -> new ArrayList<>()).add(new RunView.Placed(cell, row));
        }
      }
    }
    return groups.entrySet().stream().map(e -> matrix(e.getKey(), e.getValue())).toList();
  }

  private static Matrix matrix(String title, List<RunView.Placed> placed) {
    Set<String> layouts = new LinkedHashSet<>();
    placed.forEach(p -> layouts.add(layout(p.cell(), placed)));
    Map<Integer, Map<String, String>> rows = new TreeMap<>();
    placed.forEach(p ->
        rows.computeIfAbsent(p.cell().placement().cores(), _ -> new LinkedHashMap<>())
            .put(layout(p.cell(), placed), Digits.gain(p.row())));
    Map<Integer, List<String>> texts = new TreeMap<>();
    rows.forEach((cores, byLayout) ->
        texts.put(cores, layouts.stream().map(l -> byLayout.getOrDefault(l, "")).toList()));
    return new Matrix(Printable.of(title), List.copyOf(layouts), texts);
  }

  private static String layout(Gains.Cell cell, List<RunView.Placed> all) {
    boolean memories = all.stream().map(p -> p.cell().placement().memory()).distinct().count() > 1;
    return cell.placement().layout() + (memories ? " " + cell.placement().memory() : "");
  }

  private static List<String> joined(int cores, List<String> texts) {
    List<String> all = new ArrayList<>(List.of(Integer.toString(cores)));
    all.addAll(texts);
    return all;
  }

  /** Sections of the page; empty where there is nothing to say. */
  String html() {
    StringBuilder html = new StringBuilder();
    for (Matrix matrix : matrices()) {
      List<String> heads = new ArrayList<>(List.of("cores"));
      heads.addAll(matrix.layouts());
      List<List<String>> rows = new ArrayList<>();
      matrix.rows().forEach((cores, texts) -> rows.add(joined(cores, texts)));
      html.append("<figure><h3>")
          .append(Html.text(matrix.title()))
          .append("</h3>")
          .append(
              Html.table(
                  heads,
                  IntStream.range(0, heads.size()).boxed().collect(Collectors.toSet()),
                  rows))
          .append("</figure>");
    }
    if (!gains.scaling().isEmpty()) {
      html.append("<h3>Laws of scaling</h3>")
          .append(
              Html.table(
                  CURVES, Set.of(3, 4, 5), gains.scaling().stream().map(this::cells).toList()))
          .append("<p class=caption>Throughput of N cores = \u03bb N / (1 + \u03c3 (N \u2212 1) + ")
          .append("\u03ba N (N \u2212 1)): \u03c3 (sigma) is the serial share, \u03ba (kappa) the")
          .append(" price of agreement; the knee is where throughput is highest, told within twice")
          .append(" the cores measured. The points, not the curve, are compared.</p>");
    }
    if (!gains.hosts().isEmpty()) {
      html.append("<h3>Hosts together</h3><ul>");
      gains
          .hosts()
          .forEach(hosts ->
              html.append("<li>")
                  .append(Html.pretty(subject(hosts) + ": " + hosts.sentence() + "."))
                  .append("</li>"));
      html.append("</ul><p class=caption>Intervals of groups are after selection.</p>");
    }
    return html.isEmpty() ? "" : "<section><h2>Cores and hosts</h2>" + html + "</section>\n";
  }

  private static void wrap(List<String> lines, String text, int width) {
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder("  ").append(word);
      } else {
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
    }
    lines.add(line.toString());
  }
}
