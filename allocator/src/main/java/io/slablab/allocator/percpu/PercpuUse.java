package io.slablab.allocator.percpu;

/**
 * What per-CPU memory takes, over all possible CPUs.
 *
 * @param areaBytes in areas, as the allocator rounds them
 * @param backedBytes of pages behind areas or ready for them: of all chunks, the dynamic part of
 *     the first one included, which is backed from boot on
 */
public record PercpuUse(long areaBytes, long backedBytes) {

  /** Share of the backed bytes that no area has; 0 where nothing is backed. */
  public double fragmentation() {
    return backedBytes == 0 ? 0 : 1 - (double) areaBytes / backedBytes;
  }
}
