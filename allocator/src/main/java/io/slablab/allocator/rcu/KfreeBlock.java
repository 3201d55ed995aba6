package io.slablab.allocator.rcu;

import org.jspecify.annotations.Nullable;

/** A page of pointers that wait for the same grace period. */
final class KfreeBlock {
  private static final int PAGE_BYTES = 4096;
  private static final int HEADER_BYTES = 40; // list links, state of the grace period, count

  /** Pointers in a block. */
  static final int OBJECTS = (PAGE_BYTES - HEADER_BYTES) / Long.BYTES;

  final long[] objects = new long[OBJECTS];
  int count;
  @Nullable KfreeBlock next;

  boolean isFull() {
    return count == OBJECTS;
  }
}
