package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.gate.GateCell;
import io.slablab.coordinator.verdict.gate.GateReport;
import io.slablab.coordinator.verdict.gate.Outcome;
import java.util.List;

/**
 * A gate for a step summary or a comment: at most {@value MarkdownReport#LONGEST} characters. The
 * gravest come first, so that what does not fit is the least.
 */
public final class GateMarkdown {
  private static final String HEAD =
      "| outcome | cell | variant | gain | interval | n | p | why |\n"
          + "|---|---|---|--:|--:|--:|--:|---|\n";

  /** Room for what follows the rows. */
  private static final int TAIL = 3000;

  private static final int NOTES_SHOWN = 10;
  private static final int LONGEST_CELL = 200;

  private final GateReport report;
  private final StringBuilder text = new StringBuilder();

  private GateMarkdown(GateReport report) {
    this.report = report;
  }

  public static String render(GateReport report) {
    return new GateMarkdown(report).all();
  }

  private String all() {
    text.append("## Gate ")
        .append(cut(report.suite()))
        .append(": ")
        .append(GateWords.counts(report))
        .append("\n\nAgainst ")
        .append(cut(report.against()))
        .append("; ")
        .append(GateWords.settings(report))
        .append(".\n\n");
    List<GateCell> grave =
        report.cells().stream().filter(cell -> cell.outcome() != Outcome.PASSED).toList();
    List<GateCell> passed =
        report.cells().stream().filter(cell -> cell.outcome() == Outcome.PASSED).toList();
    if (grave.isEmpty()) {
      text.append("Every comparison passed.\n");
    } else {
      table(grave);
    }
    if (!passed.isEmpty()) {
      text.append("\n<details><summary>").append(passed.size()).append(" passed</summary>\n\n");
      table(passed);
      text.append("\n</details>\n");
    }
    report.notes().stream()
        .limit(NOTES_SHOWN)
        .forEach(note -> text.append("\n- ").append(cut(note)));
    text.append("\n\nCampaign ").append(cut(report.campaign())).append(".\n");
    return text.toString();
  }

  private void table(List<GateCell> cells) {
    text.append(HEAD);
    int written = 0;
    for (GateCell cell : cells) {
      String row = row(cell);
      if (text.length() + row.length() > MarkdownReport.LONGEST - TAIL) {
        text.append("\n**Cut here: ")
            .append(cells.size() - written)
            .append(" more rows, less grave than those above; `gate --json` has them all.**\n");
        return;
      }
      text.append(row);
      written++;
    }
  }

  private String row(GateCell cell) {
    List<String> fields =
        List.of(
            cell.outcome().word() + (cell.simulated() ? " (simulated)" : ""),
            cell.host() + "/" + cell.id(),
            cell.variant(),
            GateWords.number(cell),
            Digits.interval(cell.low(), cell.high()),
            cell.blocks() + "/" + cell.blocksPlanned(),
            Digits.p(cell.pAdjusted() == null ? cell.pScreen() : cell.pAdjusted()),
            GateWords.why(cell, report));
    StringBuilder row = new StringBuilder();
    fields.forEach(field -> row.append("| ").append(cut(field)).append(' '));
    return row.append("|\n").toString();
  }

  private static String cut(String raw) {
    return MarkdownReport.escape(
        raw.length() <= LONGEST_CELL ? raw : raw.substring(0, LONGEST_CELL) + "..");
  }
}
