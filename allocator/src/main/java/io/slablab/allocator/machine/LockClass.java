package io.slablab.allocator.machine;

/**
 * All locks of one role. Equal names are one class: their statistics are summed.
 *
 * @param name the kernel's name, as {@code perf lock} would print it
 * @param leaf level of a leaf, or {@link #NOT_LEAF}. A leaf is held with interrupts off, and under
 *     it no lock is taken but leaves of lower levels. Destructors of objects take leaves only.
 */
public record LockClass(String name, Kind kind, int leaf) {
  public static final int NOT_LEAF = -1;

  /** How a lock is taken; the kernel's words. */
  public enum Kind {
    MUTEX,
    MUTEX_KILLABLE,
    RW_SEMAPHORE,
    SPIN,
    SPIN_IRQSAVE,
    RAW_SPIN_IRQSAVE
  }

  /** A class that is no leaf. */
  public LockClass(String name, Kind kind) {
    this(name, kind, NOT_LEAF);
  }

  /**
   * @param level 0 when nothing nests inside
   */
  public static LockClass leaf(String name, Kind kind, int level) {
    if (level < 0) {
      throw new IllegalArgumentException("level must not be negative: level=" + level);
    }
    return new LockClass(name, kind, level);
  }

  public boolean isLeaf() {
    return leaf != NOT_LEAF;
  }
}
