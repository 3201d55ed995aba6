package io.slablab.coordinator.plan;

import io.slablab.coordinator.stats.Streams;
import java.util.List;
import java.util.Set;

/**
 * Which cells of a campaign run the baseline twice per block, the second time under another name: a
 * tenth of all cells and at least three, over all hosts.
 */
final class NullCells {
  private static final int ONE_OF = 10;
  private static final int FEWEST = 3;

  private NullCells() {}

  /**
   * A random choice by the seed.
   *
   * @param cells distinct names, over all hosts
   */
  static Set<String> choose(long seed, List<String> cells) {
    int count = Math.min(cells.size(), Math.max(FEWEST, Math.ceilDiv(cells.size(), ONE_OF)));
    return Set.copyOf(Streams.of(seed, "null-cells").shuffle(cells).subList(0, count));
  }
}
