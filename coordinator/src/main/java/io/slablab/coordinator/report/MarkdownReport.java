package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Verdict;
import java.util.List;
import java.util.Map;

/**
 * A short report for a pull request or a mail: verdict line, what changed, the rest folded. At most
 * {@value #LONGEST} characters, what a comment on the usual forges may hold.
 */
public final class MarkdownReport {
  static final int LONGEST = 65_000;

  private static final String HEAD =
      "| host | workload | placement | variant | metric | baseline | gain | interval | n | MDE |"
          + " verdict |\n"
          + "|---|---|---|---|---|--:|--:|--:|--:|--:|---|\n";
  private static final String CUT = "\n\nCut here; report.html holds the rest.\n";

  private final RunView run;
  private final CellNames names;
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport(RunView run) {
    this.run = run;
    this.names = new CellNames(run.gains());
  }

  public static String render(RunView run) {
    return new MarkdownReport(run).report();
  }

  private String report() {
    Gains gains = run.gains();
    text.append("## ")
        .append(escape(gains.suite()))
        .append(": ")
        .append(TextTable.counts(gains))
        .append("\n\n");
    if (run.simulated()) {
      text.append("**Simulated** where marked.\n\n");
    }
    Story story = Story.of(run);
    for (Story.Chapter chapter : story.chapters()) {
      text.append("- ").append(escape(TextTable.summary(story, chapter))).append('\n');
      chapter.why().forEach(why -> text.append("  - ").append(escape(why)).append('\n'));
    }
    List<RunView.Placed> changed =
        run.ranked().stream()
            .filter(p -> p.row().verdict() == Verdict.BETTER || p.row().verdict() == Verdict.WORSE)
            .toList();
    text.append('\n');
    if (changed.isEmpty()) {
      text.append("No comparison is better or worse.\n");
    } else {
      table(changed);
    }
    text.append("\n<details><summary>All comparisons</summary>\n\n");
    table(run.ranked());
    text.append("\n</details>\n");
    warnings();
    text.append("\nCampaign ")
        .append(escape(gains.campaign()))
        .append(", seed ")
        .append(gains.seed())
        .append(", q = ")
        .append(Units.plain(gains.settings().q()))
        .append(".\n");
    return text.length() <= LONGEST
        ? text.toString()
        : text.substring(0, text.lastIndexOf("\n", LONGEST - CUT.length())) + CUT;
  }

  private void table(List<RunView.Placed> rows) {
    text.append(HEAD);
    for (RunView.Placed placed : rows) {
      Gains.Cell cell = placed.cell();
      Gains.Row row = placed.row();
      List<String> cells =
          List.of(
              cell.host() + (cell.simulated() ? " (simulated)" : ""),
              names.workload(cell),
              names.placement(cell),
              row.variant(),
              row.metric(),
              Units.level(row.baseline(), row.unit()),
              Digits.gain(row),
              Digits.interval(row),
              Integer.toString(row.blocks()),
              Digits.margin(row.mde()),
              row.verdict().word());
      cells.forEach(c -> text.append("| ").append(escape(c)).append(' '));
      text.append("|\n");
    }
  }

  private void warnings() {
    Map<String, List<String>> places = TextTable.warningPlaces(run, names);
    if (places.isEmpty()) {
      return;
    }
    text.append("\n<details><summary>").append(places.size()).append(" warnings</summary>\n\n");
    places.forEach((warning, where) ->
        text.append("- ").append(escape(warning + TextTable.where(where))).append('\n'));
    text.append("\n</details>\n");
  }

  static String escape(String raw) {
    return raw.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("~", "\\~")
        .replace("*", "\\*")
        .replace("_", "\\_")
        .replace("`", "\\`")
        .replace("\n", " ");
  }
}
