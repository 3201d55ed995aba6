package io.slablab.coordinator.report;

import io.slablab.coordinator.report.TextGrid.Column;
import io.slablab.coordinator.report.TextGrid.Style;
import io.slablab.coordinator.store.index.Rows.HistoryRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Series of gains over time, one table each; a mark where the host changed. */
public final class HistoryText {
  private HistoryText() {}

  /**
   * Lines that end with a newline each.
   *
   * @param rows one series after another, each oldest first
   */
  public static String render(List<HistoryRow> rows, int width, boolean colour) {
    if (rows.isEmpty()) {
      return "no gains in the index match\n";
    }
    Map<String, List<HistoryRow>> series = new LinkedHashMap<>();
    rows.forEach(row -> series.computeIfAbsent(title(row), _ -> new ArrayList<>()).add(row));
    StringBuilder text = new StringBuilder();
    series.forEach((title, points) -> {
      text.append(text.isEmpty() ? "" : "\n");
      text.append(Style.BOLD.paint(title, colour)).append('\n');
      table(points).render(width, colour).forEach(line -> text.append(line).append('\n'));
    });
    return text.toString();
  }

  private static String title(HistoryRow row) {
    String simulated = row.simulated() == 1 ? " (simulated)" : "";
    return Printable.of(
        "%s, %s on %s%s: %s, %s"
            .formatted(
                row.suite(), row.cell(), row.host(), simulated, row.variant(), row.metric()));
  }

  private static TextGrid table(List<HistoryRow> points) {
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left("started"),
                Column.left("label"),
                new Column("tool", false, 2),
                Column.right("gain"),
                Column.left("interval"),
                Column.left("verdict"),
                Column.right("blocks", 3),
                Column.left("host key"),
                new Column("run", false, 1)));
    @Nullable String key = points.getFirst().hostKey();
    for (HistoryRow row : points) {
      boolean changed = !Objects.equals(key, row.hostKey());
      key = row.hostKey();
      grid.row(
          style(row),
          List.of(
              Printable.of(row.startedAt()),
              Printable.of(row.label()),
              Printable.of(row.toolVersion()),
              gain(row),
              Digits.interval(row.low(), row.high()),
              Printable.of(row.verdict()),
              Integer.toString(row.blocks()),
              Printable.of(row.hostKey()) + (changed ? " changed" : ""),
              Printable.of(row.run())));
    }
    return grid;
  }

  /** Without an interval there is nothing to compare, and no number. */
  private static String gain(HistoryRow row) {
    Double gain = row.gain();
    Double low = row.low();
    Double high = row.high();
    return gain == null || low == null || high == null
        ? Digits.ABSENT
        : Digits.percent(gain, low, high);
  }

  private static Style style(HistoryRow row) {
    return switch (row.verdict()) {
      case "better" -> Style.GOOD;
      case "worse" -> Style.BAD;
      case "inconclusive" -> Style.OPEN;
      default -> Style.PLAIN;
    };
  }
}
