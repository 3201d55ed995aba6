package io.slablab.allocator.slub;

import io.slablab.allocator.machine.LinePad;
import org.jspecify.annotations.Nullable;

/**
 * One CPU's sheaves of one cache. Only the holder of the CPU's token touches them: the token is
 * their local lock.
 */
final class CpuSheaves extends LinePad {
  Sheaf main;
  @Nullable Sheaf spare;

  /** Gathers what kfree_rcu is given; has room, or is null. */
  @Nullable Sheaf rcuFree;

  CpuSheaves(Sheaf main) {
    this.main = main;
  }
}
