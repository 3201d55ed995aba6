package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.slub.CacheGeometry;
import io.slablab.allocator.slub.HookSource;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.ObjectHooks;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.allocator.slub.Slub;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks every access to objects against a shadow of memory, as generic KASAN does.
 *
 * <p>Must be the first feature that asks for bytes behind objects: its metadata comes first.
 */
public final class Kasan implements HookSource, AccessCheck {
  /** Size of an object up to which the redzone behind it is so long: bytes, redzone. */
  private static final int[][] REDZONES = {
    {64 - 16, 16}, {128 - 32, 32}, {512 - 64, 64}, {4096 - 128, 128}, {Integer.MAX_VALUE, 256}
  };

  private final Slub slub;
  private final Memory memory;
  private final Reports reports;
  private final boolean faithful;
  private final StackDepot depot = new StackDepot();
  private final KasanShadow shadow;
  private final Quarantine quarantine;

  /** By cache; written when it is made. Caches are few, and their entries small. */
  private final Map<KmemCache, KasanHooks> hooks = new ConcurrentHashMap<>();

  Kasan(Machine machine, Slub slub, Reports reports, boolean faithful) {
    this.slub = slub;
    this.memory = slub.memory();
    this.reports = reports;
    this.faithful = faithful;
    this.shadow = new KasanShadow(machine, memory.bytes());
    this.quarantine = new Quarantine(machine, slub, shadow);
  }

  // ---- caches ----

  @Override
  public KmemCacheArgs prepare(int objectSize, KmemCacheArgs args) {
    int meta =
        KasanMeta.ALLOC_BYTES + (freeMetaOutside(objectSize, args) ? KasanMeta.FREE_BYTES : 0);
    int bytes = Math.max(meta, redzone(objectSize));
    return args.withWatch(args.watch().withMoreMetadata(bytes)).withFlags(SlabFlags.NO_MERGE);
  }

  private static int redzone(int objectSize) {
    int row = 0;
    while (objectSize > REDZONES[row][0]) {
      row++;
    }
    return REDZONES[row][1];
  }

  /** Where a free object's bytes mean something, the free meta must not lie in them. */
  private boolean freeMetaOutside(int objectSize, KmemCacheArgs args) {
    boolean constructed = faithful ? args.ctor() != null : args.hasLifeCycle();
    return constructed || objectSize < KasanMeta.FREE_BYTES;
  }

  @Override
  public ObjectHooks hooks(KmemCache cache) {
    CacheGeometry geometry = cache.geometry();
    int allocAt = geometry.metadata();
    boolean outside = freeMetaOutside(geometry.objectSize(), cache.args());
    int freeAt = outside ? allocAt + KasanMeta.ALLOC_BYTES : 0;
    KasanMeta meta = new KasanMeta(memory, depot, allocAt, freeAt);
    KasanHooks made = new KasanHooks(this, cache, meta, shadow, quarantine);
    hooks.put(cache, made);
    return made;
  }

  boolean faithful() {
    return faithful;
  }

  // ---- accesses ----

  @Override
  public void check(long address, long bytes, boolean write) {
    long bad = shadow.firstBad(address, bytes);
    if (bad != KasanShadow.FINE) {
      report(kindOf(bad), bad, bytes, write);
    }
  }

  private KasanReport.Kind kindOf(long bad) {
    return switch (shadow.of(bad)) {
      case KasanShadow.FREE, KasanShadow.FREE_META -> KasanReport.Kind.SLAB_USE_AFTER_FREE;
      case KasanShadow.PAGE_FREE -> KasanReport.Kind.USE_AFTER_FREE;
      default -> KasanReport.Kind.SLAB_OUT_OF_BOUNDS;
    };
  }

  void report(KasanReport.Kind kind, long address, long bytes, boolean write) {
    if (!reports.counted(DebugFeature.KASAN, kind.word())) {
      return;
    }
    KmemCache cache = slub.cacheOf(address);
    KasanHooks of = cache == null ? null : hooks.get(cache);
    long object = cache == null ? 0 : cache.objectAt(address);
    boolean unknown = object == 0;
    reports.keep(
        new KasanReport(
            kind,
            address,
            bytes,
            write,
            shadow.of(address) & 0xFF,
            cache == null ? "" : cache.name(),
            object,
            StackDepot.callers(),
            of == null || unknown ? Track.NONE : of.allocationOf(object),
            of == null || unknown ? Track.NONE : of.releaseOf(object)));
  }

  // ---- what tests and tools ask ----

  /** Whether so many bytes could be accessed without a report. */
  public boolean accessible(long address, int bytes) {
    return shadow.firstBad(address, bytes) == KasanShadow.FINE;
  }

  /** The shadow of an address, 0..255. */
  public int shadowOf(long address) {
    return shadow.of(address) & 0xFF;
  }

  /** Bytes of freed objects that wait, with their metadata; at rest. */
  public long quarantinedBytes() {
    return quarantine.bytes();
  }

  @Nullable KmemCache cacheOf(long address) {
    return slub.cacheOf(address);
  }
}
