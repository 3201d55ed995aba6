package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.ObjectHooks;
import io.slablab.allocator.slub.PersistentRange;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes the objects of one cache.
 *
 * <pre>
 *   slab made      all closed               alloc  object open
 *   around ctor    object open              free   object closed but for what persists; quarantine
 *   around dtor    object open
 * </pre>
 *
 * <p>What persists of a free object, as its owner declared, stays open from constructor to
 * destructor: neighbours in a list may write to it. An access there to a freed object goes unseen.
 *
 * <p>RCU readers may look at a free object of a cache that is typesafe: it stays open until its
 * slab ends, and nothing is written to it or waits in the quarantine.
 *
 * <p>Faithful to the constructor series as posted: nothing persists, destructors run on closed
 * objects, and an object whose constructor failed stays open.
 */
final class KasanHooks extends ObjectHooks {
  private static final int NONE = -1;

  private final Kasan kasan;
  private final KmemCache cache;
  private final KasanMeta meta;
  private final KasanShadow shadow;
  private final Quarantine quarantine;
  private final int objectSize;
  private final @Nullable PersistentRange persistent;

  /** Offset of a granule that is open just while the object is allocated; or NONE. */
  private final int witness;

  KasanHooks(
      Kasan kasan, KmemCache cache, KasanMeta meta, KasanShadow shadow, Quarantine quarantine) {
    this.kasan = kasan;
    this.cache = cache;
    this.meta = meta;
    this.shadow = shadow;
    this.quarantine = quarantine;
    this.objectSize = cache.geometry().objectSize();
    this.persistent = kasan.faithful() ? null : cache.args().watch().persistent();
    this.witness = witness(persistent, objectSize);
  }

  private static int witness(@Nullable PersistentRange persistent, int objectSize) {
    if (persistent == null || persistent.offset() > 0) {
      return 0;
    }
    return persistent.end() < objectSize ? persistent.end() : NONE;
  }

  /** Who got an object last. */
  Track allocationOf(long object) {
    return meta.allocation(object);
  }

  /** Who freed an object, while that is still known. */
  Track releaseOf(long object) {
    return shadow.of(object) == KasanShadow.FREE_META ? meta.release(object) : Track.NONE;
  }

  // ---- lives ----

  @Override
  public boolean afterAlloc(Cpu cpu, long object, int gfp) {
    if (kasan.cacheOf(object) != cache) {
      return true; // another feature's
    }
    if (Gfp.blocking(gfp)) {
      quarantine.reduce(cpu);
    }
    shadow.unpoison(object, objectSize);
    meta.allocated(cpu, object);
    return true;
  }

  @Override
  public boolean beforeFree(Cpu cpu, long object) {
    if (kasan.cacheOf(object) != cache || cache.objectAt(object) != object) {
      kasan.report(KasanReport.Kind.INVALID_FREE, object, 0, true);
      return true;
    }
    if (witness != NONE && shadow.of(object + witness) < 0) {
      kasan.report(KasanReport.Kind.DOUBLE_FREE, object, 0, true);
      return true;
    }
    if (cache.args().typesafeByRcu()) {
      return false;
    }
    close(object, KasanShadow.FREE);
    meta.freed(cpu, object);
    if (witness == 0) {
      shadow.poison(object, KasanShadow.GRANULE, KasanShadow.FREE_META);
    }
    quarantine.put(cpu, meta.link(object), cache.geometry().size());
    return true;
  }

  /** All but what persists. */
  private void close(long object, byte why) {
    if (persistent == null) {
      shadow.poison(object, objectSize, why);
      return;
    }
    shadow.poison(object, persistent.offset(), why);
    shadow.unpoison(object + persistent.offset(), persistent.bytes());
    int behind = objectSize - persistent.end();
    shadow.poison(object + persistent.end(), Math.max(0, behind), why);
  }

  // ---- slabs ----

  @Override
  public void slabMade(Cpu cpu, long base, int bytes) {
    shadow.poison(base, bytes, KasanShadow.REDZONE);
    int stride = cache.geometry().size();
    long first = base + cache.geometry().redLeftPad();
    for (long object = first; object + stride <= first + bytes; object += stride) {
      meta.clear(object);
    }
  }

  @Override
  public void slabGone(Cpu cpu, long base, int bytes) {
    shadow.poison(base, bytes, KasanShadow.PAGE_FREE);
  }

  @Override
  public void beforeCtor(Cpu cpu, long object, int gfp) {
    shadow.unpoison(object, objectSize);
  }

  @Override
  public void afterCtor(Cpu cpu, long object, boolean made) {
    if (made) {
      close(object, KasanShadow.REDZONE);
    } else if (!kasan.faithful()) {
      shadow.poison(object, objectSize, KasanShadow.REDZONE);
    }
  }

  @Override
  public void beforeDtor(Cpu cpu, long object) {
    if (!kasan.faithful()) {
      shadow.unpoison(object, objectSize);
    }
  }

  @Override
  public void afterDtor(Cpu cpu, long object) {
    shadow.poison(object, objectSize, KasanShadow.REDZONE);
  }

  @Override
  public void purge(Cpu cpu) {
    quarantine.purge(cpu, cache);
  }
}
