package io.slablab.allocator.pool;

import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.percpu.PercpuUse;
import io.slablab.allocator.slub.SlabUse;

/**
 * What the objects of a stack take, live or kept for later.
 *
 * @param bytes {@code slabBytes + percpuBytes}: what a design is compared by
 * @param slabBytes pages of slabs, those that wait for a worker's destructors included
 * @param slabObjects objects on these slabs, in use or not
 * @param percpuBytes per-CPU areas over all possible CPUs, those in magazines and depots included
 * @param percpuBackedBytes pages behind per-CPU areas or ready for them, over all possible CPUs.
 *     Not part of {@code bytes}: the first chunk is backed from boot on, and would hide what small
 *     numbers of objects take
 * @param percpuFragmentation share of {@code percpuBackedBytes} that no area has
 */
public record MemoryUse(
    long bytes,
    long slabBytes,
    long slabObjects,
    long percpuBytes,
    long percpuBackedBytes,
    double percpuFragmentation) {

  static MemoryUse of(SlabUse slabs, PercpuUse percpu) {
    long slabBytes = slabs.pages() * PageAllocator.PAGE_BYTES;
    return new MemoryUse(
        slabBytes + percpu.areaBytes(),
        slabBytes,
        slabs.objects(),
        percpu.areaBytes(),
        percpu.backedBytes(),
        percpu.fragmentation());
  }
}
