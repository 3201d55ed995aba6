package io.slablab.coordinator.report;

import io.slablab.coordinator.history.SeriesLevel;
import io.slablab.coordinator.report.TextGrid.Column;
import io.slablab.coordinator.report.TextGrid.Style;
import java.util.List;

/** The series of a history, one line each, with where they stand now. */
public final class SeriesText {
  private SeriesText() {}

  /** Lines that end with a newline each. */
  public static String render(List<SeriesLevel> levels, int width, boolean colour) {
    if (levels.isEmpty()) {
      return "no gains in the index match\n";
    }
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left("series"),
                new Column("host key", false, 1),
                Column.right("nights"),
                Column.left("last"),
                Column.right("gain now"),
                Column.left("interval %"),
                Column.right("of nights", 2),
                Column.left("since"),
                Column.right("open")));
    for (SeriesLevel level : levels) {
      grid.row(
          level.open() == 0 ? Style.PLAIN : Style.OPEN,
          List.of(
              ChangesText.series(level.series().key())
                  + (level.series().simulated() ? " (simulated)" : ""),
              Printable.of(level.series().key().hostKey()),
              Integer.toString(level.series().points()),
              Printable.of(level.series().nights().getLast().startedAt()),
              gain(level),
              Digits.interval(level.low(), level.high()),
              Integer.toString(level.nights()),
              Printable.of(level.since().startedAt()),
              level.open() == 0 ? "" : Integer.toString(level.open())));
    }
    return String.join("\n", grid.render(width, colour))
        + "\ngain now: mean of the nights since the last change, open or accepted; open: changes"
        + " that nobody accepted\n";
  }

  private static String gain(SeriesLevel level) {
    Double gain = level.gain();
    Double low = level.low();
    Double high = level.high();
    return gain == null || low == null || high == null
        ? Digits.NOTHING_SHOWN
        : Digits.percent(gain, low, high);
  }
}
