package io.slablab.allocator.machine;

/**
 * All locks of one role. Equal names are one class: their statistics are summed.
 *
 * @param name the kernel's name, as {@code perf lock} would print it
 */
public record LockClass(String name, Kind kind) {

  /** How a lock is taken; the kernel's words. */
  public enum Kind {
    MUTEX,
    MUTEX_KILLABLE,
    SPIN,
    SPIN_IRQSAVE,
    RAW_SPIN_IRQSAVE
  }
}
