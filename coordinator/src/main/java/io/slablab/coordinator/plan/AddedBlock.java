package io.slablab.coordinator.plan;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A block that a cell got beyond its plan.
 *
 * @param block from 0, the first after the cell's others
 * @param variants in the order in which they run
 */
public record AddedBlock(String host, String cell, int block, List<String> variants) {
  public AddedBlock {
    variants = List.copyOf(variants);
  }

  /** Its trials, in order. */
  public List<PlannedTrial> trials() {
    return IntStream.range(0, variants.size())
        .mapToObj(position -> PlannedTrial.of(host, cell, block, position, variants.get(position)))
        .toList();
  }
}
