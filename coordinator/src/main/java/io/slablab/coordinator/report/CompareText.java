package io.slablab.coordinator.report;

import io.slablab.coordinator.report.TextGrid.Column;
import io.slablab.coordinator.report.TextGrid.Style;
import io.slablab.coordinator.verdict.Verdict;
import io.slablab.coordinator.verdict.compare.Compared;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code compare} prints: gains first, then levels; the worse first in each. ASCII. */
public final class CompareText {
  private static final int CELLS_NAMED = 5;

  private CompareText() {}

  /** Lines that end with a newline each. */
  public static String render(Compared compared, int width, boolean colour) {
    StringBuilder text = new StringBuilder();
    text.append(
            Style.BOLD.paint(
                "%s against %s: gains %s"
                    .formatted(
                        Printable.of(compared.candidate()),
                        Printable.of(compared.base()),
                        counts(compared, Compared.Kind.GAIN)),
                colour))
        .append("\nWelch's test on blocks, q = ")
        .append(Units.plain(compared.q()))
        .append(" per metric, for gains and for levels each\n");
    compared
        .differences()
        .forEach(line -> text.append("- ").append(Printable.of(line)).append('\n'));
    table(text, compared, Compared.Kind.GAIN, "Gains over the baseline", width, colour);
    table(
        text,
        compared,
        Compared.Kind.LEVEL,
        "Levels, UNPAIRED, whatever changed on the host is in them: "
            + counts(compared, Compared.Kind.LEVEL),
        width,
        colour);
    alone(text, "only in " + compared.base(), compared.onlyBase());
    alone(text, "only in " + compared.candidate(), compared.onlyCandidate());
    return text.toString();
  }

  private static String counts(Compared compared, Compared.Kind kind) {
    return "%d worse, %d inconclusive, %d better, %d equivalent"
        .formatted(
            compared.count(kind, Verdict.WORSE),
            compared.count(kind, Verdict.INCONCLUSIVE),
            compared.count(kind, Verdict.BETTER),
            compared.count(kind, Verdict.EQUIVALENT));
  }

  private static void alone(StringBuilder text, String where, List<String> cells) {
    if (!cells.isEmpty()) {
      int more = cells.size() - CELLS_NAMED;
      text.append('\n')
          .append(Printable.of(where))
          .append(": ")
          .append(
              Printable.of(
                  String.join(", ", cells.subList(0, Math.min(CELLS_NAMED, cells.size())))))
          .append(more > 0 ? " and " + more + " more\n" : "\n");
    }
  }

  private static void table(
      StringBuilder text,
      Compared compared,
      Compared.Kind kind,
      String title,
      int width,
      boolean colour) {
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left("cell"),
                Column.left("variant"),
                Column.left("metric"),
                Column.right("before", TextGrid.DEAR),
                Column.right("after", TextGrid.DEAR),
                Column.right("change"),
                Column.right("interval %"),
                Column.right("n", 2),
                Column.right("p", 1),
                Column.right("MDE"),
                Column.left("verdict")));
    for (Compared.Row row : compared.rows()) {
      if (row.kind() == kind) {
        grid.row(style(row.verdict()), cells(row));
      }
    }
    if (!grid.isEmpty()) {
      text.append('\n').append(Style.BOLD.paint(title, colour)).append('\n');
      grid.render(width, colour).forEach(line -> text.append(line).append('\n'));
    }
  }

  private static List<String> cells(Compared.Row row) {
    boolean open = row.verdict() == Verdict.INCONCLUSIVE;
    return List.of(
        Printable.of(row.host() + "/" + row.cell()),
        Printable.of(row.variant()),
        row.metric(),
        level(row, row.before()),
        level(row, row.after()),
        change(row),
        Digits.interval(row.low(), row.high()),
        row.blocksBefore() + "+" + row.blocksAfter(),
        Digits.p(row.pAdjusted()),
        open
            ? Digits.margin(row.mde())
                + (row.blocksNeeded() == null ? "" : " (n~" + row.blocksNeeded() + ")")
            : "",
        row.verdict().word());
  }

  /** A gain without an interval of its own is no number to show. */
  private static String level(Compared.Row row, @Nullable Double value) {
    return row.kind() == Compared.Kind.LEVEL ? Units.level(value, row.unit()) : "";
  }

  private static String change(Compared.Row row) {
    Double change = row.change();
    Double low = row.low();
    Double high = row.high();
    return change == null || low == null || high == null || (low <= 0 && high >= 0)
        ? Digits.NOTHING_SHOWN
        : Digits.percent(change, low, high);
  }

  private static Style style(Verdict verdict) {
    return switch (verdict) {
      case WORSE -> Style.BAD;
      case BETTER -> Style.GOOD;
      case INCONCLUSIVE -> Style.OPEN;
      case EQUIVALENT -> Style.PLAIN;
    };
  }
}
