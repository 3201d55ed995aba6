package io.slablab.allocator.slub;

/**
 * Destruction by a worker, or by a trim, instead of by whoever emptied a slab.
 *
 * @param backlogCap slabs that may wait; a task that frees one more runs the worker itself, if
 *     interrupts are on; without meaning for {@link Credit#NEVER}
 * @param credit when a reclaiming task may count the pages
 */
public record DeferredDtor(int backlogCap, Credit credit) {

  /** When a task that reclaims counts the pages of a deferred slab as its progress. */
  public enum Credit {
    /** When it queues the slab: promised pages count, though they are not free yet. */
    AT_QUEUE,

    /** When the worker frees them, to whom the worker runs as: a reclaimer may see no progress. */
    BY_WORKER,

    /** At queue time; the reclaimer then waits for the worker once per priority. */
    AT_QUEUE_AND_WAIT,

    /**
     * Never: there is no worker. Slabs wait for a trim by a task that does not reclaim, however
     * many they are, so that no reclaimer ever runs a destructor or counts on one.
     */
    NEVER
  }

  public static final DeferredDtor DEFAULT = new DeferredDtor(64, Credit.AT_QUEUE_AND_WAIT);

  /** Destruction by a trim alone: of a thread for that, {@link Slub#trimDeferred}, or of users. */
  public static final DeferredDtor BY_TRIM = new DeferredDtor(Integer.MAX_VALUE, Credit.NEVER);

  public DeferredDtor {
    if (backlogCap < 0) {
      throw new IllegalArgumentException("backlogCap must not be negative: " + backlogCap);
    }
  }

  /** Whether slabs wait for a trim instead of a worker. */
  public boolean byTrim() {
    return credit == Credit.NEVER;
  }
}
