package io.slablab.coordinator.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text in aligned columns. Where the columns do not fit the width, those that may go move
 * to a line under their row, one after another.
 */
final class TextGrid {
  private static final String GAP = "  ";
  private static final String DETAIL = "      ";

  /**
   * @param right whether to align right
   * @param leaves order of leaving when the width is too small, from 1; 0 stays
   */
  record Column(String name, boolean right, int leaves) {
    static Column left(String name) {
      return new Column(name, false, 0);
    }

    static Column right(String name) {
      return new Column(name, true, 0);
    }

    static Column right(String name, int leaves) {
      return new Column(name, true, leaves);
    }
  }

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Style> styles = new ArrayList<>();

  TextGrid(List<Column> columns) {
    this.columns.addAll(columns);
  }

  void row(Style style, List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells for " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
    styles.add(style);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * Lines of at most {@code width} columns, if moving columns can reach that; no trailing blanks.
   */
  List<String> render(int width, boolean colour) {
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (hasText(i)) {
        shown.add(i);
      }
    }
    List<Integer> moved = new ArrayList<>();
    while (total(shown) > width) {
      int next = nextToLeave(shown);
      if (next < 0) {
        break;
      }
      shown.remove(Integer.valueOf(next));
      moved.add(next);
    }
    moved.sort(null);
    List<String> lines = new ArrayList<>();
    lines.add(Style.DIM.paint(line(shown, columns.stream().map(Column::name).toList()), colour));
    for (int r = 0; r < rows.size(); r++) {
      lines.add(styles.get(r).paint(line(shown, rows.get(r)), colour));
      String detail = detail(moved, rows.get(r));
      if (!detail.isEmpty()) {
        lines.add(Style.DIM.paint(detail, colour));
      }
    }
    return lines;
  }

  private boolean hasText(int column) {
    return rows.stream().anyMatch(row -> !row.get(column).isEmpty());
  }

  private int nextToLeave(List<Integer> shown) {
    int next = -1;
    for (int i : shown) {
      int order = columns.get(i).leaves();
      if (order > 0 && (next < 0 || order < columns.get(next).leaves())) {
        next = i;
      }
    }
    return next;
  }

  private int total(List<Integer> shown) {
    return shown.stream().mapToInt(this::widthOf).sum() + GAP.length() * (shown.size() - 1);
  }

  private int widthOf(int column) {
    return Math.max(
        columns.get(column).name().length(),
        rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
  }

  private String line(List<Integer> shown, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i : shown) {
      String cell = cells.get(i);
      String pad = " ".repeat(widthOf(i) - cell.length());
      line.append(line.isEmpty() ? "" : GAP);
      line.append(columns.get(i).right() ? pad + cell : cell + pad);
    }
    return line.toString().stripTrailing();
  }

  private String detail(List<Integer> moved, List<String> cells) {
    List<String> parts = new ArrayList<>();
    for (int i : moved) {
      if (!cells.get(i).isEmpty() && !cells.get(i).equals(Digits.ABSENT)) {
        parts.add(columns.get(i).name() + " " + cells.get(i));
      }
    }
    return parts.isEmpty() ? "" : DETAIL + String.join(", ", parts);
  }

  /** Terminal colours. */
  enum Style {
    PLAIN(""),
    DIM("2"),
    BOLD("1"),
    BAD("31"),
    GOOD("32"),
    OPEN("33");

    private final String code;

    Style(String code) {
      this.code = code;
    }

    String paint(String text, boolean colour) {
      return !colour || code.isEmpty() || text.isEmpty()
          ? text
          : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
  }
}
