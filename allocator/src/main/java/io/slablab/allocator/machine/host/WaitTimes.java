package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.LockStats;

/**
 * Counters of one lock, all written by whoever holds it, so that they are plain: the lock's release
 * and the next acquire order them. Invariant: acquired >= contended >= stolen is not required;
 * contended == 0 implies totalWaitNs == 0.
 */
final class WaitTimes implements LockTimes {
  private long acquired;
  private long contended;
  private long stolen;
  private long totalWaitNs;
  private long minWaitNs = Long.MAX_VALUE;
  private long maxWaitNs;

  void fast() {
    acquired++;
  }

  /** A fast acquisition that overtook waiters. */
  void stole() {
    acquired++;
    stolen++;
  }

  void waited(long waitNs) {
    acquired++;
    contended++;
    totalWaitNs += waitNs;
    minWaitNs = Math.min(minWaitNs, waitNs);
    maxWaitNs = Math.max(maxWaitNs, waitNs);
  }

  @Override
  public void reset() {
    acquired = 0;
    contended = 0;
    stolen = 0;
    totalWaitNs = 0;
    minWaitNs = Long.MAX_VALUE;
    maxWaitNs = 0;
  }

  @Override
  public LockStats plus(LockStats sum) {
    long least = contended == 0 ? Long.MAX_VALUE : minWaitNs;
    long leastOfSum = sum.contended() == 0 ? Long.MAX_VALUE : sum.minWaitNs();
    long both = contended + sum.contended();
    return new LockStats(
        sum.name(),
        acquired + sum.acquired(),
        both,
        stolen + sum.stolen(),
        totalWaitNs + sum.totalWaitNs(),
        both == 0 ? 0 : Math.min(least, leastOfSum),
        Math.max(maxWaitNs, sum.maxWaitNs()));
  }
}
