package io.slablab.allocator.debug;

import io.slablab.allocator.slub.HookSource;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.ObjectHooks;
import io.slablab.allocator.slub.SlabFlags;
import org.jspecify.annotations.Nullable;

/** Turns the slab allocator's own checks on for every cache; needs no hooks. */
final class SlubDebug implements HookSource {
  private static final int FLAGS =
      SlabFlags.CONSISTENCY_CHECKS | SlabFlags.RED_ZONE | SlabFlags.POISON | SlabFlags.STORE_USER;

  @Override
  public KmemCacheArgs prepare(int objectSize, KmemCacheArgs args) {
    return args.withFlags(FLAGS);
  }

  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    return null;
  }
}
