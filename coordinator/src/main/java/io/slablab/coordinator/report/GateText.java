package io.slablab.coordinator.report;

import io.slablab.coordinator.report.TextGrid.Style;
import io.slablab.coordinator.verdict.gate.GateCell;
import io.slablab.coordinator.verdict.gate.GateReport;
import io.slablab.coordinator.verdict.gate.Outcome;
import java.util.ArrayList;
import java.util.List;

/** What {@code gate} prints: the gravest first, each with its interval, n and reason. ASCII. */
public final class GateText {
  private static final int LEVELS_SHOWN = 20;

  private final GateReport report;
  private final int width;
  private final boolean colour;
  private final List<String> lines = new ArrayList<>();

  private GateText(GateReport report, int width, boolean colour) {
    this.report = report;
    this.width = width;
    this.colour = colour;
  }

  /**
   * Lines that end with a newline each.
   *
   * @param width columns to fit
   */
  public static String render(GateReport report, int width, boolean colour) {
    GateText text = new GateText(report, width, colour);
    text.all();
    return String.join("\n", text.lines) + "\n";
  }

  /** The same for a mail: plain, whatever the terminal. */
  static List<String> plain(GateReport report, int width) {
    GateText text = new GateText(report, width, false);
    text.all();
    return text.lines;
  }

  private void all() {
    wrap(
        "",
        "gate %s, campaign %s, against %s: %s"
            .formatted(
                Printable.of(report.suite()),
                Printable.of(report.campaign()),
                Printable.of(report.against()),
                GateWords.counts(report)),
        Style.BOLD);
    wrap("", GateWords.settings(report), Style.PLAIN);
    if (report.confirmation() != null) {
      wrap("", "confirmed by new blocks of " + Printable.of(report.confirmation()), Style.PLAIN);
    }
    lines.add("");
    report.cells().forEach(this::cell);
    levels();
    report.notes().forEach(note -> wrap("- ", Printable.of(note), Style.PLAIN));
  }

  private void cell(GateCell cell) {
    wrap(
        "",
        GateWords.name(cell) + ": " + GateWords.gain(cell) + ", " + GateWords.outcome(cell),
        style(cell.outcome()));
    String reach = GateWords.reach(cell);
    wrap("  ", (reach.isEmpty() ? "" : reach + ": ") + GateWords.why(cell, report), Style.PLAIN);
    if (cell.outcome() != Outcome.PASSED) {
      cell.warnings().forEach(warning -> wrap("  ! ", Printable.of(warning), Style.PLAIN));
    }
  }

  private void levels() {
    if (report.levels().isEmpty()) {
      return;
    }
    lines.add("");
    wrap(
        "",
        "Levels since the reference, UNPAIRED: whatever changed on the host is in them, and no"
            + " outcome rests on them",
        Style.BOLD);
    for (GateReport.Level level :
        report.levels().subList(0, Math.min(LEVELS_SHOWN, report.levels().size()))) {
      boolean shown = level.low() > 0 || level.high() < 0;
      wrap(
          "",
          "%s/%s %s: %s %s, n=%d against %d"
              .formatted(
                  Printable.of(level.host()),
                  Printable.of(level.cell()),
                  Printable.of(level.variant()),
                  shown
                      ? Digits.percent(level.change(), level.low(), level.high())
                      : Digits.NOTHING_SHOWN,
                  Digits.interval(level.low(), level.high()),
                  level.blocks(),
                  level.reference()),
          Style.PLAIN);
    }
    int more = report.levels().size() - LEVELS_SHOWN;
    if (more > 0) {
      lines.add("and " + more + " more; --json has them all");
    }
  }

  private static Style style(Outcome outcome) {
    return switch (outcome) {
      case REGRESSION -> Style.BAD;
      case INFRASTRUCTURE, INCONCLUSIVE -> Style.OPEN;
      case PASSED -> Style.GOOD;
    };
  }

  /** Breaks at blanks, and in a word only where it alone is wider than a line. */
  private void wrap(String prefix, String text, Style style) {
    String indent = " ".repeat(Math.max(2, prefix.length()));
    StringBuilder line = new StringBuilder(prefix);
    boolean empty = true;
    for (String word : text.split(" ", -1)) {
      String rest = word;
      if (!empty && line.length() + 1 + rest.length() > width) {
        lines.add(style.paint(line.toString(), colour));
        line = new StringBuilder(indent);
        empty = true;
      }
      while (empty && line.length() + rest.length() > width) {
        int fits = width - line.length();
        lines.add(style.paint(line + rest.substring(0, fits), colour));
        rest = rest.substring(fits);
        line = new StringBuilder(indent);
      }
      line.append(empty ? "" : " ").append(rest);
      empty = false;
    }
    lines.add(style.paint(line.toString(), colour));
  }
}
