package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.rcu.RcuHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cache of equal objects.
 *
 * <p>Threads: every call by the holder of the CPU passed. Made and ended by {@link Slub}.
 *
 * <p>The fast paths are here, short enough to be inlined: an allocation pops this CPU's freelist, a
 * free onto this CPU's slab pushes it. Everything else is in {@link AllocSlowPath}, {@link
 * FreeSlowPath}, {@link SlabFactory} and {@link CacheFlush}.
 */
public final class KmemCache {
  private static final int NONE = SlabWord.NONE;
  private static final int RECIPROCAL_SHIFT = 32;

  /** {@link #nextIfValid}: what is stored leads to no object. */
  static final int CORRUPT = -1;

  final Slub slub;
  final CacheGeometry geometry;
  final CacheTunables tunables;
  final KmemCacheArgs args;
  final KmemCacheCpu[] cpus;
  final KmemCacheNode[] nodes;

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
  private final Memory memory;
  private final boolean meta;
  private final int size;
  private final int offset;
  private final long reciprocal;

  /** Mixed into stored free pointers; FULL mode only. */
  private final long secret;

  private final AllocSlowPath allocSlow;
  private final FreeSlowPath freeSlow;
  private final SlabFactory factory;
  private final CacheFlush flush;
  private final SlabSource slabSource;

  /** The sheaves that every allocation goes through, where all caches have them. */
  private @Nullable Sheaves always;

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
    this.memory = slub.memory();
    this.meta = slub.config().mode() == MemoryMode.META;
    this.objectSize = geometry.objectSize();
    this.size = geometry.size();
    this.offset = geometry.offset();
    this.reciprocal = ((1L << RECIPROCAL_SHIFT) + size - 1) / size;
    this.secret = secret;
    this.factory = new SlabFactory(this, randomSequence);
    this.freeSlow = new FreeSlowPath(this, factory);
    this.allocSlow = new AllocSlowPath(this, factory, freeSlow);
    this.slabSource = new SlabSource(this, factory);
    this.flush = new CacheFlush(this, factory, freeSlow);
    this.debug = (flags() & SlabFlags.DEBUG_FLAGS) == 0 ? null : new DebugPath(this, factory);
    this.hooks = slub.hooks(this);
    this.zeroing = new Zeroing(this);
    this.oneByOne = debug != null || intervenes();
    this.front = meta && !intervenes() ? cpus : closed(cpus.length);
  }

  /** Whether something is to be done on the way of each object. */
  boolean intervenes() {
    return hooks != null || zeroing.unasked();
  }

  private static KmemCacheCpu[] closed(int count) {
    KmemCacheCpu[] closed = new KmemCacheCpu[count];
    Arrays.setAll(closed, id -> new KmemCacheCpu(id, count));
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
    Sheaves front = new Sheaves(slub.machine(), this, new SheafRefill(this, slabSource), capacity);
    sheaves = front;
    always = always == null ? null : front;
    return front;
  }

  /** Before the first use: from now on there is no CPU slab. */
  void useSheavesAlways() {
    always = putSheavesInFront(Sheaves.DEFAULT_CAPACITY);
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
      return allocNode(cpu, gfp, PageAllocator.NUMA_NO_NODE);
    }
    cpu.charge(Cost.SLUB_FAST);
    return pop(c, c.links[Slab.LINK_PAD + index]);
  }

  /**
   * An object of one node.
   *
   * @param node wanted node, or {@link PageAllocator#NUMA_NO_NODE}
   */
  public long allocNode(Cpu cpu, int gfp, int node) {
    return hooks == null ? allocUnhooked(cpu, gfp, node) : allocHooked(hooks, cpu, gfp, node);
  }

  private long allocHooked(ObjectHooks watching, Cpu cpu, int gfp, int node) {
    long own = watching.beforeAlloc(cpu, gfp, node);
    if (own == ObjectHooks.FAIL) {
      return 0;
    }
    return admit(watching, cpu, own == ObjectHooks.PASS ? allocUnhooked(cpu, gfp, node) : own, gfp);
  }

  /** Shows the hooks an object on its way out. Returns it, or 0 when one of them refused it. */
  long admit(ObjectHooks watching, Cpu cpu, long object, int gfp) {
    int verdict = object == 0 ? ObjectHooks.ADMITTED : watching.admit(cpu, object, gfp);
    if (verdict == ObjectHooks.REFUSED) {
      freeUnhooked(cpu, object);
    }
    return verdict == ObjectHooks.ADMITTED ? object : 0;
  }

  /** Takes the first object; the list goes on at {@code next}. */
  private long pop(KmemCacheCpu c, int next) {
    long object = c.head;
    c.listFrom(next, size);
    c.fastAllocs++;
    return object;
  }

  /** A freelist that holds something belongs to a slab: INV-SLUB-3. */
  @SuppressWarnings("NullAway")
  private static Slab slabOf(KmemCacheCpu c) {
    return c.slab;
  }

  /** With zeroing, with a wanted node, or with an empty freelist. */
  long allocUnhooked(Cpu cpu, int gfp, int node) {
    KmemCacheCpu c = cpus[cpu.id()];
    checkZero(cpu, gfp);
    int index = c.freelist;
    long object =
        index != NONE && (node == PageAllocator.NUMA_NO_NODE || slabOf(c).node == node)
            ? pop(c, next(slabOf(c), index))
            : allocSlow(cpu, c, gfp, node);
    if (object != 0) {
      zeroing.handedOut(object, gfp);
    }
    return object;
  }

  private long allocSlow(Cpu cpu, KmemCacheCpu c, int gfp, int node) {
    if (debug != null) {
      return debug.alloc(cpu, gfp, node);
    }
    return always == null ? allocSlow.alloc(cpu, c, gfp, node) : always.allocNode(cpu, gfp, node);
  }

  /** What sheaves are filled from where they stand in front of CPU slabs. */
  long allocFromSlabs(Cpu cpu, int gfp, int node) {
    KmemCacheCpu c = cpus[cpu.id()];
    if (always != null) {
      return slabSource.one(cpu, gfp, node);
    }
    return c.freelist != NONE && node == PageAllocator.NUMA_NO_NODE
        ? pop(c, next(slabOf(c), c.freelist))
        : allocSlow.alloc(cpu, c, gfp, node);
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

  /** Refuses ZERO where it would destroy constructed state; faithful mode counts it. */
  void checkZero(Cpu cpu, int gfp) {
    if ((gfp & Gfp.ZERO) == 0 || !args.hasLifeCycle()) {
      return;
    }
    if (!slub.config().faithful()) {
      throw new IllegalArgumentException("ZERO would destroy the constructed state: cache=" + name);
    }
    count(cpu, Stat.ZERO_ON_CONSTRUCTED);
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
      freeElsewhere(cpu, slab, object);
      return;
    }
    cpu.charge(Cost.SLUB_FAST);
    int index = (int) ((object - c.base) * reciprocal >>> RECIPROCAL_SHIFT);
    int head = c.freelist;
    if (index == head) {
      throw doubleFree(object);
    }
    c.links[Slab.LINK_PAD + index] = (char) head;
    c.freelist = index;
    c.head = object;
    c.fastFrees++;
  }

  private void freeElsewhere(Cpu cpu, @Nullable Slab slab, long object) {
    if (hooks == null || !hooks.beforeFree(cpu, object)) {
      freeChecked(cpu, slab, object);
    }
  }

  /** Free without asking the hooks: for what they kept, and for what they took back. */
  public void freeUnhooked(Cpu cpu, long object) {
    freeChecked(cpu, table.of(object), object);
  }

  private void freeChecked(Cpu cpu, @Nullable Slab slab, long object) {
    if (debug != null) {
      debug.free(cpu, slab, object);
      return;
    }
    Slab own = checkOwn(slab, object);
    int index = checkedIndex(own, object);
    if (always != null && always.keeps(cpu, own)) {
      always.freeUnhooked(cpu, object);
    } else {
      zeroing.freed(object, null);
      freeChain(cpu, own, index, index, 1);
    }
  }

  private IllegalStateException doubleFree(long object) {
    return new IllegalStateException(
        "double free: cache=" + name + " object=0x" + Long.toHexString(object));
  }

  private Slab checkOwn(@Nullable Slab slab, long object) {
    if (slab == null || slab.cache != this) {
      throw notOurs(object);
    }
    return slab;
  }

  /** Index of an object; refuses an address that no object starts at. */
  int checkedIndex(Slab slab, long object) {
    if (!isObject(slab, object)) {
      throw notOurs(object);
    }
    return indexOf(slab, object);
  }

  boolean isObject(Slab slab, long address) {
    int index = indexOf(slab, address);
    return index >= 0 && index < slab.objects() && addressOf(slab, index) == address;
  }

  private IllegalArgumentException notOurs(long object) {
    return new IllegalArgumentException(
        "not an object of this cache: cache=" + name + " address=0x" + Long.toHexString(object));
  }

  /**
   * Gives n objects back. Objects of one slab that stand close together in the array go in one
   * step: from the end, with a look-ahead of three misses.
   */
  public void freeBulk(Cpu cpu, int n, long[] objects) {
    if (!oneByOne && always == null) {
      BulkFree.free(this, cpu, n, objects);
    } else {
      for (int i = n - 1; i >= 0; i--) {
        free(cpu, objects[i]);
        objects[i] = 0;
      }
    }
  }

  /**
   * Gives an object back after a grace period, so that RCU readers that found it may finish. Any
   * context.
   *
   * @throws IllegalArgumentException when the address is on no slab of this cache
   */
  public void kfreeRcu(Cpu cpu, long object) {
    Slab slab = table.of(object);
    if (hooks != null && (slab == null || slab.cache != this)) {
      slub.rcu().callRcu(cpu, new RcuHead(at -> freeAnyhow(at, object))); // a hook's own object
      return;
    }
    Slab own = checkOwn(slab, object);
    if (sheaves == null || !sheaves.freeRcu(cpu, own, object)) {
      slub.kfreeRcu(cpu, object);
    }
  }

  /** As its users free: through the sheaves where there are some. */
  void freeAnyhow(Cpu cpu, long object) {
    if (sheaves == null) {
      free(cpu, object);
    } else {
      sheaves.free(cpu, object);
    }
  }

  /** A chain of objects of one slab, linked from head to tail. */
  void freeChain(Cpu cpu, Slab slab, int head, int tail, int count) {
    KmemCacheCpu c = cpus[cpu.id()];
    if (slab == c.slab) {
      setNext(slab, tail, c.freelist);
      c.listFrom(head, size);
      c.fastFrees += count;
    } else {
      freeSlow.free(cpu, slab, head, tail, count);
    }
  }

  Slab slabOfObject(long object) {
    return checkOwn(table.of(object), object);
  }

  /**
   * The object whose bytes, padding included, an address lies in.
   *
   * @param address on a slab of this cache
   * @return where it starts; 0 for what is left at both ends of a slab
   */
  public long objectAt(long address) {
    Slab slab = slabOfObject(address);
    int index = indexOf(slab, address);
    return address >= slab.start && index < slab.objects() ? addressOf(slab, index) : 0;
  }

  // ---- maintenance ----

  /**
   * Gives every empty slab back and sorts the partial ones fullest first.
   *
   * @return whether any slab is left
   */
  public boolean shrink(Cpu cpu) {
    slub.machine().hotplug().readLock(cpu);
    try {
      return shrinkCpusLocked(cpu);
    } finally {
      slub.machine().hotplug().readUnlock(cpu);
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

  // ---- free pointers ----

  long addressOf(Slab slab, int index) {
    return slab.start + (long) index * size;
  }

  /** Exact for offsets below 4 GiB: the reciprocal is rounded up by less than one part in 2^32. */
  int indexOf(Slab slab, long object) {
    return (int) ((object - slab.start) * reciprocal >>> RECIPROCAL_SHIFT);
  }

  int next(Slab slab, int index) {
    return meta ? slab.links[Slab.LINK_PAD + index] : decoded(slab, index);
  }

  /** An object that is its own successor was freed twice in a row. */
  void setNext(Slab slab, int index, int next) {
    if (next == index) {
      throw doubleFree(addressOf(slab, index));
    }
    if (meta) {
      slab.links[Slab.LINK_PAD + index] = (char) next;
    } else {
      encode(slab, index, next);
    }
  }

  private int decoded(Slab slab, int index) {
    int next = nextIfValid(slab, index);
    if (next == CORRUPT) {
      throw new IllegalStateException(
          "free pointer corrupt: cache="
              + name
              + " object=0x"
              + Long.toHexString(addressOf(slab, index)));
    }
    return next;
  }

  /** FULL mode: the successor, or {@link #CORRUPT}. */
  int nextIfValid(Slab slab, int index) {
    long slot = addressOf(slab, index) + offset;
    long pointer = memory.getLong(slot) ^ secret ^ Long.reverseBytes(slot);
    if (pointer == 0) {
      return NONE;
    }
    return pointer >= slab.start && isObject(slab, pointer) ? indexOf(slab, pointer) : CORRUPT;
  }

  private void encode(Slab slab, int index, int next) {
    long slot = addressOf(slab, index) + offset;
    long pointer = next == NONE ? 0 : addressOf(slab, next);
    memory.putLong(slot, pointer ^ secret ^ Long.reverseBytes(slot));
  }

  // ---- counting ----

  boolean meta() {
    return meta;
  }

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
