package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.debug.KfenceSampling;
import io.slablab.allocator.machine.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What became of every row under every design, for every user.
 *
 * @param cells row by row, user by user, design by design
 */
public record DebugMatrix(List<Cell> cells) {
  private static final KfenceSampling SOME = new KfenceSampling.EveryAllocations(4);
  private static final KfenceSampling ALL = new KfenceSampling.EveryAllocations(1);

  /**
   * @param lives without a defect
   * @param planted by kind, whether a planted defect was found
   */
  public record Cell(
      MatrixRow row,
      MatrixDesign design,
      MatrixUser user,
      CleanLives lives,
      Map<String, Boolean> planted) {

    public Cell {
      planted = Map.copyOf(planted);
    }

    /** Planted defects that were found. */
    public long found() {
      return planted.values().stream().filter(found -> found).count();
    }

    String text() {
      return lives.text() + " (" + found() + "/" + planted.size() + ")";
    }
  }

  public DebugMatrix {
    cells = List.copyOf(cells);
  }

  /**
   * Tries everything; seconds.
   *
   * @param machines gives a fresh machine of two CPUs or more each time; it is closed here
   */
  public static DebugMatrix run(Supplier<Machine> machines) {
    List<Cell> cells = new ArrayList<>();
    for (MatrixRow row : MatrixRow.values()) {
      for (MatrixUser user : MatrixUser.values()) {
        for (MatrixDesign design : MatrixDesign.values()) {
          cells.add(cell(machines, row, design, user));
        }
      }
    }
    return new DebugMatrix(cells);
  }

  /** Tries one combination, on two machines. */
  public static Cell cell(
      Supplier<Machine> machines, MatrixRow row, MatrixDesign design, MatrixUser user) {
    try (MatrixRun lives = new MatrixRun(machines.get(), design, user, row, SOME);
        MatrixRun bugs = new MatrixRun(machines.get(), design, user, row, ALL)) {
      return new Cell(row, design, user, CleanLives.live(row, lives), row.plant(bugs));
    }
  }

  /**
   * A table for people: one line per row and user, one column per design; each cell what was
   * reported without a defect, and how many planted ones were found.
   */
  public String text() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("feature", "user"));
    Arrays.stream(MatrixDesign.values()).map(MatrixDesign::title).forEach(head::add);
    rows.add(head);
    for (MatrixRow row : MatrixRow.values()) {
      for (MatrixUser user : MatrixUser.values()) {
        List<String> line = new ArrayList<>(List.of(row.name(), user.name()));
        cells.stream()
            .filter(cell -> cell.row() == row && cell.user() == user)
            .map(Cell::text)
            .forEach(line::add);
        rows.add(line);
      }
    }
    return aligned(rows);
  }

  private static String aligned(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(row.get(column)).repeat(' ', widths[column] - row.get(column).length() + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
