package io.slablab.allocator.pool;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.debug.DebugFeatures;
import io.slablab.allocator.lockdep.Lockdep;
import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.lockdep.Report;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.memcg.TaskCgroups;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.percpu.AreaCache;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.percpu.SizeClasses;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuConfig;
import io.slablab.allocator.slub.CacheStats;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.SheafMode;
import io.slablab.allocator.slub.SlabCharges;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.allocator.slub.SlabIter;
import io.slablab.allocator.slub.SlabLifeCycle;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import io.slablab.allocator.slub.WatchArgs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One machine with everything that allocates on it.
 *
 * <p>Threads: the parts are used by the CPUs of the machine; building, statistics, checks and
 * closing are for one thread while no CPU runs.
 */
public final class AllocatorStack implements AutoCloseable {
  private static final long NO_LIMIT_PAGES = Long.MAX_VALUE >>> 1;

  private static final int REGION_MAGAZINE = 32;
  private static final int REGION_DEPOT = 16;
  private static final int CLASS_MAGAZINE = 64;
  private static final int CLASS_DEPOT = 8;

  /** Null when locks are not checked. */
  private final @Nullable Lockdep lockdep;

  private final Machine machine;
  private final StackConfig config;
  private final PageAllocator pages;
  private final Rcu rcu;
  private final Slub slub;
  private final Percpu percpu;
  private final PercpuAreas areas;
  private final PercpuCounters counters;
  private final DebugFeatures debug;
  private final Memory memory;
  private final ObjCgroup userGroup;
  private final long ownPages;

  private AllocatorStack(Machine bare, StackConfig config) {
    this.lockdep =
        config.lockdep() == LockdepLevel.OFF ? null : Lockdep.strict(bare, config.lockdep());
    this.machine = lockdep == null ? bare : lockdep.machine();
    this.config = config;
    BootOptions boot = config.boot();
    this.rcu = new Rcu(machine, RcuConfig.DEFAULT);
    this.pages =
        new PageAllocator(
            machine,
            PageConfig.ofPagesPerNode(config.pagesPerNode())
                .withInit(boot.initOnAlloc(), boot.initOnFree()));
    this.slub =
        new Slub(
            machine,
            pages,
            SlubConfig.defaults(config.memoryMode())
                .withFaithful(config.faithful())
                .withSlubDebug(boot.slubDebug())
                .withInit(boot.initOnAlloc(), boot.initOnFree())
                .withSheaves(
                    config.frontEnd() == FrontEnd.SHEAVES ? SheafMode.ALL : SheafMode.OPT_IN),
            rcu);
    this.debug = DebugFeatures.install(machine, pages, slub, config.debug());
    this.memory = debug.memory();
    if (lockdep != null) {
      slub.install(lockdep.hooks(memory));
    }
    TaskCgroups tasks = new TaskCgroups(machine);
    slub.install(new SlabCharges(tasks));
    this.percpu = new Percpu(machine, pages, config.percpu(), tasks);
    this.areas = debug.areas(areas(config.areas()));
    this.counters = debug.counters(percpu, areas);
    this.userGroup = new ObjCgroup(machine, NO_LIMIT_PAGES);
    this.ownPages = pages.stats().allocatedPages() - percpu.backingPages();
  }

  private PercpuAreas areas(AreaSource source) {
    return switch (source) {
      case PERCPU -> percpu;
      case REGION_CACHE ->
          new AreaCache(machine, percpu, SizeClasses.MULTIPLES_OF_8, REGION_MAGAZINE, REGION_DEPOT);
      case SIZE_CLASSES ->
          new AreaCache(machine, percpu, SizeClasses.POWERS_OF_TWO, CLASS_MAGAZINE, CLASS_DEPOT);
    };
  }

  /**
   * Builds the stack on a machine that nobody uses; {@link #close} closes the machine too.
   *
   * @param bare used through {@link #machine} from now on
   */
  public static AllocatorStack of(Machine bare, StackConfig config) {
    return new AllocatorStack(bare, config);
  }

  /** The machine, with checked locks where the configuration asks for them. */
  public Machine machine() {
    return machine;
  }

  /** What breaks the rules of locks so far; empty when they are not checked. */
  public List<Report> lockReports() {
    return lockdep == null ? List.of() : lockdep.reports();
  }

  public PageAllocator pages() {
    return pages;
  }

  public Rcu rcu() {
    return rcu;
  }

  public Slub slub() {
    return slub;
  }

  public Percpu percpu() {
    return percpu;
  }

  /** Where per-CPU areas come from: {@link #percpu} or what stands in front of it. */
  public PercpuAreas areas() {
    return areas;
  }

  AreaSource areaSource() {
    return config.areas();
  }

  FrontEnd frontEnd() {
    return config.frontEnd();
  }

  public PercpuCounters counters() {
    return counters;
  }

  /** The bytes of pages and objects, as their users see them: checked where features do. */
  public Memory memory() {
    return memory;
  }

  /** What watches the objects of this stack. */
  public DebugFeatures debug() {
    return debug;
  }

  /** The memory group that the users of a workload are in, without limit. */
  public ObjCgroup userGroup() {
    return userGroup;
  }

  /** Bytes of live per-CPU areas, as one CPU has them. */
  public long percpuBytesInUse() {
    return percpu.stats().liveBytes();
  }

  /** What objects take now; exact only while no CPU runs. */
  public MemoryUse memoryUse() {
    return MemoryUse.of(slub.use(), percpu.use());
  }

  /** High-water marks begin at what is there now. While no CPU runs. */
  public void restartPeaks(Cpu cpu) {
    slub.restartPeaks(cpu);
    percpu.restartPeaks(cpu);
  }

  /**
   * High-water marks since {@link #restartPeaks}, or the beginning. Slabs, areas and backing have
   * each their own, so that {@code bytes} is at least the most that was held at a time.
   */
  public MemoryUse peakMemoryUse() {
    return MemoryUse.of(slub.peakUse(), percpu.peakUse());
  }

  /** A snapshot of all statistics. */
  public AllocatorStats stats() {
    return new AllocatorStats(
        pages.stats(),
        slub.caches().stream().map(KmemCache::stats).toList(),
        percpu.stats(),
        counters.listed(),
        userGroup.usedBytes());
  }

  /**
   * Checks the invariants of every part.
   *
   * @throws IllegalStateException naming the invariant that is broken
   */
  public void verify() {
    if (!lockReports().isEmpty()) {
      throw new IllegalStateException(lockReports().getFirst().text());
    }
    long slabPages = 0;
    for (KmemCache cache : slub.caches()) {
      cache.verify();
      slabPages += cache.stats().pages();
    }
    percpu.verify();
    counters.verify();
    rcu.verify();
    long known = ownPages + slabPages + percpu.backingPages();
    if (slub.use().pages() < slabPages) {
      throw new IllegalStateException(
          "slabs are not counted: pages=" + slub.use().pages() + " found=" + slabPages);
    }
    if (pages.stats().allocatedPages() < known) {
      throw new IllegalStateException(
          "pages are in use twice: known="
              + known
              + " allocated="
              + pages.stats().allocatedPages());
    }
  }

  /**
   * Checks that nothing of any pool is left.
   *
   * @param cpu runs what is still queued, and waits for callbacks
   * @throws LeakException naming all that is left
   */
  public void checkNothingLeaked(Cpu cpu) {
    slub.kfreeRcuBarrier(cpu);
    if (rcu.stats().queued() != 0) {
      rcu.barrier(cpu);
    }
    cpu.poll();
    AllocatorStats now = stats();
    List<String> leaks = new ArrayList<>();
    for (CacheStats cache : now.caches()) {
      leaks.add("cache " + cache.name() + " with " + cache.objectsInUse() + " objects in use");
    }
    add(leaks, "percpu bytes", now.percpu().liveBytes());
    add(leaks, "registered percpu counters", now.registeredCounters());
    add(leaks, "charged bytes", now.chargedBytes());
    add(
        leaks,
        "pages",
        now.pages().allocatedPages() - ownPages - percpu.backingPages() - slabPages(now));
    if (!leaks.isEmpty()) {
      throw new LeakException(leaks);
    }
    verify();
  }

  private static void add(List<String> leaks, String what, long count) {
    if (count != 0) {
      leaks.add(what + ": " + count);
    }
  }

  private static long slabPages(AllocatorStats stats) {
    return stats.caches().stream().mapToLong(CacheStats::pages).sum();
  }

  /**
   * The cache of a type.
   *
   * @param life who runs its constructor and destructor
   */
  KmemCache createCache(Cpu cpu, ObjectType type, ObjectLife life) {
    CacheSpec spec = type.cache();
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withAlign(spec.align())
            .withFlags(spec.hwcacheAlign() ? SlabFlags.HWCACHE_ALIGN : 0)
            .withFlags(spec.account() ? SlabFlags.ACCOUNT : 0)
            .withFlags(config.frontEnd() == FrontEnd.SHEAVES ? SlabFlags.NO_MERGE : 0)
            .withUsersize(spec.userBytes());
    WatchArgs links = WatchArgs.NONE.withLinks(spec.persistent());
    WatchArgs watch = links.withPersistent(spec.persistent());
    args =
        switch (life) {
          case BY_POOL -> args.withWatch(links);
          case BY_SLAB -> args.withCtor(type::construct).withDtor(type::destruct).withWatch(watch);
          case BY_SLAB_BATCH -> args.withBatch(new TypeLifeCycle(type)).withWatch(watch);
        };
    return slub.create(cpu, spec.name(), spec.bytes(), args);
  }

  /** A type's constructor and destructor for whole slabs. */
  private record TypeLifeCycle(ObjectType type) implements SlabLifeCycle {
    @Override
    public int constructMany(Cpu cpu, SlabIter objects, int gfp) {
      return type.constructMany(cpu, objects, gfp);
    }

    @Override
    public void destructMany(Cpu cpu, SlabIter objects) {
      type.destructMany(cpu, objects);
    }
  }

  /** Gives all memory back. No CPU may be entered any more. */
  @Override
  public void close() {
    machine.close();
  }
}
