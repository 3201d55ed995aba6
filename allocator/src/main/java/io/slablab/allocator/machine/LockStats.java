package io.slablab.allocator.machine;

/**
 * What one lock class did, in the columns of {@code perf lock}, with the true number of
 * acquisitions beside the slow-path entries that perf prints in both of its first columns.
 *
 * @param name lock class
 * @param acquired all acquisitions
 * @param contended entries of the slow path
 * @param stolen acquisitions that overtook waiters (mutexes)
 * @param totalWaitNs time from slow-path entry to ownership, summed
 * @param minWaitNs shortest wait of a contended acquisition; 0 when {@code contended} is 0
 * @param maxWaitNs longest wait
 */
public record LockStats(
    String name,
    long acquired,
    long contended,
    long stolen,
    long totalWaitNs,
    long minWaitNs,
    long maxWaitNs) {

  /** Mean wait of a contended acquisition in nanoseconds; 0 when there was none. */
  public double avgWaitNs() {
    return contended == 0 ? 0 : (double) totalWaitNs / contended;
  }
}
