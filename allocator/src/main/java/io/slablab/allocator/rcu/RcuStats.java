package io.slablab.allocator.rcu;

/**
 * What RCU did; exact at rest.
 *
 * @param gracePeriods that ended
 * @param scans rounds in which CPUs that had said nothing were asked
 * @param queued callbacks that wait now
 * @param invoked callbacks that ran
 * @param overloads times a CPU had more callbacks than twice {@code qhimark}
 */
public record RcuStats(long gracePeriods, long scans, long queued, long invoked, long overloads) {}
