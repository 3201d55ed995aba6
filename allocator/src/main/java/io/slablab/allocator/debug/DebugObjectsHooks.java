package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.ObjectHooks;
import io.slablab.allocator.slub.PersistentRange;
import org.jspecify.annotations.Nullable;

/** Searches what one cache gets back for objects that are in use. */
final class DebugObjectsHooks extends ObjectHooks {
  private final DebugObjects tracker;
  private final String cache;
  private final int objectSize;
  private final boolean atFree;
  private final boolean atDtor;
  private final @Nullable PersistentRange persistent;

  DebugObjectsHooks(DebugObjects tracker, KmemCache cache, boolean faithful) {
    this.tracker = tracker;
    this.cache = cache.name();
    this.objectSize = cache.geometry().objectSize();
    this.persistent = faithful ? null : cache.args().watch().persistent();
    this.atDtor = !faithful && cache.args().destructs();
    this.atFree = !atDtor || persistent != null;
  }

  @Override
  public boolean beforeFree(Cpu cpu, long object) {
    if (!atFree) {
      return false;
    }
    if (persistent == null) {
      tracker.checkFreed(cpu, object, object + objectSize, cache);
    } else {
      tracker.checkFreed(cpu, object, object + persistent.offset(), cache);
      tracker.checkFreed(cpu, object + persistent.end(), object + objectSize, cache);
    }
    return false;
  }

  @Override
  public void afterDtor(Cpu cpu, long object) {
    if (atDtor) {
      tracker.checkFreed(cpu, object, object + objectSize, cache);
    }
  }
}
