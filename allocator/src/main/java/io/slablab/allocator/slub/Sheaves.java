package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The front end of newer kernels: a CPU allocates from and frees to arrays of objects, and
 * exchanges whole arrays with the barn of its node.
 *
 * <p>Seen from a slab an object in a sheaf is allocated. So a slab with one of them cannot become
 * empty, and its destructors wait for {@link KmemCache#shrink}.
 *
 * <p>Threads: each call by the holder of the CPU passed. The token is the local lock. The fast
 * paths are here; whole sheaves move in {@link SheafExchange}.
 */
public final class Sheaves {
  /** The capacity that the kernel derives from the object's size. */
  public static final int DEFAULT_CAPACITY = 0;

  private static final int[][] CAPACITY_FROM_STRIDE = {{4096, 4}, {1024, 12}, {256, 28}, {0, 60}};
  private static final LockClass BARN_LOCK =
      new LockClass("barn->lock", LockClass.Kind.SPIN_IRQSAVE);

  /**
   * Has no room, so that it is empty and full and nobody ever writes it: the sheaf of caches that
   * must not have any, on whose fast paths every call turns to the slow entry.
   */
  private static final Sheaf BOOTSTRAP = new Sheaf(0);

  private final KmemCache cache;
  private final SlabTable table;
  private final CpuSheaves[] cpus;

  /** What the fast paths see: as in {@link KmemCache}, closed where something intervenes. */
  private final CpuSheaves[] front;

  private final NodeBarn[] barns;
  private final SheafExchange exchange;
  private final RcuSheaves rcuSheaves;
  private final BorrowedSheaves borrowed;
  private final int capacity;
  private final boolean oneNode;

  /** Its sheaves have no room. */
  private final boolean bypassed;

  Sheaves(Machine machine, KmemCache cache, SheafRefill refill, int wantedCapacity) {
    this.cache = cache;
    this.table = cache.slub.table();
    this.bypassed = hasNoRoom(cache);
    this.capacity = bypassed ? 0 : Math.max(wantedCapacity, capacityFor(cache.geometry.size()));
    this.oneNode = machine.nodes() == 1;
    this.cpus = new CpuSheaves[machine.possibleCpus()];
    Arrays.setAll(cpus, _ -> new CpuSheaves(bypassed ? BOOTSTRAP : new Sheaf(capacity)));
    this.front = cache.intervenes() ? closed(cpus.length) : cpus;
    this.barns = new NodeBarn[machine.nodes()];
    for (int node = 0; node < barns.length; node++) {
      barns[node] = new NodeBarn(machine.spinLock(BARN_LOCK), machine.line("node_barn"));
    }
    this.exchange = new SheafExchange(cache, barns, refill, capacity);
    this.rcuSheaves = new RcuSheaves(cache, cpus, exchange);
    this.borrowed = new BorrowedSheaves(cache, cpus, exchange, refill);
  }

  /**
   * A debugged cache works one object at a time; one that KMEMLEAK does not look at may be what a
   * debug feature allocates from.
   */
  private static boolean hasNoRoom(KmemCache cache) {
    return cache.debug != null || (cache.flags() & SlabFlags.NOLEAKTRACE) != 0;
  }

  /** Nothing goes through what is empty and full. */
  private static CpuSheaves[] closed(int count) {
    CpuSheaves[] closed = new CpuSheaves[count];
    Arrays.setAll(closed, _ -> new CpuSheaves(BOOTSTRAP));
    return closed;
  }

  /** Larger objects, fewer of them; with its header a sheaf fills one of the general caches. */
  static int capacityFor(int stride) {
    for (int[] row : CAPACITY_FROM_STRIDE) {
      if (stride >= row[0]) {
        return row[1];
      }
    }
    throw new IllegalArgumentException("stride=" + stride);
  }

  public int capacity() {
    return capacity;
  }

  /**
   * Lowers how many full sheaves a node keeps, from the kernel's 10: less idle memory for more
   * flushes and refills. Before the first use.
   */
  public void limitBarns(int fullSheaves) {
    for (NodeBarn barn : barns) {
      barn.limitFull(fullSheaves);
    }
  }

  // ---- allocation ----

  /**
   * An object, from the caller's node by preference.
   *
   * @return address, or 0 when no slab could be made
   * @throws IllegalArgumentException for {@link Gfp#ZERO} where {@link KmemCache#alloc} refuses it
   */
  public long alloc(Cpu cpu, int gfp) {
    Sheaf main = front[cpu.id()].main;
    if (main.isEmpty() || (gfp & Gfp.ZERO) != 0) {
      return allocSlow(cpu, gfp);
    }
    cpu.charge(Cost.SLUB_FAST);
    return main.pop();
  }

  private long allocSlow(Cpu cpu, int gfp) {
    if (bypassed) {
      return cache.allocNode(cpu, gfp, PageAllocator.NUMA_NO_NODE);
    }
    return cache.hooks == null ? allocUnhooked(cpu, gfp) : allocHooked(cache.hooks, cpu, gfp);
  }

  private long allocUnhooked(Cpu cpu, int gfp) {
    cache.entry.checkZero(cpu, gfp);
    long object = take(cpu, gfp);
    if (object != 0) {
      cache.zeroing.handedOut(object, gfp);
    }
    return object;
  }

  /** An object as it lies in a sheaf, or 0. */
  private long take(Cpu cpu, int gfp) {
    CpuSheaves mine = cpus[cpu.id()];
    Sheaf main = mine.main;
    if (main.isEmpty()) {
      main = exchange.replaceEmptyMain(cpu, mine, gfp);
    }
    cpu.charge(Cost.SLUB_FAST);
    return main.isEmpty() ? takeFromReserve(cpu, gfp) : main.pop();
  }

  /** A single object, for who may go further than the refill that found nothing. */
  private long takeFromReserve(Cpu cpu, int gfp) {
    boolean further =
        Gfp.pfmemallocAllowed(cpu, gfp) || (!Gfp.blocking(gfp) && (gfp & Gfp.NOMEMALLOC) == 0);
    if (further) {
      return cache.entry.allocFromSlabs(cpu, gfp, PageAllocator.NUMA_NO_NODE);
    }
    cache.slub.reportOutOfMemory(cpu, cache, gfp, PageAllocator.NUMA_NO_NODE);
    return 0;
  }

  /**
   * An object of one node, past the hooks and not zeroed. Sheaves hold objects of this CPU's node,
   * but for those that a refill had to take from others.
   */
  long allocNode(Cpu cpu, int gfp, int node) {
    if (bypassed) {
      return cache.entry.allocFromSlabs(cpu, gfp, node);
    }
    if (node == PageAllocator.NUMA_NO_NODE) {
      return take(cpu, gfp);
    }
    Sheaf main = cpus[cpu.id()].main;
    if (node == cpu.node() && !main.isEmpty() && nodeOf(main.top()) == node) {
      return take(cpu, gfp);
    }
    cache.count(cpu, Stat.ALLOC_NODE_MISMATCH);
    return cache.entry.allocFromSlabs(cpu, gfp, node);
  }

  private int nodeOf(long object) {
    return cache.slabOfObject(object).node;
  }

  private long allocHooked(ObjectHooks hooks, Cpu cpu, int gfp) {
    long own = hooks.beforeAlloc(cpu, gfp, PageAllocator.NUMA_NO_NODE);
    if (own == ObjectHooks.FAIL) {
      return 0;
    }
    return cache.entry.admit(
        hooks, cpu, own == ObjectHooks.PASS ? allocUnhooked(cpu, gfp) : own, gfp);
  }

  /** Fills {@code out} with n objects, or with none; returns n or 0. */
  public int allocBulk(Cpu cpu, int gfp, int n, long[] out) {
    for (int i = 0; i < n; i++) {
      out[i] = alloc(cpu, gfp);
      if (out[i] == 0) {
        for (int j = 0; j < i; j++) {
          free(cpu, out[j]);
        }
        return 0;
      }
    }
    return n;
  }

  // ---- free ----

  /**
   * Gives an object back. One of another node, or of the reserve, goes straight to its slab: a
   * sheaf holds objects of its CPU's node, for everybody.
   *
   * @throws IllegalArgumentException when the address is no object of this cache
   */
  public void free(Cpu cpu, long object) {
    Slab slab = table.of(object);
    if (slab == null || slab.sheafCache != cache || (!oneNode && slab.node != cpu.node())) {
      cache.free(cpu, object);
      return;
    }
    Sheaf main = front[cpu.id()].main;
    if (main.isFull()) {
      freeOntoFull(cpu, object);
      return;
    }
    cpu.charge(Cost.SLUB_FAST);
    main.push(object);
  }

  /** Whether an object of this slab, freed here, goes into a sheaf. */
  boolean keeps(Cpu cpu, Slab slab) {
    return !bypassed && !slab.pfmemalloc && (oneNode || slab.node == cpu.node());
  }

  private void freeOntoFull(Cpu cpu, long object) {
    if (bypassed) {
      cache.free(cpu, object);
    } else if (cache.hooks == null || !cache.hooks.beforeFree(cpu, object)) {
      freeUnhooked(cpu, object);
    }
  }

  /** The object lies on a slab of this node. */
  void freeUnhooked(Cpu cpu, long object) {
    cache.zeroing.freed(object, null);
    CpuSheaves mine = cpus[cpu.id()];
    Sheaf main = mine.main;
    if (main.isFull()) {
      main = exchange.replaceFullMain(cpu, mine);
    }
    cpu.charge(Cost.SLUB_FAST);
    main.push(object);
  }

  /**
   * Gives an object back after a grace period, in a sheaf if it may; any context.
   *
   * @return false when it has to go another way
   */
  boolean freeRcu(Cpu cpu, Slab slab, long object) {
    return rcuSheaves.free(cpu, slab, object);
  }

  // ---- borrowing ----

  /**
   * A sheaf with n objects at least, for a section in which allocation must not fail. More than
   * {@link #capacity} come in one of their own.
   *
   * @return null when not all could be had
   */
  public @Nullable Sheaf prefill(Cpu cpu, int gfp, int n) {
    return borrowed.prefill(cpu, gfp, n);
  }

  /**
   * An object of a borrowed sheaf; what the object is charged to cannot refuse.
   *
   * @return address; 0 only when the sheaf is empty
   */
  public long alloc(Cpu cpu, int gfp, Sheaf sheaf) {
    return borrowed.alloc(cpu, gfp, sheaf);
  }

  /** Ends a loan. */
  public void returnSheaf(Cpu cpu, int gfp, Sheaf sheaf) {
    borrowed.giveBack(cpu, gfp, sheaf);
  }

  // ---- flushing ----

  /**
   * Everything a CPU has in sheaves, to the slabs; what waits for readers, a grace period later.
   *
   * @param id this CPU, or one that is dead
   */
  void flushOf(Cpu cpu, int id) {
    CpuSheaves its = cpus[id];
    exchange.flush(cpu, its.main);
    exchange.flush(cpu, its.spare);
    rcuSheaves.flush(cpu, its);
  }

  /** Everything the barns have, to the slabs. */
  void flushBarns(Cpu cpu) {
    exchange.flushBarns(cpu);
  }

  /** What a CPU has; by its holder, or at rest. */
  CpuSheaves of(int cpu) {
    return cpus[cpu];
  }

  /** Objects in sheaves of CPUs and barns; at rest. */
  public long objects() {
    long objects = exchange.objects();
    for (CpuSheaves mine : cpus) {
      @Nullable Sheaf spare = mine.spare;
      @Nullable Sheaf rcuFree = mine.rcuFree;
      objects += mine.main.size() + (spare == null ? 0 : spare.size());
      objects += rcuFree == null ? 0 : rcuFree.size();
    }
    return objects;
  }
}
