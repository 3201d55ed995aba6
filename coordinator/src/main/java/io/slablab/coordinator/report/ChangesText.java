package io.slablab.coordinator.report;

import io.slablab.coordinator.history.Change;
import io.slablab.coordinator.report.TextGrid.Column;
import io.slablab.coordinator.report.TextGrid.Style;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import io.slablab.coordinator.store.index.StoredSeries.Key;
import io.slablab.coordinator.store.index.StoredSeries.Night;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes of a history as two tables, those of the code and those of the environment. */
public final class ChangesText {
  private ChangesText() {}

  /**
   * Lines that end with a newline each.
   *
   * @param changes youngest first
   */
  public static String render(List<Change> changes, int width, boolean colour) {
    StringBuilder text = new StringBuilder();
    table(text, changes, "code", "Gains that shifted: the code", width, colour);
    table(
        text,
        changes,
        "environment",
        "Baselines that shifted, and hosts that changed: the environment",
        width,
        colour);
    if (text.isEmpty()) {
      return "no change in the history\n";
    }
    return text.append("intervals are after selection: a change was looked for where it is\n")
        .append("'slablab history accept CHANGE --reason TEXT' closes one\n")
        .toString();
  }

  private static void table(
      StringBuilder text, List<Change> all, String cause, String title, int width, boolean colour) {
    List<Change> changes = all.stream().filter(c -> c.kind().cause().equals(cause)).toList();
    if (changes.isEmpty()) {
      return;
    }
    TextGrid grid =
        new TextGrid(
            List.of(
                Column.left("change"),
                Column.left("series"),
                Column.left("since"),
                new Column("builds", false, 2),
                Column.right("before", 3),
                Column.right("after", 3),
                Column.right("shift"),
                Column.left("interval %"),
                Column.right("p", 1),
                Column.left("state")));
    changes.forEach(change -> grid.row(style(change), cells(change)));
    text.append(Style.BOLD.paint(title, colour)).append('\n');
    grid.render(width, colour).forEach(line -> text.append(line).append('\n'));
    text.append('\n');
  }

  private static Style style(Change change) {
    return change.open() ? Style.OPEN : Style.PLAIN;
  }

  private static List<String> cells(Change change) {
    boolean found = change.low() != null;
    return List.of(
        change.id(),
        series(change.key()) + (change.withLevel() ? " (with the baseline's level)" : ""),
        Printable.of(change.night().startedAt()),
        builds(change.previous(), change.night()),
        change.kind() == Change.Kind.GAIN && found ? gain(change.before(), change) : "",
        change.kind() == Change.Kind.GAIN && found ? gain(change.after(), change) : "",
        shift(change),
        interval(change),
        change.pValue() == null ? "" : Digits.p(change.pValue()),
        state(change));
  }

  /** The series in words. */
  static String series(Key key) {
    List<String> parts = new ArrayList<>(List.of(key.suite()));
    if (!key.cell().isEmpty()) {
      parts.add(key.cell());
    }
    parts.add("on " + key.host());
    if (!key.variant().isEmpty()) {
      parts.add(key.variant());
    } else if (!key.metric().isEmpty()) {
      parts.add("baseline");
    }
    if (!key.metric().isEmpty()) {
      parts.add(key.metric());
    }
    return Printable.of(String.join(", ", parts).replace(", on ", " on "));
  }

  /** What ran before and what ran then, by label where there is one. */
  static String builds(@Nullable Night previous, Night night) {
    return previous == null ? build(night) : build(previous) + " -> " + build(night);
  }

  private static String build(Night night) {
    return Printable.of(
        night.label().isEmpty() ? night.run() : night.label() + " " + night.toolVersion());
  }

  private static String gain(@Nullable Double log, Change change) {
    Double low = change.low();
    Double high = change.high();
    return log == null || low == null || high == null
        ? ""
        : Digits.percent(Math.expm1(log), Math.expm1(low), Math.expm1(high));
  }

  static String shift(Change change) {
    if (change.kind() == Change.Kind.HOST) {
      return change.from() == null
          ? Printable.of(change.key().hostKey())
          : Printable.of(change.from() + " -> " + change.key().hostKey());
    }
    return change.low() == null
        ? Digits.signed(100 * Math.expm1(change.change()), 1) + " %"
        : gain(change.change(), change);
  }

  static String interval(Change change) {
    Double low = change.low();
    Double high = change.high();
    return low == null || high == null ? "" : Digits.interval(Math.expm1(low), Math.expm1(high));
  }

  static String state(Change change) {
    AcceptanceRow said = change.acceptance();
    return said == null
        ? "open"
        : Printable.of(
            "%s by %s at %s: %s"
                .formatted(said.classified(), said.acceptedBy(), said.acceptedAt(), said.reason()));
  }
}
