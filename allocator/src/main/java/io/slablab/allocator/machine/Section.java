package io.slablab.allocator.machine;

/** A stretch of code whose rules differ from an ordinary task's. Sections nest. */
public enum Section {
  /** The handler of an interrupt: interrupts are off, nothing may sleep. */
  HARDIRQ,

  /** What runs right after an interrupt, as RCU callbacks do: interrupts are on, no sleeping. */
  SOFTIRQ,

  /** A work item: may sleep, holds none of the locks of whoever queued it. */
  WORK,

  /** An RCU reader: may be anywhere, may not sleep. */
  RCU_READER,

  /** Reclaim of memory that may call into file systems: what it takes, no allocator may hold. */
  RECLAIM
}
