package io.slablab.coordinator.report;

import io.slablab.coordinator.report.TextGrid.Column;
import io.slablab.coordinator.report.TextGrid.Style;
import java.util.List;

/** A plain table for commands that list things. ASCII, no colours. */
public final class ListTable {

  private ListTable() {}

  /** A line of heads and one per row; columns without any text are left out. */
  public static List<String> render(List<String> heads, List<List<String>> rows) {
    TextGrid grid = new TextGrid(heads.stream().map(Column::left).toList());
    rows.forEach(row -> grid.row(Style.PLAIN, row));
    return grid.render(Integer.MAX_VALUE, false);
  }
}
