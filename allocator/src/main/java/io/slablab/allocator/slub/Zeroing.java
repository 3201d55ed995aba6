package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import org.jspecify.annotations.Nullable;

/**
 * When the bytes of a cache's objects are zeroed.
 *
 * <pre>
 *                                 handed out                          freed
 *   init_on_alloc off             with ZERO                           -
 *     on, constructor/destructor  never, even with ZERO               -
 *     on, poison, RCU readers     with ZERO                           -
 *     on, others                  always                              -
 *   init_on_free on               free pointer wiped                  object and metadata, not red zones;
 *                                                                     not with life cycle, poison or
 *                                                                     RCU readers
 * </pre>
 *
 * With ZERO on a cache with constructor or destructor the caller has a defect; {@link KmemCache}
 * refuses it unless faithful.
 */
final class Zeroing {
  private final KmemCache cache;
  private final CacheGeometry geometry;
  private final DebugLayout layout;
  private final Memory memory;
  private final boolean always;
  private final boolean never;
  private final boolean onFree;

  Zeroing(KmemCache cache) {
    SlubConfig config = cache.slub.config();
    boolean constructed = cache.args.hasLifeCycle();
    boolean kept = cache.args.keepsBytes() || (cache.flags() & SlabFlags.POISON) != 0;
    this.cache = cache;
    this.geometry = cache.geometry;
    this.layout = DebugLayout.of(geometry, cache.args);
    this.memory = cache.slub.memory();
    this.always = config.initOnAlloc() && !kept;
    this.never = config.initOnAlloc() && constructed;
    this.onFree = config.initOnFree() && !kept;
  }

  /** Whether objects are written to without being asked: then there is no fast path. */
  boolean unasked() {
    return always || onFree;
  }

  /** An object is about to be handed out. */
  void handedOut(long object, int gfp) {
    if (always || ((gfp & Gfp.ZERO) != 0 && !never)) {
      memory.fill(object, cache.objectSize, (byte) 0);
    } else if (onFree && geometry.offset() < geometry.inuse() && !cache.pointers.meta()) {
      memory.putLong(object + geometry.offset(), 0); // the rest is zero since its free
    }
  }

  private void fill(long object, int from, int to) {
    memory.fill(object + from, to - from, (byte) 0);
  }

  /** An object came back; it is on no freelist yet. */
  void freed(long object, @Nullable DebugPath debug) {
    if (!onFree) {
      return;
    }
    cache.pointers.checkedIndex(cache.slabOfObject(object), object); // zero no one else's bytes
    int requested = debug == null ? cache.objectSize : debug.requested(object);
    memory.fill(object, requested, (byte) 0);
    fill(object, layout.tracks(), geometry.metadata());
    fill(object, layout.padding(), layout.end());
    if (debug != null) {
      debug.keepRequested(object, requested);
    }
  }
}
