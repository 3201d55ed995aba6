package io.slablab.allocator.slub;

import org.jspecify.annotations.Nullable;

/**
 * A feature that surrounds objects of caches; installed before the first cache is made.
 *
 * <p>Sources are asked in the order they were installed: first for what they need of a cache that
 * is about to be made, then for their hooks. What provides or keeps objects goes in before what may
 * refuse them.
 */
public interface HookSource {

  /**
   * What the cache needs so that the feature can watch it: bytes behind its objects, flags.
   *
   * @param args as the cache's owner and earlier sources want it
   */
  default KmemCacheArgs prepare(int objectSize, KmemCacheArgs args) {
    return args;
  }

  /** What the feature does around the objects of a cache, or null to leave it alone. */
  @Nullable ObjectHooks hooks(KmemCache cache);
}
