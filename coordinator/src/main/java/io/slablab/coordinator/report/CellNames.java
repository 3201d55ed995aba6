package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Short names: of a cell only what tells it from the campaign's other cells. */
final class CellNames {
  private final List<Gains.Cell> cells;

  CellNames(Gains gains) {
    this.cells = gains.cells();
  }

  boolean hostsDiffer() {
    return cells.stream().map(Gains.Cell::host).distinct().count() > 1;
  }

  boolean layoutsDiffer() {
    return cells.stream().map(c -> c.placement().layout()).distinct().count() > 1;
  }

  boolean memoriesDiffer() {
    return cells.stream().map(c -> c.placement().memory()).distinct().count() > 1;
  }

  /** The workload and those of its parameters that differ between cells of that workload. */
  String workload(Gains.Cell cell) {
    String differing =
        cell.params().entrySet().stream()
            .filter(e -> differs(cell.workload(), e))
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(" "));
    return differing.isEmpty() ? cell.workload() : cell.workload() + " " + differing;
  }

  /** What {@link #placement} consists of, in a word. */
  String placementKind() {
    return layoutsDiffer() || memoriesDiffer() ? "placement" : "cores";
  }

  /** Cores, with layout and memory as far as they differ. */
  String placement(Gains.Cell cell) {
    StringBuilder name = new StringBuilder(cores(cell));
    if (layoutsDiffer()) {
      name.append(' ').append(cell.placement().layout());
    }
    if (memoriesDiffer()) {
      name.append(' ').append(cell.placement().memory());
    }
    return name.toString();
  }

  /** The whole name on one line; says where the cell is simulated. */
  String full(Gains.Cell cell) {
    String name =
        workload(cell) + ", " + placement(cell) + (cell.simulated() ? " (simulated)" : "");
    return hostsDiffer() ? cell.host() + ", " + name : name;
  }

  static String cores(Gains.Cell cell) {
    int cores = cell.placement().cores();
    return cores == 1 ? "1 core" : cores + " cores";
  }

  private boolean differs(String workload, Map.Entry<String, String> param) {
    return cells.stream()
        .filter(c -> c.workload().equals(workload))
        .anyMatch(c -> !Objects.equals(c.params().get(param.getKey()), param.getValue()));
  }
}
