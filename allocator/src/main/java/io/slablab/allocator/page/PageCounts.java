package io.slablab.allocator.page;

import io.slablab.allocator.machine.LinePad;

/** What one CPU did; written by the holder of its token alone. */
final class PageCounts extends LinePad {
  long allocs;
  long frees;
  long pgalloc;
  long pgfree;
  long failures;
  long stalls;

  /** Bytes of slabs by node, unreclaimable and reclaimable: this CPU's share, may be negative. */
  final long[] slabBytes;

  PageCounts(int nodes) {
    slabBytes = new long[2 * nodes];
  }

  void add(PageCounts other) {
    allocs += other.allocs;
    frees += other.frees;
    pgalloc += other.pgalloc;
    pgfree += other.pgfree;
    failures += other.failures;
    stalls += other.stalls;
    for (int i = 0; i < slabBytes.length; i++) {
      slabBytes[i] += other.slabBytes[i];
    }
  }
}
