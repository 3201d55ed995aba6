package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.LockClass;

/**
 * How somebody waits for a lock, from the strictest on. Inside a lock of one type nothing of a
 * later type may be taken.
 */
enum WaitType {
  /** Does not wait. */
  FREE,
  RAW_SPIN,
  SPIN,
  SLEEP;

  static WaitType of(LockClass.Kind kind) {
    return switch (kind) {
      case RAW_SPIN_IRQSAVE -> RAW_SPIN;
      case SPIN, SPIN_IRQSAVE -> SPIN;
      case MUTEX, MUTEX_KILLABLE, RW_SEMAPHORE -> SLEEP;
    };
  }

  static WaitType stricter(WaitType one, WaitType other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
