package io.slablab.allocator.slub;

import org.jspecify.annotations.Nullable;

/**
 * What one CPU keeps of one cache. Only the holder of the CPU's token touches it.
 *
 * <p>Invariant INV-SLUB-3: length(freelist) + length(slab's own freelist) + objects in users' hands
 * = objects of the slab. INV-SLUB-12: every change of slab or freelist outside the fast paths bumps
 * tid.
 */
final class KmemCacheCpu {
  /** Index of the first free object of {@link #slab}, or {@link SlabWord#NONE}. */
  int freelist = SlabWord.NONE;

  long tid;
  @Nullable Slab slab;

  /** Top of the stack of partial slabs. */
  @Nullable Slab partial;

  long fastAllocs;
  long fastFrees;
  final long[] stats = new long[Stat.values().length];

  KmemCacheCpu(int cpu) {
    tid = cpu; // ids are unique over CPUs: each counts up by the number of CPUs
  }

  void count(Stat stat) {
    stats[stat.ordinal()]++;
  }

  long value(Stat stat) {
    return switch (stat) {
      case ALLOC_FASTPATH -> fastAllocs;
      case FREE_FASTPATH -> fastFrees;
      default -> stats[stat.ordinal()];
    };
  }
}
