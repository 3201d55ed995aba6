package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cache of equal objects.
 *
 * <p>Threads: every call by the holder of the CPU passed. Made and ended by {@link Slub}.
 *
 * <p>The fast paths are here, short enough to be inlined: an allocation pops this CPU's freelist, a
 * free onto this CPU's slab pushes it. All other calls go through {@link SlowEntry}; where objects
 * lie and how they are linked is in {@link FreePointers}.
 */
public final class KmemCache {
  private static final int NONE = SlabWord.NONE;

  final Slub slub;
  final CacheGeometry geometry;
  final CacheTunables tunables;
  final KmemCacheArgs args;
  final KmemCacheCpu[] cpus;
  final KmemCacheNode[] nodes;
  final FreePointers pointers;

  /** All that the fast paths do not answer. */
  final SlowEntry entry;

  /**
   * What the fast paths see: {@link #cpus}; or, where something intervenes or in FULL mode,
   * structures that are closed for good, so that every call turns to the slow entry.
   */
  private final KmemCacheCpu[] front;

  /** Asked by the slow entries alone. */
  final @Nullable ObjectHooks hooks;

  /** Asked by the slow entries alone. */
  final Zeroing zeroing;

  /** Stands for both slow paths where debug flags are set; such a cache has no fast path. */
  final @Nullable DebugPath debug;

  /** Whether a bulk free frees each object by itself. */
  private final boolean oneByOne;

  private final String name;
  private final SlabTable table;

  // As in the free pointers: the fast paths read this object alone.
  private final int size;
  private final long reciprocal;

  private final SlabFactory factory;
  private final CacheFlush flush;
  private final SlabSource slabSource;

  /** What is in front of the slabs, if anything; set before the first use. */
  @Nullable Sheaves sheaves;

  /** Its user wants sheaves of some capacity: it takes no other cache in. Under slab_mutex. */
  boolean sheavesAskedFor;

  /** Caches that share this one, itself included; under slab_mutex. */
  int refcount = 1;

  /** Under which names it was asked for, its own first; under slab_mutex. */
  final List<String> names = new ArrayList<>();

  /** The largest of the caches that share this one: what zeroing clears. Under slab_mutex. */
  int objectSize;

  KmemCache(
      Slub slub,
      String name,
      CacheGeometry geometry,
      KmemCacheArgs args,
      KmemCacheCpu[] cpus,
      KmemCacheNode[] nodes,
      int @Nullable [] randomSequence,
      long secret) {
    this.slub = slub;
    this.name = name;
    this.names.add(name);
    this.geometry = geometry;
    this.tunables = new CacheTunables(geometry, slub.config());
    this.args = args;
    this.cpus = cpus;
    this.nodes = nodes;
    this.table = slub.table();
    this.pointers = new FreePointers(name, geometry, slub, secret);
    this.objectSize = geometry.objectSize();
    this.size = geometry.size();
    this.reciprocal = FreePointers.reciprocal(size);
    this.factory = new SlabFactory(this, randomSequence);
    FreeSlowPath freeSlow = new FreeSlowPath(this, factory);
    this.slabSource = new SlabSource(this, factory);
    this.flush = new CacheFlush(this, factory, freeSlow);
    this.debug = (flags() & SlabFlags.DEBUG_FLAGS) == 0 ? null : new DebugPath(this, factory);
    this.hooks = slub.hooks(this);
    this.zeroing = new Zeroing(this);
    this.entry = new SlowEntry(this, factory, freeSlow, slabSource);
    this.oneByOne = debug != null || intervenes();
    this.front = pointers.meta() && !intervenes() ? cpus : closed(cpus.length);
  }

  /** Whether something is to be done on the way of each object. */
  boolean intervenes() {
    return hooks != null || zeroing.unasked();
  }

  private static KmemCacheCpu[] closed(int count) {
    KmemCacheCpu[] closed = new KmemCacheCpu[count];
    for (int id = 0; id < count; id++) {
      closed[id] = new KmemCacheCpu(id, count);
    }
    return closed;
  }

  public String name() {
    return name;
  }

  public KmemCacheArgs args() {
    return args;
  }

  /** Of {@link SlabFlags}: as asked for, and what boot options added. */
  public int flags() {
    return args.flags();
  }

  public CacheGeometry geometry() {
    return geometry;
  }

  Sheaves putSheavesInFront(int capacity) {
    Sheaves made = new Sheaves(slub.machine(), this, new SheafRefill(this, slabSource), capacity);
    sheaves = made;
    if (entry.usesSheavesAlways()) {
      entry.useAlways(made);
    }
    return made;
  }

  /** Before the first use: from now on there is no CPU slab. */
  void useSheavesAlways() {
    entry.useAlways(putSheavesInFront(Sheaves.DEFAULT_CAPACITY));
  }

  // ---- allocation ----

  /**
   * An object from the caller's node by preference.
   *
   * @return address, or 0 when no slab could be made
   * @throws IllegalArgumentException for {@link Gfp#ZERO} on a cache with constructor or
   *     destructor: zeroing would destroy the constructed state (faithful mode does it, and counts)
   */
  public long alloc(Cpu cpu, int gfp) {
    KmemCacheCpu c = front[cpu.id()];
    int index = c.freelist;
    if (index == NONE || (gfp & Gfp.ZERO) != 0) {
      return entry.alloc(cpu, gfp, PageAllocator.NUMA_NO_NODE);
    }
    cpu.charge(Cost.SLUB_FAST);
    return c.pop(c.links[Slab.LINK_PAD + index], size);
  }

  /**
   * An object of one node.
   *
   * @param node wanted node, or {@link PageAllocator#NUMA_NO_NODE}
   */
  public long allocNode(Cpu cpu, int gfp, int node) {
    return entry.alloc(cpu, gfp, node);
  }

  /**
   * An object of a general cache, of which the user wants the first bytes only.
   *
   * @param node wanted node, or {@link PageAllocator#NUMA_NO_NODE}
   * @param bytes at most the object's size
   */
  public long allocRequested(Cpu cpu, int gfp, int node, int bytes) {
    long object = node == PageAllocator.NUMA_NO_NODE ? alloc(cpu, gfp) : allocNode(cpu, gfp, node);
    if (debug != null && object != 0) {
      request(cpu, object, bytes);
    }
    return object;
  }

  /** From now on the user of an object wants so many bytes of it. */
  void request(Cpu cpu, long object, int bytes) {
    Slab slab = table.of(object);
    if (debug != null && slab != null && slab.cache == this) { // else a hook provided it
      debug.request(cpu, slab, object, bytes);
    }
  }

  /** Bytes of an object that its user asked for; all where that is not kept. */
  int requested(long object) {
    return debug == null ? objectSize : debug.requested(object);
  }

  /**
   * Fills {@code out} with n objects, or with none.
   *
   * @return n, or 0 when not all could be had
   */
  public int allocBulk(Cpu cpu, int gfp, int n, long[] out) {
    cpu.charge(Cost.SLUB_BULK, n);
    for (int i = 0; i < n; i++) {
      out[i] = alloc(cpu, gfp);
      if (out[i] == 0) {
        freeBulk(cpu, i, out);
        return 0;
      }
    }
    return n;
  }

  // ---- free ----

  /**
   * Gives an object back.
   *
   * @throws IllegalArgumentException when the address is no object of this cache; inside an object
   *     of this CPU's own slab it goes unseen in META mode, and {@link
   *     SlabFlags#CONSISTENCY_CHECKS} report it instead
   */
  public void free(Cpu cpu, long object) {
    KmemCacheCpu c = front[cpu.id()];
    Slab slab = table.of(object);
    if (slab == null || slab != c.slab) {
      entry.free(cpu, slab, object);
      return;
    }
    cpu.charge(Cost.SLUB_FAST);
    int index = (int) ((object - c.base) * reciprocal >>> FreePointers.RECIPROCAL_SHIFT);
    int head = c.freelist;
    if (index == head) {
      throw pointers.doubleFree(object);
    }
    c.links[Slab.LINK_PAD + index] = (char) head;
    c.freelist = index;
    c.head = object;
    c.fastFrees++;
  }

  /** Free without asking the hooks: for what they kept, and for what they took back. */
  public void freeUnhooked(Cpu cpu, long object) {
    entry.freeUnhooked(cpu, object);
  }

  /**
   * Gives n objects back. Objects of one slab that stand close together in the array go in one
   * step: from the end, with a look-ahead of three misses.
   */
  public void freeBulk(Cpu cpu, int n, long[] objects) {
    if (freesOneByOne()) {
      for (int i = n - 1; i >= 0; i--) {
        free(cpu, objects[i]);
        objects[i] = 0;
      }
    } else {
      BulkFree.free(this, cpu, n, objects);
    }
  }

  boolean freesOneByOne() {
    return oneByOne || entry.usesSheavesAlways();
  }

  /**
   * Gives an object back after a grace period, so that RCU readers that found it may finish. Any
   * context.
   *
   * @throws IllegalArgumentException when the address is on no slab of this cache
   */
  public void kfreeRcu(Cpu cpu, long object) {
    entry.kfreeRcu(cpu, object);
  }

  Slab slabOfObject(long object) {
    return entry.checkOwn(table.of(object), object);
  }

  /**
   * The object whose bytes, padding included, an address lies in.
   *
   * @param address on a slab of this cache
   * @return where it starts; 0 for what is left at both ends of a slab
   */
  public long objectAt(long address) {
    Slab slab = slabOfObject(address);
    int index = pointers.indexOf(slab, address);
    return address >= slab.start && index < slab.objects() ? pointers.addressOf(slab, index) : 0;
  }

  // ---- maintenance ----

  /**
   * Gives every empty slab back and sorts the partial ones fullest first.
   *
   * @return whether any slab is left
   */
  public boolean shrink(Cpu cpu) {
    slub.machine().hotplug().readLock(cpu);
    boolean left;
    try {
      left = shrinkCpusLocked(cpu);
    } finally {
      slub.machine().hotplug().readUnlock(cpu);
    }
    trimDeferred(cpu);
    return left;
  }

  /** Destructs what a reclaimer was promised, where it has to wait for that. */
  void throttle(Cpu cpu) {
    DeferredDestruction deferred = factory.deferred();
    if (deferred != null) {
      deferred.throttle(cpu);
    }
  }

  /** Destructs what waits for a trim, in a task that does not reclaim. */
  void trimDeferred(Cpu cpu) {
    DeferredDestruction deferred = factory.deferred();
    if (deferred != null) {
      deferred.trim(cpu);
    }
  }

  /** The same for who holds cpu_hotplug_lock already. */
  boolean shrinkCpusLocked(Cpu cpu) {
    if (hooks != null) {
      hooks.purge(cpu);
    }
    return flush.shrink(cpu);
  }

  /**
   * Destructs and frees every slab that waited when called; empty on a cache that defers nothing.
   * May sleep.
   */
  public void drainDeferred(Cpu cpu) {
    DeferredDestruction deferred = factory.deferred();
    if (deferred != null) {
      deferred.drain(cpu);
    }
  }

  @Nullable DeferredDestruction deferred() {
    return factory.deferred();
  }

  /** What waits for the worker that destructs; exact at rest. */
  public DeferredStats deferredStats() {
    DeferredDestruction deferred = factory.deferred();
    return deferred == null ? DeferredStats.NONE : deferred.stats();
  }

  void gracePeriodOver(Cpu cpu, Slab slab) {
    RcuSlabs waiting = factory.rcuSlabs();
    if (waiting != null) {
      waiting.gracePeriodOver(cpu, slab);
    }
  }

  /** Empty slabs whose pages RCU readers may still look at; exact at rest. */
  public long slabsInGracePeriod() {
    RcuSlabs waiting = factory.rcuSlabs();
    return waiting == null ? 0 : waiting.waiting();
  }

  CacheFlush flush() {
    return flush;
  }

  /**
   * Checks the bytes, lists and counts of every slab, with {@link SlabFlags#DEBUG_FLAGS}: what is
   * wrong is in the log afterwards, and repaired.
   *
   * @throws IllegalStateException on a cache without debug flags, whose slabs are on no list
   */
  public void validate(Cpu cpu) {
    if (debug == null) {
      throw new IllegalStateException("validation needs debug flags: cache=" + name);
    }
    debug.validate(cpu);
  }

  /**
   * Who handed out the objects in use, most objects first; with {@link SlabFlags#STORE_USER}.
   *
   * @throws IllegalStateException where users are not stored
   */
  public List<CallSiteUse> allocTraces(Cpu cpu) {
    return callSites(cpu, false);
  }

  /**
   * Who freed the objects in use before they were handed out again, likewise.
   *
   * @throws IllegalStateException where users are not stored
   */
  public List<CallSiteUse> freeTraces(Cpu cpu) {
    return callSites(cpu, true);
  }

  private List<CallSiteUse> callSites(Cpu cpu, boolean frees) {
    if (debug == null) {
      throw new IllegalStateException("users are not stored: cache=" + name);
    }
    return debug.callSites(cpu, frees);
  }

  /** Exact only while no CPU uses the cache. */
  public CacheStats stats() {
    return CacheStats.of(this);
  }

  /**
   * Checks the slab invariants while no CPU uses the cache.
   *
   * @throws IllegalStateException naming what is broken
   */
  public void verify() {
    new CacheVerifier(this).verify();
  }

  // ---- counting ----

  void count(Cpu cpu, Stat stat) {
    cpus[cpu.id()].count(stat);
  }

  void count(Cpu cpu, Stat stat, int times) {
    cpus[cpu.id()].count(stat, times);
  }

  KmemCacheNode node(Slab slab) {
    return nodes[slab.node];
  }
}
