package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cpu;

/** Gets memory back when the page allocator has too little. */
public interface Reclaimer {
  /** Nothing can be reclaimed: a blocking request fails after one round. */
  Reclaimer NONE = (_, _, _) -> 0;

  /**
   * One round of direct reclaim, by the task that needs memory. It holds no spin lock and may wait;
   * never entered with {@link Cpu#PF_MEMALLOC} set (INV-PA-6) nor for a request that cannot wait
   * (INV-PA-5).
   *
   * @return pages freed, or promised; 0 is no progress
   */
  long reclaim(Cpu cpu, int node, int gfp);

  /** Asks for background reclaim of a node. Any context. */
  default void wake(Cpu cpu, int node) {}

  /** Pages of a node that further rounds might free. */
  default long reclaimable(Cpu cpu, int node) {
    return 0;
  }

  /**
   * Reclaim has come to its end.
   *
   * @return whether memory was made free, so that trying again makes sense
   */
  default boolean outOfMemory(Cpu cpu, int order, int gfp) {
    return false;
  }
}
