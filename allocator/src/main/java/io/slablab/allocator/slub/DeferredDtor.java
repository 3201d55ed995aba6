package io.slablab.allocator.slub;

/**
 * Destruction by a worker instead of by whoever emptied a slab.
 *
 * @param backlogCap slabs that may wait; a task that frees one more runs the worker itself, if
 *     interrupts are on
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
    AT_QUEUE_AND_WAIT
  }

  public static final DeferredDtor DEFAULT = new DeferredDtor(64, Credit.AT_QUEUE_AND_WAIT);

  public DeferredDtor {
    if (backlogCap < 0) {
      throw new IllegalArgumentException("backlogCap must not be negative: " + backlogCap);
    }
  }
}
