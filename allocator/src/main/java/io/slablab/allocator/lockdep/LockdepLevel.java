package io.slablab.allocator.lockdep;

/** How much is checked. */
public enum LockdepLevel {
  /** Nothing: locks are the machine's own, no class of the checker but this one is loaded. */
  OFF,

  /** Order of lock classes, use in interrupts, what may sleep where. */
  LOCKS,

  /** Leaf levels, constructors and destructors, reclaim and allocation too. */
  FULL;

  boolean atLeast(LockdepLevel other) {
    return compareTo(other) >= 0;
  }
}
