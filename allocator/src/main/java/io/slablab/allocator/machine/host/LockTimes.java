package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.LockStats;

/** The figures of a lock; exact while no CPU runs. */
interface LockTimes {
  /** The sum with other locks' figures of the same class. */
  LockStats plus(LockStats sum);

  void reset();
}
