package io.slablab.coordinator.verdict.compare;

import io.slablab.coordinator.verdict.Gains;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cells that two campaigns have in common.
 *
 * @param pairs in the order of the candidate
 * @param onlyBase cells without a fellow
 * @param onlyCandidate likewise
 */
public record Matching(
    List<Pair> pairs, List<Gains.Cell> onlyBase, List<Gains.Cell> onlyCandidate) {

  /** The same cell, measured twice. */
  public record Pair(Gains.Cell base, Gains.Cell candidate) {
    /** Whether the threads ran on other CPUs: the layout says where, but its CPUs may differ. */
    public boolean otherCpus() {
      return !base.placement().cpus().equals(candidate.placement().cpus());
    }
  }

  /** What makes a cell the same: everything but its CPUs' numbers, and its id, which is a name. */
  private record Key(
      String host,
      String engine,
      String workload,
      Map<String, String> params,
      String layout,
      int cores,
      String memory) {
    static Key of(Gains.Cell cell, Map<String, String> hosts) {
      return new Key(
          hosts.getOrDefault(cell.host(), cell.host()),
          cell.engine(),
          cell.workload(),
          cell.params(),
          cell.placement().layout(),
          cell.placement().cores(),
          cell.placement().memory());
    }
  }

  /**
   * @param hosts names of the base's hosts to those of the candidate; who is not in it keeps its
   *     name
   */
  public static Matching of(Gains base, Gains candidate, Map<String, String> hosts) {
    Map<Key, Gains.Cell> left = new LinkedHashMap<>();
    base.cells().forEach(cell -> left.putIfAbsent(Key.of(cell, hosts), cell));
    List<Pair> pairs = new ArrayList<>();
    List<Gains.Cell> alone = new ArrayList<>();
    for (Gains.Cell cell : candidate.cells()) {
      Gains.Cell fellow = left.remove(Key.of(cell, Map.of()));
      if (fellow == null) {
        alone.add(cell);
      } else {
        pairs.add(new Pair(fellow, cell));
      }
    }
    return new Matching(List.copyOf(pairs), List.copyOf(left.values()), List.copyOf(alone));
  }
}
