package io.slablab.suites.spec;

import java.util.List;

/** Every layout with every core count and every memory policy. */
public record Placements(
    List<LayoutSpec> layout, List<CoreCount> cores, List<MemoryPolicy> memory) {
  public Placements {
    layout = List.copyOf(layout);
    cores = List.copyOf(cores);
    memory = List.copyOf(memory);
  }
}
