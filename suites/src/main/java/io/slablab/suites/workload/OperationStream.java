package io.slablab.suites.workload;

/**
 * One worker's endless stream of life cycles.
 *
 * <p>A stream belongs to one worker thread and to one virtual CPU. The thread takes the CPU with
 * {@link #enter}, calls {@link #next} as often as it likes and gives the CPU back with {@link
 * #leave} before it waits for others: a CPU that is held and does not run {@code next} keeps others
 * from running work on it. Nothing here allocates Java heap after the first {@code enter}.
 */
public abstract class OperationStream {

  /**
   * Makes the calling thread this stream's CPU. The first call also builds the live set.
   *
   * @throws AllocationFailedException when the live set does not fit in memory
   */
  public abstract void enter();

  /**
   * Runs one life cycle, and what other CPUs asked of this one.
   *
   * @throws AllocationFailedException when memory ran out; the stream stays usable for {@link
   *     #leave}
   */
  public abstract void next();

  /** Gives the CPU back. The live set stays. */
  public abstract void leave();
}
