package io.slablab.allocator.slub;

/**
 * Deferred destruction of one cache.
 *
 * @param backlog slabs that wait
 * @param highWater the most that waited at once
 * @param capHits frees that found the backlog above its cap
 */
public record DeferredStats(long backlog, long highWater, long capHits) {
  static final DeferredStats NONE = new DeferredStats(0, 0, 0);
}
