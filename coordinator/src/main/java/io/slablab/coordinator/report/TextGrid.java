package io.slablab.coordinator.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of text in aligned columns, one line each. Where they do not fit the width, those columns
 * that may go are left out, one order after another; before the dear ones of them go, columns stand
 * closer together.
 */
final class TextGrid {
  private static final int GAP = 2;
  private static final int NARROW_GAP = 1;

  /** A name is not cut below this where columns stand close. */
  private static final int SHORTEST_NAME = 4;

  /** Columns of this order and later are worth closer columns. */
  static final int DEAR = 10;

  /**
   * @param right whether to align right
   * @param leaves order of leaving when the width is too small, from 1; 0 stays. Columns of one
   *     order leave together.
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

  /** Lines of at most {@code width} columns, if leaving out can reach that; no trailing blanks. */
  List<String> render(int width, boolean colour) {
    Fit fit = fit(width);
    List<String> lines = new ArrayList<>();
    List<String> names = columns.stream().map(Column::name).toList();
    lines.add(Style.DIM.paint(line(fit, names), colour));
    for (int r = 0; r < rows.size(); r++) {
      lines.add(styles.get(r).paint(line(fit, rows.get(r)), colour));
    }
    return lines;
  }

  /** Names of the columns that {@link #render} shows at a width, in their order. */
  List<String> shown(int width) {
    return fit(width).shown().stream().map(i -> columns.get(i).name()).toList();
  }

  /** Names of the columns with text that {@link #render} leaves out at a width, likewise. */
  List<String> leftOut(int width) {
    List<Integer> shown = fit(width).shown();
    return IntStream.range(0, columns.size())
        .filter(i -> hasText(i) && !shown.contains(i))
        .mapToObj(i -> columns.get(i).name())
        .toList();
  }

  private record Fit(List<Integer> shown, int gap) {}

  private Fit fit(int width) {
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (hasText(i)) {
        shown.add(i);
      }
    }
    int gap = GAP;
    while (total(shown, gap) > width) {
      int next = nextToLeave(shown);
      if (gap > NARROW_GAP && (next == 0 || next >= DEAR)) {
        gap = NARROW_GAP;
      } else if (next == 0) {
        break;
      } else {
        shown.removeIf(i -> columns.get(i).leaves() == next);
      }
    }
    return new Fit(shown, gap);
  }

  private boolean hasText(int column) {
    return rows.stream().anyMatch(row -> !row.get(column).isEmpty());
  }

  /** The least order among the columns shown; 0 when all of them stay. */
  private int nextToLeave(List<Integer> shown) {
    return shown.stream()
        .mapToInt(i -> columns.get(i).leaves())
        .filter(order -> order > 0)
        .min()
        .orElse(0);
  }

  private int total(List<Integer> shown, int gap) {
    return shown.stream().mapToInt(i -> widthOf(i, gap)).sum() + gap * (shown.size() - 1);
  }

  /** Of the cells and the name; where columns stand close, a longer name is cut to its cells. */
  private int widthOf(int column, int gap) {
    int name = columns.get(column).name().length();
    int cells = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    return Math.max(gap == NARROW_GAP ? Math.min(name, SHORTEST_NAME) : name, cells);
  }

  private String line(Fit fit, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i : fit.shown()) {
      int width = widthOf(i, fit.gap());
      String cell = cells.get(i).substring(0, Math.min(width, cells.get(i).length()));
      String pad = " ".repeat(width - cell.length());
      line.append(line.isEmpty() ? "" : " ".repeat(fit.gap()));
      line.append(columns.get(i).right() ? pad + cell : cell + pad);
    }
    return line.toString().stripTrailing();
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
