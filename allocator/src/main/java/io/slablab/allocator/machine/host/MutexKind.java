package io.slablab.allocator.machine.host;

/** Who gets a mutex next, and how the others wait. */
public enum MutexKind {
  /** Whoever comes when it is free; the first waiter spins, the others queue or sleep. */
  SPIN,
  /** Whoever comes when it is free; waiters sleep at once. */
  SLEEP,
  /** Whoever has waited longest: nobody overtakes, and waiters sleep at once. */
  FAIR
}
