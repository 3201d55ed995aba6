package io.slablab.coordinator.report;

import io.slablab.coordinator.report.TextGrid.Column;
import io.slablab.coordinator.report.TextGrid.Style;
import io.slablab.coordinator.verdict.Flag;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The table that ends a run: verdicts first, then locks, memory and warnings. ASCII, lines end in
 * \n.
 */
public final class TextTable {
  /** Fits a terminal beside something else, and a mail with little quoting. */
  public static final int WIDTH = 100;

  private static final String HL = "HL";
  private static final String P = "p";
  private static final String MDE = "MDE";
  private static final Map<String, String> LEGEND = legend();
  private static final int LOCKS_SHOWN = 3;
  private static final int PLACES_NAMED = 3;

  private final RunView run;
  private final CellNames names;
  private final int width;
  private final boolean colour;
  private final List<String> lines = new ArrayList<>();

  private TextTable(RunView run, int width, boolean colour) {
    this.run = run;
    this.names = new CellNames(run.gains());
    this.width = width;
    this.colour = colour;
  }

  /**
   * The whole text.
   *
   * @param width columns to fit where leaving columns out can reach it
   * @param colour whether to use terminal colours
   */
  public static String render(RunView run, int width, boolean colour) {
    TextTable table = new TextTable(run, width, colour);
    table.header();
    table.gains();
    table.story();
    table.lines.addAll(new CoresAndHosts(run).text(width, colour));
    table.locks();
    table.memory();
    table.warnings();
    return String.join("\n", table.lines) + "\n";
  }

  private void header() {
    Gains gains = run.gains();
    String hosts =
        run.hosts().stream().map(RunView.HostView::name).collect(Collectors.joining(", "));
    lines.add(
        Style.BOLD.paint(gains.suite(), colour)
            + (run.simulated() ? " (SIMULATED rows are marked)" : "")
            + " on "
            + hosts
            + ": "
            + counts(gains));
    int family = gains.families().stream().mapToInt(Gains.Family::hypotheses).max().orElse(0);
    wrap(
        "",
        "family of %d %s per metric, q = %s, negligible %s, equivalence %s, %s %% intervals, %s, seed %d"
            .formatted(
                family,
                family == 1 ? "comparison" : "comparisons",
                Units.plain(gains.settings().q()),
                Digits.margin(gains.settings().negligible()),
                Digits.margin(gains.settings().equivalence()),
                Units.plain(gains.settings().confidence() * 100),
                gains.rows().stream().anyMatch(row -> row.flags().contains(Flag.UNPAIRED))
                    ? "trials unpaired"
                    : "blocks paired",
                gains.seed()));
    same(run).ifPresent(text -> wrap("", text));
    lines.add("");
  }

  static String counts(Gains gains) {
    return "%d worse, %d inconclusive, %d better, %d equivalent"
        .formatted(
            gains.families().stream().mapToInt(Gains.Family::worse).sum(),
            gains.families().stream().mapToInt(Gains.Family::inconclusive).sum(),
            gains.families().stream().mapToInt(Gains.Family::better).sum(),
            gains.families().stream().mapToInt(Gains.Family::equivalent).sum());
  }

  /** What is the same in all rows and has no column. */
  static Optional<String> same(RunView run) {
    List<Gains.Cell> cells = run.gains().cells();
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    single(run, Gains.Cell::baseline)
        .map(baseline -> treatment(run).orElse("all") + " against " + baseline)
        .ifPresent(parts::add);
    single(run, c -> c.placement().layout() + " layout").ifPresent(parts::add);
    single(run, c -> c.placement().memory() + " memory").ifPresent(parts::add);
    single(run, c -> "engine " + c.engine()).ifPresent(parts::add);
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
  }

  private static Optional<String> single(RunView run, Function<Gains.Cell, String> text) {
    List<String> values = run.gains().cells().stream().map(text).distinct().toList();
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /** The treatment, where there is but one. */
  static Optional<String> treatment(RunView run) {
    List<String> names = run.gains().rows().stream().map(Gains.Row::variant).distinct().toList();
    return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
  }

  private String variantCell(String variant) {
    return treatment(run).isPresent() ? "" : variant;
  }

  private void gains() {
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left("host"),
                Column.left("workload"),
                Column.left(names.placementKind()),
                Column.left("variant"),
                Column.left("metric"),
                Column.right("baseline", TextGrid.DEAR),
                Column.right("gain"),
                Column.right("interval %"),
                Column.right("n", TextGrid.DEAR + 1),
                Column.right(HL, 1),
                Column.right(P, 2),
                Column.right(MDE, 3),
                Column.left("verdict")));
    for (RunView.Placed placed : run.ranked()) {
      grid.row(style(placed.row().verdict()), cells(placed.cell(), placed.row()));
    }
    if (run.gains().rows().isEmpty()) {
      lines.add("No comparison: no cell has a treatment with a metric.");
    } else {
      lines.addAll(grid.render(width, colour));
      wrap("", legend(grid.shown(width), grid.leftOut(width)));
    }
  }

  private static Map<String, String> legend() {
    Map<String, String> legend = new LinkedHashMap<>();
    legend.put("n", "blocks");
    legend.put(HL, "Hodges-Lehmann gain");
    legend.put(P, "adjusted within its family");
    legend.put(MDE, "least loss that would have shown");
    return legend;
  }

  /** The short names of columns in words, and what a wider table has. */
  private static String legend(List<String> shown, List<String> leftOut) {
    List<String> words = new ArrayList<>();
    LEGEND.forEach((name, meaning) -> {
      if (shown.contains(name)) {
        words.add(name + ": " + meaning);
      }
    });
    if (!leftOut.isEmpty()) {
      words.add("left out at this width: " + String.join(", ", leftOut));
    }
    return String.join("; ", words);
  }

  private List<String> cells(Gains.Cell cell, Gains.Row row) {
    return List.of(
        names.hostsDiffer() ? cell.host() : "",
        names.workload(cell) + (cell.simulated() ? " (simulated)" : ""),
        names.placement(cell),
        variantCell(row.variant()),
        row.metric(),
        Units.level(row.baseline(), row.unit()),
        Digits.gain(row),
        Digits.interval(row),
        row.blocks() == row.blocksPlanned()
            ? Integer.toString(row.blocks())
            : row.blocks() + "/" + row.blocksPlanned(),
        row.hodgesLehmann() == null ? "" : Digits.hodgesLehmann(row),
        Digits.p(row.pAdjusted()),
        row.verdict() == Verdict.INCONCLUSIVE ? Digits.margin(row.mde()) : "",
        row.verdict().word());
  }

  private static Style style(Verdict verdict) {
    return switch (verdict) {
      case WORSE -> Style.BAD;
      case BETTER -> Style.GOOD;
      case INCONCLUSIVE -> Style.OPEN;
      case EQUIVALENT -> Style.PLAIN;
    };
  }

  private void story() {
    Story story = Story.of(run);
    if (story.chapters().isEmpty()) {
      return;
    }
    lines.add("");
    for (Story.Chapter chapter : story.chapters()) {
      wrap("", summary(story, chapter));
      chapter.why().forEach(sentence -> wrap("  ", sentence));
    }
  }

  static String summary(Story story, Story.Chapter chapter) {
    Gains.Overall overall = chapter.overall();
    String start = chapter.variant() + ", " + story.metric() + ": " + chapter.tally();
    return overall == null
        ? start + "."
        : start
            + "; geometric mean "
            + Digits.overall(overall)
            + " "
            + Digits.interval(overall.low(), overall.high())
            + " "
            + chapter.over(overall.cells())
            + ".";
  }

  private void locks() {
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left("cell"),
                Column.left("variant"),
                Column.left("lock"),
                Column.right("taken/op"),
                Column.right("->"),
                Column.right("contended", 2),
                Column.right("->", 2),
                Column.right("avg wait", 1),
                Column.right("->", 1)));
    for (Gains.Cell cell : run.gains().cells()) {
      for (String variant : RunView.variants(cell)) {
        if (!variant.equals(cell.baseline())) {
          LockTable.of(run, cell, variant).ifPresent(table -> lockRows(grid, cell, variant, table));
        }
      }
    }
    if (!grid.isEmpty()) {
      lines.add("");
      lines.add(
          Style.BOLD.paint("Locks, baseline -> treatment", colour)
              + ", where somebody waits or use changes");
      lines.addAll(grid.render(width, colour));
    }
  }

  private void lockRows(TextGrid grid, Gains.Cell cell, String variant, LockTable table) {
    String name = names.full(cell);
    for (LockTable.Line line :
        table.lines().stream().filter(LockTable.Line::matters).limit(LOCKS_SHOWN).toList()) {
      grid.row(Style.PLAIN, lockCells(name, variant, line));
      name = ".";
    }
  }

  private List<String> lockCells(String cell, String variant, LockTable.Line line) {
    return List.of(
        cell,
        variantCell(variant),
        line.name(),
        Units.perOperation(line.baseline().perOp()),
        Units.perOperation(line.treatment().perOp()),
        share(line.baseline()),
        share(line.treatment()),
        Units.level(line.baseline().averageWaitNs(), "ns"),
        Units.level(line.treatment().averageWaitNs(), "ns"));
  }

  /** Contended acquisitions; absent where the lock was never taken. */
  static String share(LockTable.Use use) {
    if (use.perOp() == 0) {
      return Digits.ABSENT;
    }
    double percent = use.contended() * 100;
    return (percent > 0 && percent < 0.005 ? "< 0.01" : Digits.fixed(percent, 2)) + " %";
  }

  /** Absolute values, of every variant: a ratio says little where the baseline keeps nothing. */
  private void memory() {
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left("cell"),
                Column.left("variant"),
                Column.left("metric"),
                Column.right("baseline"),
                Column.right("->"),
                Column.right("difference")));
    for (Gains.Cell cell : run.gains().cells()) {
      String name = names.full(cell);
      for (Gains.Row row : cell.gains()) {
        if (row.unit().equals(Units.BYTES)) {
          grid.row(Style.PLAIN, memoryCells(name, row));
          name = ".";
        }
      }
    }
    if (!grid.isEmpty()) {
      lines.add("");
      lines.add(
          Style.BOLD.paint("Memory, baseline -> treatment", colour)
              + ", slabs and per-CPU areas of all CPUs");
      lines.addAll(grid.render(width, colour));
    }
  }

  private List<String> memoryCells(String cell, Gains.Row row) {
    Double baseline = row.baseline();
    Double treatment = row.treatment();
    return List.of(
        cell,
        variantCell(row.variant()),
        row.metric(),
        Units.level(baseline, Units.BYTES),
        Units.level(treatment, Units.BYTES),
        baseline == null || treatment == null
            ? Digits.ABSENT
            : Units.signedLevel(treatment - baseline, Units.BYTES));
  }

  private void warnings() {
    Map<String, List<String>> places = warningPlaces(run, names);
    if (places.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(Style.BOLD.paint("Warnings", colour));
    places.forEach((text, where) -> wrap("- ", text + where(where)));
  }

  /** Every warning once, with the places it concerns; none of the campaign's notes has a place. */
  static Map<String, List<String>> warningPlaces(RunView run, CellNames names) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    for (RunView.Placed placed : run.ranked()) {
      Gains.Row row = placed.row();
      String place = names.full(placed.cell()) + ", " + row.variant() + ", " + row.metric();
      row.warnings().forEach(w -> places.computeIfAbsent(w, _ -> new ArrayList<>()).add(place));
    }
    for (Gains.Cell cell : run.gains().cells()) {
      String place = names.full(cell);
      cell.warnings().forEach(w -> places.computeIfAbsent(w, _ -> new ArrayList<>()).add(place));
    }
    for (TrialView trial : run.trials()) {
      if (!trial.done()) {
        String reason = "failed trial: " + (trial.reason() == null ? "no reason" : trial.reason());
        places
            .computeIfAbsent(reason, _ -> new ArrayList<>())
            .add(trial.cell() + ", " + trial.variant() + ", block " + trial.block());
      }
    }
    run.gains().notes().forEach(note -> places.putIfAbsent(note, List.of()));
    return places;
  }

  static String where(List<String> places) {
    if (places.isEmpty()) {
      return "";
    }
    String named = places.stream().limit(PLACES_NAMED).collect(Collectors.joining("; "));
    int more = places.size() - PLACES_NAMED;
    return " [" + named + (more > 0 ? "; and " + more + " more" : "") + "]";
  }

  /** Breaks a text at blanks; lines after the first are indented as the prefix is long. */
  private void wrap(String prefix, String text) {
    StringBuilder line = new StringBuilder(prefix);
    boolean empty = true;
    for (String word : text.split(" ", -1)) {
      if (!empty && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(" ".repeat(Math.max(2, prefix.length())));
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString());
  }
}
