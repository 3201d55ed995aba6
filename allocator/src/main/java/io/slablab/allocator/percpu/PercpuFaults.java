package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;

/**
 * Which steps of the percpu allocator fail although nothing is short; for tests of what happens
 * then. Called with {@code pcpu_alloc_mutex} held and {@code pcpu_lock} not held.
 */
public interface PercpuFaults {
  PercpuFaults NONE = new PercpuFaults() {};

  /** Whether a chunk is not to be had. */
  default boolean createChunk(Cpu cpu, int gfp) {
    return false;
  }

  /** Whether the block of pages of a chunk is not to be had; where chunks have one. */
  default boolean allocChunkPages(Cpu cpu, int order, int gfp) {
    return false;
  }

  /**
   * Whether a page of a unit is not to be had.
   *
   * @param page of the unit
   * @param unitCpu the CPU whose unit it is
   */
  default boolean populatePage(Cpu cpu, int page, int unitCpu, int gfp) {
    return false;
  }
}
