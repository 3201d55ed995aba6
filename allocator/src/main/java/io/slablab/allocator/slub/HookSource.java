package io.slablab.allocator.slub;

import org.jspecify.annotations.Nullable;

/** A feature that surrounds objects of caches; installed before the first cache is made. */
public interface HookSource {

  /** What the feature does around the objects of a cache, or null to leave it alone. */
  @Nullable ObjectHooks hooks(KmemCache cache);
}
