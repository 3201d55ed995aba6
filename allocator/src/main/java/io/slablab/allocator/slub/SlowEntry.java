package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.rcu.RcuHead;
import org.jspecify.annotations.Nullable;

/**
 * What every call becomes that a cache's fast paths do not answer: hooks are asked, objects zeroed,
 * and one of the paths behind chosen.
 *
 * <pre>
 *   alloc: hooks before -> freelist, or a slow path -> zeroing -> hooks admit it
 *   free:  hooks before -> debug path, sheaf, freelist or slow path
 * </pre>
 */
final class SlowEntry {
  private static final int NONE = SlabWord.NONE;

  private final KmemCache cache;
  private final @Nullable ObjectHooks hooks;
  private final Zeroing zeroing;
  private final @Nullable DebugPath debug;
  private final FreePointers pointers;
  private final SlabTable table;
  private final int size;
  private final AllocSlowPath allocSlow;
  private final FreeSlowPath freeSlow;
  private final SlabSource slabSource;

  /** The sheaves that every allocation goes through, where all caches have them. */
  private @Nullable Sheaves always;

  SlowEntry(KmemCache cache, SlabFactory factory, FreeSlowPath freeSlow, SlabSource slabSource) {
    this.cache = cache;
    this.hooks = cache.hooks;
    this.zeroing = cache.zeroing;
    this.debug = cache.debug;
    this.pointers = cache.pointers;
    this.table = cache.slub.table();
    this.size = cache.geometry.size();
    this.freeSlow = freeSlow;
    this.allocSlow = new AllocSlowPath(cache, factory, freeSlow);
    this.slabSource = slabSource;
  }

  /** Before the first use: from now on there is no CPU slab. */
  void useAlways(Sheaves sheaves) {
    always = sheaves;
  }

  boolean usesSheavesAlways() {
    return always != null;
  }

  // ---- allocation ----

  /**
   * @param node wanted node, or {@link PageAllocator#NUMA_NO_NODE}
   */
  long alloc(Cpu cpu, int gfp, int node) {
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

  /** With zeroing, with a wanted node, or with an empty freelist. */
  long allocUnhooked(Cpu cpu, int gfp, int node) {
    KmemCacheCpu c = cache.cpus[cpu.id()];
    checkZero(cpu, gfp);
    int index = c.freelist;
    long object =
        index != NONE && (node == PageAllocator.NUMA_NO_NODE || slabOf(c).node == node)
            ? c.pop(pointers.next(slabOf(c), index), size)
            : allocSlow(cpu, c, gfp, node);
    if (object != 0) {
      zeroing.handedOut(object, gfp);
    }
    return object;
  }

  /** A freelist that holds something belongs to a slab: INV-SLUB-3. */
  @SuppressWarnings("NullAway")
  private static Slab slabOf(KmemCacheCpu c) {
    return c.slab;
  }

  private long allocSlow(Cpu cpu, KmemCacheCpu c, int gfp, int node) {
    if (debug != null) {
      return debug.alloc(cpu, gfp, node);
    }
    return always == null ? allocSlow.alloc(cpu, c, gfp, node) : always.allocNode(cpu, gfp, node);
  }

  /** What sheaves are filled from where they stand in front of CPU slabs. */
  long allocFromSlabs(Cpu cpu, int gfp, int node) {
    KmemCacheCpu c = cache.cpus[cpu.id()];
    if (always != null) {
      return slabSource.one(cpu, gfp, node);
    }
    return c.freelist != NONE && node == PageAllocator.NUMA_NO_NODE
        ? c.pop(pointers.next(slabOf(c), c.freelist), size)
        : allocSlow.alloc(cpu, c, gfp, node);
  }

  /** Refuses ZERO where it would destroy constructed state; faithful mode counts it. */
  void checkZero(Cpu cpu, int gfp) {
    if ((gfp & Gfp.ZERO) == 0 || !cache.args.hasLifeCycle()) {
      return;
    }
    if (!cache.slub.config().faithful()) {
      throw new IllegalArgumentException(
          "ZERO would destroy the constructed state: cache=" + cache.name());
    }
    cache.count(cpu, Stat.ZERO_ON_CONSTRUCTED);
  }

  // ---- free ----

  /**
   * @param slab what the address lies on, or null
   */
  void free(Cpu cpu, @Nullable Slab slab, long object) {
    if (hooks == null || !hooks.beforeFree(cpu, object)) {
      freeChecked(cpu, slab, object);
    }
  }

  void freeUnhooked(Cpu cpu, long object) {
    freeChecked(cpu, table.of(object), object);
  }

  private void freeChecked(Cpu cpu, @Nullable Slab slab, long object) {
    if (debug != null) {
      debug.free(cpu, slab, object);
      return;
    }
    Slab own = checkOwn(slab, object);
    int index = pointers.checkedIndex(own, object);
    if (always != null && always.keeps(cpu, own)) {
      always.freeUnhooked(cpu, object);
    } else {
      zeroing.freed(object, null);
      freeChain(cpu, own, index, index, 1);
    }
  }

  /**
   * @throws IllegalArgumentException when the slab is none of this cache's
   */
  Slab checkOwn(@Nullable Slab slab, long object) {
    if (slab == null || slab.cache != cache) {
      throw pointers.notOurs(object);
    }
    return slab;
  }

  /** Past its grace period; in a sheaf if it may. */
  void kfreeRcu(Cpu cpu, long object) {
    Slab slab = table.of(object);
    if (hooks != null && (slab == null || slab.cache != cache)) {
      cache.slub.rcu().callRcu(cpu, new RcuHead(at -> freeAnyhow(at, object))); // a hook's own
      return;
    }
    Slab own = checkOwn(slab, object);
    Sheaves sheaves = cache.sheaves;
    if (sheaves == null || !sheaves.freeRcu(cpu, own, object)) {
      cache.slub.kfreeRcu(cpu, object);
    }
  }

  /** As its users free: through the sheaves where there are some. */
  void freeAnyhow(Cpu cpu, long object) {
    Sheaves sheaves = cache.sheaves;
    if (sheaves == null) {
      cache.free(cpu, object);
    } else {
      sheaves.free(cpu, object);
    }
  }

  /** A chain of objects of one slab, linked from head to tail. */
  void freeChain(Cpu cpu, Slab slab, int head, int tail, int count) {
    KmemCacheCpu c = cache.cpus[cpu.id()];
    if (slab == c.slab) {
      pointers.setNext(slab, tail, c.freelist);
      c.listFrom(head, size);
      c.fastFrees += count;
    } else {
      freeSlow.free(cpu, slab, head, tail, count);
    }
  }
}
