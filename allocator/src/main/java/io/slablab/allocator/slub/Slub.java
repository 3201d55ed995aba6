package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.HotplugPart;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.rcu.KfreeRcu;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * All caches of a machine: creation, merging, destruction. Locks: cpu_hotplug_lock, then
 * slab_mutex, then flush_lock.
 */
public final class Slub {
  private static final LockClass SLAB_MUTEX = new LockClass("slab_mutex", LockClass.Kind.MUTEX);
  private static final LockClass FLUSH_LOCK = new LockClass("flush_lock", LockClass.Kind.MUTEX);

  private final Machine machine;
  private final PageAllocator pages;
  private final SlubConfig config;
  private final Rcu rcu;
  private final KfreeRcu kfreeRcu;
  private final SlabLog log;
  private final OutOfMemoryReports outOfMemory;
  private final CacheCreation creation;
  private final Word warnedOfZero;
  private final CallSites callSites = new CallSites();
  private final SlabTable table;
  private final SlabPages slabPages;
  private final Mutex slabMutex;
  private final Mutex flushLock;
  private final List<KmemCache> caches = new ArrayList<>(); // under slab_mutex

  private final List<HookSource> hookSources = new ArrayList<>(); // before the first cache

  /** Written under slab_mutex, read without. */
  private final List<KmemCache> deferring = new CopyOnWriteArrayList<>();

  /** With an RCU of its own. */
  public Slub(Machine machine, PageAllocator pages, SlubConfig config) {
    this(machine, pages, config, new Rcu(machine, RcuConfig.DEFAULT));
  }

  public Slub(Machine machine, PageAllocator pages, SlubConfig config, Rcu rcu) {
    this.machine = machine;
    this.rcu = rcu;
    this.kfreeRcu = new KfreeRcu(rcu, List.of(this::kfreeBulk));
    this.pages = pages;
    this.config = config;
    this.log = new SlabLog(machine);
    this.outOfMemory = new OutOfMemoryReports(machine, log);
    this.creation = new CacheCreation(this);
    this.warnedOfZero = machine.word(machine.line("warned_of_zero"), 0);
    this.table = new SlabTable(machine, pages.pageFrames());
    this.slabPages = new SlabPages(machine);
    this.slabMutex = machine.mutex(SLAB_MUTEX);
    this.flushLock = machine.mutex(FLUSH_LOCK);
    machine.hotplug().register(new Hotplug());
  }

  /**
   * Surrounds the objects of all caches made from now on.
   *
   * @throws IllegalStateException when there is a cache already
   */
  public void install(HookSource source) {
    if (!caches.isEmpty()) {
      throw new IllegalStateException(
          "hooks go in before the first cache: first=" + caches.getFirst().name());
    }
    hookSources.add(source);
  }

  private KmemCacheArgs prepared(int objectSize, KmemCacheArgs given) {
    KmemCacheArgs args = given;
    for (HookSource source : hookSources) {
      args = source.prepare(objectSize, args);
    }
    return args;
  }

  @Nullable ObjectHooks hooks(KmemCache cache) {
    List<ObjectHooks> hooks = new ArrayList<>();
    for (HookSource source : hookSources) {
      ObjectHooks its = source.hooks(cache);
      if (its != null) {
        hooks.add(its);
      }
    }
    return HookChain.of(hooks);
  }

  /**
   * Makes a cache, or returns a similar one that takes it in. May sleep.
   *
   * @param name not blank; one that is in use, or has a space, is told of in the log
   * @param objectSize bytes, 1 .. 4 MiB
   * @throws IllegalArgumentException when no layout fits, or for unknown flags; {@link
   *     IllegalStateException} instead with {@link SlabFlags#PANIC}
   */
  public KmemCache create(Cpu cpu, String name, int objectSize, KmemCacheArgs given) {
    try {
      KmemCacheArgs args = prepared(objectSize, creation.checked(name, objectSize, given));
      slabMutex.lock(cpu);
      try {
        creation.warnOfName(cpu, name, caches);
        return createLocked(cpu, name, objectSize, args);
      } finally {
        slabMutex.unlock(cpu);
      }
    } catch (IllegalArgumentException refused) {
      throw (given.flags() & SlabFlags.PANIC) == 0
          ? refused
          : new IllegalStateException("panic: " + refused.getMessage(), refused);
    }
  }

  private KmemCache createLocked(Cpu cpu, String name, int objectSize, KmemCacheArgs args) {
    CacheGeometry geometry = creation.geometry(objectSize, args);
    KmemCache alias = creation.alias(caches, geometry, args);
    if (alias != null) {
      alias.refcount++;
      alias.names.add(name);
      alias.objectSize = Math.max(alias.objectSize, objectSize);
      return alias;
    }
    KmemCache cache = creation.build(cpu, name, geometry, args);
    caches.add(cache);
    if (cache.deferred() != null) {
      deferring.add(cache);
    }
    return cache;
  }

  /**
   * Puts sheaves in front of a cache that nobody uses yet. From then on it is used through them
   * alone.
   *
   * @param capacity objects in a sheaf at least; {@link Sheaves#DEFAULT_CAPACITY} for the size the
   *     kernel gives it
   */
  public Sheaves sheaves(Cpu cpu, KmemCache cache, int capacity) {
    slabMutex.lock(cpu);
    try {
      if (cache.refcount > 1) {
        throw new IllegalStateException("other caches share it: cache=" + cache.name());
      }
      cache.sheavesAskedFor = true;
      Sheaves already = cache.sheaves;
      return already != null && already.capacity() >= capacity
          ? already
          : cache.putSheavesInFront(capacity);
    } finally {
      slabMutex.unlock(cpu);
    }
  }

  /**
   * Ends a cache. With objects still in use it is unlinked, and its slabs leak; the caller has a
   * defect. Waits for what kfree_rcu was given, for slabs in their grace period and for the worker
   * that destructs, in this order; the caller is in no reader section.
   */
  public DestroyResult destroy(Cpu cpu, KmemCache cache) {
    kfreeRcu.barrier(cpu);
    if (cache.hooks != null) {
      rcu.barrier(cpu); // objects of the hooks' own have callbacks of their own
    }
    machine.hotplug().readLock(cpu);
    DestroyResult result;
    try {
      result = unlink(cpu, cache);
    } finally {
      machine.hotplug().readUnlock(cpu);
    }
    if (result != DestroyResult.KEPT_BY_ALIASES) {
      if (cache.args.typesafeByRcu()) {
        rcu.barrier(cpu); // its callbacks may be what the worker gets
      }
      cache.drainDeferred(cpu);
      if (cache.hooks != null) {
        cache.hooks.cacheGone(cpu);
      }
    }
    return result;
  }

  private DestroyResult unlink(Cpu cpu, KmemCache cache) {
    slabMutex.lock(cpu);
    try {
      cache.refcount--;
      if (cache.refcount > 0) {
        return DestroyResult.KEPT_BY_ALIASES;
      }
      boolean left = cache.shrinkCpusLocked(cpu);
      if (left && cache.sheaves != null) { // some may be in their grace period
        rcu.barrier(cpu);
        left = cache.shrinkCpusLocked(cpu);
      }
      caches.remove(cache);
      deferring.remove(cache);
      return left ? leaked(cpu, cache) : DestroyResult.DONE;
    } finally {
      slabMutex.unlock(cpu);
    }
  }

  private DestroyResult leaked(Cpu cpu, KmemCache cache) {
    DestroyResult result = LeakReport.of(cpu, cache);
    result.errors().forEach(error -> log.add(cpu, error));
    return result;
  }

  /** A node's memory is about to go: no cache keeps an empty slab, nor a CPU any. May sleep. */
  public void memoryGoingOffline(Cpu cpu) {
    machine.hotplug().readLock(cpu);
    slabMutex.lock(cpu);
    try {
      caches.forEach(cache -> cache.shrinkCpusLocked(cpu));
    } finally {
      slabMutex.unlock(cpu);
      machine.hotplug().readUnlock(cpu);
    }
  }

  /**
   * Waits until the slabs are free that a reclaimer was already credited for: once per priority, in
   * a reclaimer that holds no lock a destructor takes. Caches with {@link
   * DeferredDtor.Credit#AT_QUEUE_AND_WAIT} alone; takes no slab_mutex, under which reclaim may run.
   */
  public void waitForDeferred(Cpu cpu) {
    for (KmemCache cache : deferring) {
      cache.throttle(cpu);
    }
  }

  /**
   * One round of a thread that destructs for all caches whose slabs wait for a trim. No lock held
   * that a destructor takes. Does nothing in a task that reclaims, nor where nobody may sleep.
   */
  public void trimDeferred(Cpu cpu) {
    for (KmemCache cache : deferring) {
      cache.trimDeferred(cpu);
    }
  }

  // ---- RCU ----

  public Rcu rcu() {
    return rcu;
  }

  void kfreeRcu(Cpu cpu, long object) {
    kfreeRcu.free(cpu, 0, object);
  }

  /** Waits until every object that kfree_rcu was given before is free; as a grace period. */
  public void kfreeRcuBarrier(Cpu cpu) {
    kfreeRcu.barrier(cpu);
  }

  /** Each object to its own cache. */
  private void kfreeBulk(Cpu cpu, int n, long[] objects) {
    for (int i = 0; i < n; i++) {
      KmemCache cache = cacheOf(objects[i]);
      if (cache == null) {
        throw new IllegalStateException(
            "kfree_rcu of what is on no slab: 0x" + Long.toHexString(objects[i]));
      }
      cache.entry.freeAnyhow(cpu, objects[i]);
    }
  }

  /** What a dead CPU kept of each cache is taken. */
  private final class Hotplug implements HotplugPart {
    @Override
    public void dead(Cpu caller, int cpu) {
      slabMutex.lock(caller);
      try {
        for (KmemCache cache : caches) {
          cache.flush().flushOf(caller, cpu);
        }
      } finally {
        slabMutex.unlock(caller);
      }
    }
  }

  // ---- what there is ----

  /** The caches there are, oldest first; any thread, at rest. */
  public List<KmemCache> caches() {
    return List.copyOf(caches);
  }

  /** The cache whose slab an address lies on, or null. The caller keeps the slab from ending. */
  public @Nullable KmemCache cacheOf(long address) {
    Slab slab = table.of(address);
    return slab == null ? null : slab.cache;
  }

  /** The text of {@code /proc/slabinfo}; takes slab_mutex, so not in an interrupt. */
  public String slabInfo(Cpu cpu) {
    slabMutex.lock(cpu);
    try {
      return SlabInfo.text(cpu, caches);
    } finally {
      slabMutex.unlock(cpu);
    }
  }

  /** What /sys/kernel/slab says, oldest cache first; any thread, at rest. */
  public List<SlabAttributes> attributes() {
    return caches.stream().map(AttributeReader::read).toList();
  }

  /**
   * Writes to a file of a cache under /sys/kernel/slab: {@code min_partial}, {@code cpu_partial}
   * and {@code remote_node_defrag_ratio} take a number, {@code shrink} and {@code validate} a 1,
   * the event counters a 0 that clears them. May sleep.
   *
   * @throws IllegalArgumentException beginning with EINVAL, ERANGE or EACCES as the kernel answers
   */
  public void store(Cpu cpu, KmemCache cache, String file, String text) {
    machine.hotplug().readLock(cpu); // before slab_mutex: who takes a CPU down wants both
    slabMutex.lock(cpu);
    try {
      new AttributeStore(cache).store(cpu, file, text);
    } finally {
      slabMutex.unlock(cpu);
      machine.hotplug().readUnlock(cpu);
    }
  }

  /** What the caches reported. */
  public SlabLog log() {
    return log;
  }

  /** Tells of an allocation that failed for want of a slab. No list_lock is held. */
  void reportOutOfMemory(Cpu cpu, KmemCache cache, int gfp, int node) {
    outOfMemory.report(cpu, cache, gfp, node);
  }

  /** Tells once, as a warning does. */
  void warnOfZero(Cpu cpu, KmemCache cache) {
    if (warnedOfZero.compareAndSet(cpu, 0, 1)) {
      log.add(cpu, new SlabError.ZeroOfConstructed(cache.name()));
    }
  }

  /**
   * Whether bytes may be copied from or to user space: those of an object's user window, and all
   * that are on no slab.
   *
   * @param bytes from {@code address} on
   * @throws IllegalArgumentException when they may not; the kernel stops there
   */
  public void checkUserCopy(long address, long bytes) {
    UserCopy.check(this, address, bytes);
  }

  /** Whether memory is zeroed for these flags where nothing else has a say. */
  boolean zeroesOnAlloc(int gfp) {
    return config.initOnAlloc() || (gfp & Gfp.ZERO) != 0;
  }

  CallSites callSites() {
    return callSites;
  }

  /** The bytes all objects lie in; an object's address is an offset here. */
  public Memory memory() {
    return pages.memory();
  }

  Machine machine() {
    return machine;
  }

  PageAllocator pages() {
    return pages;
  }

  SlubConfig config() {
    return config;
  }

  /** What the slabs of all caches take now; exact only while no CPU runs. */
  public SlabUse use() {
    return slabPages.held();
  }

  /** Begins a window; see {@link #peakUse}. At rest. */
  public void restartPeaks(Cpu cpu) {
    slabPages.restartMarks(cpu);
  }

  /**
   * The most pages at a time since {@link #restartPeaks}, or the beginning, and the objects on them
   * then. With several nodes it is the sum of the nodes' own marks.
   */
  public SlabUse peakUse() {
    return slabPages.mark();
  }

  SlabPages slabPages() {
    return slabPages;
  }

  SlabTable table() {
    return table;
  }

  Mutex flushLock() {
    return flushLock;
  }

  /** Nodes in the order a request that prefers one asks them. */
  int[] zonelist(int from) {
    return pages.zonelist(from);
  }
}
