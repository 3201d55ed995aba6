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
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** All caches of a machine: creation, merging, destruction. Locks: slab_mutex, then flush_lock. */
public final class Slub {
  private static final LockClass SLAB_MUTEX = new LockClass("slab_mutex", LockClass.Kind.MUTEX);
  private static final LockClass FLUSH_LOCK = new LockClass("flush_lock", LockClass.Kind.MUTEX);
  private static final LockClass LIST_LOCK =
      new LockClass("list_lock", LockClass.Kind.SPIN_IRQSAVE);

  private final Machine machine;
  private final PageAllocator pages;
  private final SlubConfig config;
  private final Rcu rcu;
  private final KfreeRcu kfreeRcu;
  private final SlabLog log;
  private final Word warnedOfZero;
  private final CallSites callSites = new CallSites();
  private final SlabTable table;
  private final SlabPages slabPages;
  private final Mutex slabMutex;
  private final Mutex flushLock;
  private final int[][] nodesByDistance;
  private final List<KmemCache> caches = new ArrayList<>(); // under slab_mutex

  private final List<HookSource> hookSources = new ArrayList<>(); // before the first cache

  /** Written under slab_mutex, read without. */
  private final List<KmemCache> throttling = new CopyOnWriteArrayList<>();

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
    this.warnedOfZero = machine.word(machine.line("warned_of_zero"), 0);
    this.table = new SlabTable(machine, pages.pageFrames());
    this.slabPages = new SlabPages(machine);
    this.slabMutex = machine.mutex(SLAB_MUTEX);
    this.flushLock = machine.mutex(FLUSH_LOCK);
    this.nodesByDistance = new int[machine.nodes()][];
    for (int from = 0; from < machine.nodes(); from++) {
      nodesByDistance[from] = byDistance(from);
    }
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
    return HookChain.of(
        hookSources.stream().map(source -> source.hooks(cache)).filter(Objects::nonNull).toList());
  }

  private int[] byDistance(int from) {
    return IntStream.range(0, machine.nodes())
        .boxed()
        .sorted(Comparator.<Integer>comparingInt(to -> machine.distance(from, to)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Makes a cache, or returns a similar one that takes it in.
   *
   * @param objectSize bytes, 1 .. 4 MiB
   * @throws IllegalArgumentException when no layout fits
   */
  public KmemCache create(Cpu cpu, String name, int objectSize, KmemCacheArgs given) {
    KmemCacheArgs args = prepared(objectSize, withBootFlags(name, given.forObjectSize(objectSize)));
    slabMutex.lock(cpu);
    try {
      CacheGeometry geometry = CacheGeometry.of(objectSize, args, config, machine.possibleCpus());
      KmemCache alias = alias(geometry, args);
      if (alias != null) {
        alias.refcount++;
        alias.names.add(name);
        alias.objectSize = Math.max(alias.objectSize, objectSize);
        return alias;
      }
      KmemCache cache = build(cpu, name, geometry, args);
      if (config.sheaves() == SheafMode.ALL) {
        cache.useSheavesAlways();
      }
      caches.add(cache);
      if (cache.deferred() != null
          && args.deferred() != null
          && args.deferred().credit() == DeferredDtor.Credit.AT_QUEUE_AND_WAIT) {
        throttling.add(cache);
      }
      return cache;
    } finally {
      slabMutex.unlock(cpu);
    }
  }

  private KmemCacheArgs withBootFlags(String name, KmemCacheArgs given) {
    boolean fixed = (given.flags() & SlabFlags.NO_USER_FLAGS) != 0;
    KmemCacheArgs args = fixed ? given : given.withFlags(config.debug().flagsFor(name));
    boolean debugs = (args.flags() & SlabFlags.DEBUG_FLAGS) != 0;
    if (debugs && config.mode() == MemoryMode.META) {
      throw new IllegalArgumentException(
          "slub_debug writes into objects' slabs, which mode META leaves alone: cache="
              + name
              + " flags="
              + DebugOptions.letters(args.flags()));
    }
    return args;
  }

  /** Oldest first: a cache that is close enough in size and alike in what its pages are. */
  private @Nullable KmemCache alias(CacheGeometry wanted, KmemCacheArgs args) {
    if (!config.merging() || !mergeable(args)) {
      return null;
    }
    for (KmemCache candidate : caches) {
      int size = candidate.geometry.size();
      boolean fits =
          size >= wanted.size() && size % wanted.align() == 0 && size - wanted.size() < 8;
      boolean alike =
          (candidate.args.flags() & SlabFlags.MERGE_SAME) == (args.flags() & SlabFlags.MERGE_SAME);
      boolean open = !candidate.sheavesAskedFor;
      if (fits && alike && open && mergeable(candidate.args)) {
        return candidate;
      }
    }
    return null;
  }

  static boolean mergeable(KmemCacheArgs args) {
    return !args.hasLifeCycle()
        && args.usersize() == 0
        && (args.flags() & SlabFlags.NEVER_MERGE) == 0;
  }

  private KmemCache build(Cpu cpu, String name, CacheGeometry geometry, KmemCacheArgs args) {
    KmemCacheCpu[] cpus = new KmemCacheCpu[machine.possibleCpus()];
    for (int id = 0; id < cpus.length; id++) {
      cpus[id] = new KmemCacheCpu(id, cpus.length);
    }
    KmemCacheNode[] nodes = new KmemCacheNode[machine.nodes()];
    for (int node = 0; node < nodes.length; node++) {
      nodes[node] =
          new KmemCacheNode(
              machine.spinLock(LIST_LOCK),
              machine.line("kmem_cache_node"),
              machine.word(machine.line("nr_slabs"), 0),
              machine.word(machine.line("total_objects"), 0));
    }
    boolean shuffle = config.randomFreelist() && geometry.objects() >= 2;
    return new KmemCache(
        this,
        name,
        geometry,
        args,
        cpus,
        nodes,
        shuffle ? permutation(cpu, geometry.objects()) : null,
        cpu.nextRandom());
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

  /** Fisher-Yates. */
  private static int[] permutation(Cpu cpu, int n) {
    int[] sequence = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = (int) Long.remainderUnsigned(cpu.nextRandom(), i + 1L);
      int swapped = sequence[i];
      sequence[i] = sequence[j];
      sequence[j] = swapped;
    }
    return sequence;
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
      throttling.remove(cache);
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

  /**
   * Waits until the slabs are free that a reclaimer was already credited for: once per priority, in
   * a reclaimer that holds no lock a destructor takes. Caches with {@link
   * DeferredDtor.Credit#AT_QUEUE_AND_WAIT} alone; takes no slab_mutex, under which reclaim may run.
   */
  public void waitForDeferred(Cpu cpu) {
    for (KmemCache cache : throttling) {
      cache.drainDeferred(cpu);
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
      cache.freeAnyhow(cpu, objects[i]);
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
    slabMutex.lock(cpu);
    try {
      new AttributeStore(cache).store(cpu, file, text);
    } finally {
      slabMutex.unlock(cpu);
    }
  }

  /** What the caches reported. */
  public SlabLog log() {
    return log;
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

  int[] nodesByDistance(int from) {
    return nodesByDistance[from];
  }
}
