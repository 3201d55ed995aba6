package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Section;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Blocks of 2^order pages. Addresses are offsets into {@link #memory}; 0 is none.
 *
 * <p>Threads: each call by the holder of the CPU passed. Locks: a per-CPU list's (trylock), then
 * the zone's; none is held on return. Callers may hold sleeping locks, never a spin lock of SLUB or
 * percpu.
 */
public final class PageAllocator {
  public static final int PAGE_SHIFT = 12;
  public static final int PAGE_BYTES = 1 << PAGE_SHIFT;

  /** No preferred node. */
  public static final int NUMA_NO_NODE = -1;

  public static final int MAX_PAGE_ORDER = PageConfig.MAX_PAGE_ORDER;

  private static final LockClass ZONE_LOCK =
      new LockClass("zone->lock", LockClass.Kind.SPIN_IRQSAVE);
  private static final LockClass PCP_LOCK = new LockClass("pcp->lock", LockClass.Kind.SPIN);
  private static final int MAX_BATCH = 63;
  private static final int COSTLY_ORDER = 3;
  private static final int MAX_RECLAIM_RETRIES = 16;

  private final Machine machine;
  private final int pagesPerNode;
  private final Memory memory;
  private final Zone[] zones;
  private final int[][] zonelists; // by node: all nodes, nearest first
  private final PerCpuPages[][] perCpu; // by cpu, node
  private final PageCounts[] counts; // by cpu
  private final BlockStates states;
  private volatile FailurePolicy failurePolicy = FailurePolicy.NONE;
  private volatile Reclaimer reclaimer = Reclaimer.NONE;

  public PageAllocator(Machine machine, PageConfig config) {
    this.machine = machine;
    this.pagesPerNode = config.pagesPerNode();
    int nodes = machine.nodes();
    this.memory = machine.memory("pages", (long) nodes * pagesPerNode * PAGE_BYTES);
    this.zones = new Zone[nodes];
    this.zonelists = new int[nodes][];
    this.counts = new PageCounts[machine.possibleCpus()];
    Arrays.setAll(counts, _ -> new PageCounts());
    this.states = new BlockStates(nodes * pagesPerNode);
    for (int node = 0; node < nodes; node++) {
      zones[node] = zone(node, config);
      zonelists[node] = byDistance(node);
      memory.bind((long) node * pagesPerNode * PAGE_BYTES, (long) pagesPerNode * PAGE_BYTES, node);
    }
    this.perCpu = new PerCpuPages[machine.possibleCpus()][nodes];
    for (PerCpuPages[] ofCpu : perCpu) {
      for (int node = 0; node < nodes; node++) {
        ofCpu[node] =
            new PerCpuPages(machine.spinLock(PCP_LOCK), machine.line("pcp"), batch(pagesPerNode));
      }
    }
  }

  /** Pages moved between a zone and a CPU at a time: 63 from 1 GiB on. */
  static int batch(int managedPages) {
    int batch = Math.min(managedPages >> 12, 64);
    return batch <= 1 ? 1 : Math.min(MAX_BATCH, Integer.highestOneBit(batch * 3 / 2) - 1);
  }

  private Zone zone(int node, PageConfig config) {
    int first = node * pagesPerNode;
    int managed = node == 0 ? pagesPerNode - 1 : pagesPerNode;
    long min = config.minFreePages(machine.nodes()) / machine.nodes();
    long gap = Math.max(min / 4, (long) managed * config.watermarkScaleFactor() / 10_000);
    Zone zone =
        new Zone(
            node,
            first,
            pagesPerNode,
            managed,
            min,
            gap,
            machine.spinLock(ZONE_LOCK),
            machine.line("zone"));
    for (int block = 0; block < pagesPerNode; block += 1 << MAX_PAGE_ORDER) {
      if (first + block > 0) {
        zone.seed(first + block, MAX_PAGE_ORDER);
      }
    }
    if (node == 0) {
      for (int order = 0; order < MAX_PAGE_ORDER; order++) {
        zone.seed(1 << order, order); // all of the first block but frame 0, which is NULL
      }
    }
    return zone;
  }

  private int[] byDistance(int from) {
    return IntStream.range(0, machine.nodes())
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(to -> machine.distance(from, to))
                .thenComparingInt(to -> Math.floorMod(to - from, machine.nodes())))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** All simulated physical memory. */
  public Memory memory() {
    return memory;
  }

  public int pageFrames() {
    return machine.nodes() * pagesPerNode;
  }

  /** Node of an address that was handed out. */
  public int nodeOf(long address) {
    return (int) (address >>> PAGE_SHIFT) / pagesPerNode;
  }

  /**
   * @param order 0..10
   * @param node preferred node, or {@link NUMA_NO_NODE} for the CPU's own
   * @return address of the block, aligned to its size, not zeroed unless {@link Gfp#ZERO}; 0 when
   *     nothing fits above the marks
   * @throws OutOfPagesException instead of 0 for {@link Gfp#NOFAIL}, when the reserves are empty
   *     too
   */
  public long alloc(Cpu cpu, int order, int gfp, int node) {
    if (order < 0 || order > MAX_PAGE_ORDER) {
      throw new IllegalArgumentException("order must lie in 0..10: order=" + order);
    }
    cpu.mightAlloc(gfp);
    int preferred = node == NUMA_NO_NODE ? cpu.node() : node;
    int pfn = failurePolicy.fails(cpu, order, gfp) ? -1 : take(cpu, order, gfp, preferred);
    if (pfn < 0) {
      counts[cpu.id()].failures++;
      return failed(order, gfp);
    }
    counts[cpu.id()].allocs++;
    states.allocated(pfn, order);
    long address = (long) pfn << PAGE_SHIFT;
    if ((gfp & Gfp.ZERO) != 0) {
      cpu.charge(Cost.PAGE_ZERO, 1 << order);
      memory.fill(address, (long) PAGE_BYTES << order, (byte) 0);
    }
    return address;
  }

  private static long failed(int order, int gfp) {
    if ((gfp & Gfp.NOFAIL) != 0) {
      throw new OutOfPagesException(order);
    }
    return 0;
  }

  private int take(Cpu cpu, int order, int gfp, int preferred) {
    int pfn = scan(cpu, order, gfp, preferred, false);
    return pfn >= 0 ? pfn : takeSlow(cpu, order, gfp, preferred);
  }

  /** Below the low mark: down to the reserve this caller may use, then reclaim if it may wait. */
  private int takeSlow(Cpu cpu, int order, int gfp, int preferred) {
    if ((gfp & Gfp.KSWAPD_RECLAIM) != 0) {
      wakeReclaim(cpu, gfp, preferred);
    }
    int pfn = scan(cpu, order, gfp, preferred, true);
    boolean reclaims = (cpu.taskFlags() & Cpu.PF_MEMALLOC) == 0; // INV-PA-6: no recursion
    if (pfn < 0 && reclaims && Gfp.blocking(gfp) && !cpu.irqsOff()) {
      pfn = takeReclaiming(cpu, order, Gfp.inScope(cpu, gfp), preferred);
    }
    if (pfn < 0 && (gfp & Gfp.NOFAIL) != 0) {
      pfn = scan(cpu, order, gfp | Gfp.MEMALLOC, preferred, true);
    }
    return pfn;
  }

  private void wakeReclaim(Cpu cpu, int gfp, int preferred) {
    for (int node : zonelists[preferred]) {
      if (node == preferred || (gfp & Gfp.THISNODE) == 0) {
        reclaimer.wake(cpu, node);
      }
    }
  }

  /** Rounds of reclaim: while they help, at most 16 in a row that do not; then out of memory. */
  private int takeReclaiming(Cpu cpu, int order, int gfp, int preferred) {
    int idle = 0;
    for (boolean first = true; ; first = false) {
      counts[cpu.id()].stalls++;
      long progress = reclaim(cpu, preferred, gfp);
      int pfn = scan(cpu, order, gfp, preferred, true);
      if (pfn < 0 && first) {
        drainAll(cpu);
        pfn = scan(cpu, order, gfp, preferred, true);
      }
      if (pfn >= 0 || oneRound(order, gfp)) {
        return pfn;
      }
      idle = progress > 0 ? 0 : idle + 1;
      boolean hopeless = idle > 0 && !couldSatisfy(cpu, order, gfp, preferred);
      if (hopeless || idle > MAX_RECLAIM_RETRIES) {
        if ((gfp & Gfp.RETRY_MAYFAIL) != 0 || !reclaimer.outOfMemory(cpu, order, gfp)) {
          return -1;
        }
        idle = 0;
      }
    }
  }

  private long reclaim(Cpu cpu, int preferred, int gfp) {
    if ((gfp & Gfp.FS) == 0) {
      return reclaimer.reclaim(cpu, preferred, gfp);
    }
    cpu.begin(Section.RECLAIM);
    try {
      return reclaimer.reclaim(cpu, preferred, gfp);
    } finally {
      cpu.end(Section.RECLAIM);
    }
  }

  private static boolean oneRound(int order, int gfp) {
    boolean costly = order > COSTLY_ORDER && (gfp & Gfp.RETRY_MAYFAIL) == 0;
    return (gfp & Gfp.NORETRY) != 0 || costly;
  }

  /** Whether some zone would be above its mark if all that can be reclaimed there were free. */
  private boolean couldSatisfy(Cpu cpu, int order, int gfp, int preferred) {
    for (int node : zonelists[preferred]) {
      if (node != preferred && (gfp & Gfp.THISNODE) != 0) {
        break;
      }
      long reclaimable = reclaimer.reclaimable(cpu, node);
      long pages = zones[node].buddy().freePages() + reclaimable - (1L << order) + 1;
      if (reclaimable > 0 && pages > slowMark(zones[node], cpu, gfp)) {
        return true;
      }
    }
    return false;
  }

  /** Whether background reclaim of a node is done: as many pages free as its high mark. */
  public boolean aboveHighMark(int node) {
    return zones[node].buddy().freePages() > zones[node].markHigh;
  }

  /** Who is asked from now on when memory is short; before the first use. */
  public void setReclaimer(Reclaimer installed) {
    reclaimer = installed;
  }

  private int scan(Cpu cpu, int order, int gfp, int preferred, boolean slow) {
    for (int node : zonelists[preferred]) {
      if (node != preferred && (gfp & Gfp.THISNODE) != 0) {
        break;
      }
      Zone zone = zones[node];
      int pfn = fromZone(cpu, zone, order, slow ? slowMark(zone, cpu, gfp) : zone.markLow);
      if (pfn >= 0) {
        return pfn;
      }
    }
    return -1;
  }

  /** The reserves: none for MEMALLOC, half of min for HIGH, a quarter less when it cannot wait. */
  private static long slowMark(Zone zone, Cpu cpu, int gfp) {
    boolean memalloc =
        (gfp & Gfp.NOMEMALLOC) == 0
            && ((gfp & Gfp.MEMALLOC) != 0 || (cpu.taskFlags() & Cpu.PF_MEMALLOC) != 0);
    if (memalloc) {
      return 0;
    }
    if ((gfp & Gfp.HIGH) == 0) {
      return zone.markMin;
    }
    long half = zone.markMin / 2;
    return Gfp.blocking(gfp) ? half : half - half / 4;
  }

  private int fromZone(Cpu cpu, Zone zone, int order, long mark) {
    if (!zone.aboveMark(cpu, order, mark)) {
      return -1;
    }
    PerCpuPages list = perCpu[cpu.id()][zone.node];
    if (order > PerCpuPages.MAX_ORDER || !list.lock.tryLock(cpu)) {
      return zone.take(cpu, order);
    }
    cpu.write(list.line);
    cpu.charge(Cost.PAGE_PCP);
    int pfn = list.pop(order);
    if (pfn < 0) {
      zone.refill(cpu, list, order);
      pfn = list.pop(order);
    }
    list.lock.unlock(cpu);
    return pfn;
  }

  /**
   * @param address as returned by {@link #alloc} with the same order
   * @throws IllegalStateException when no such block is in a user's hands
   */
  public void free(Cpu cpu, long address, int order) {
    int pfn = (int) (address >>> PAGE_SHIFT);
    if (pfn <= 0 || (address & ((long) PAGE_BYTES << order) - 1) != 0) {
      throw new IllegalArgumentException("not a block: address=" + address + " order=" + order);
    }
    states.freed(pfn, order);
    counts[cpu.id()].frees++;
    Zone zone = zones[nodeOf(address)];
    PerCpuPages list = perCpu[cpu.id()][zone.node];
    if (order > PerCpuPages.MAX_ORDER || !list.lock.tryLock(cpu)) {
      zone.give(cpu, pfn, order);
      return;
    }
    cpu.write(list.line);
    cpu.charge(Cost.PAGE_PCP);
    if (list.full(order)) {
      zone.drain(cpu, list, order, list.batchOf(order));
    }
    list.push(pfn, order);
    list.lock.unlock(cpu);
  }

  /** Gives every per-CPU list back to its zone. */
  public void drainAll(Cpu cpu) {
    for (PerCpuPages[] ofCpu : perCpu) {
      for (int node = 0; node < zones.length; node++) {
        PerCpuPages list = ofCpu[node];
        list.lock.lock(cpu);
        for (int order = 0; order <= PerCpuPages.MAX_ORDER; order++) {
          zones[node].drain(cpu, list, order, list.count(order));
        }
        list.lock.unlock(cpu);
      }
    }
  }

  /** Exact only while no CPU runs. */
  public PageStats stats() {
    long managed = 0;
    long free = 0;
    for (Zone zone : zones) {
      managed += zone.managed;
      free += zone.buddy().freePages();
    }
    long listed = 0;
    for (PerCpuPages[] ofCpu : perCpu) {
      for (PerCpuPages list : ofCpu) {
        listed += list.pages();
      }
    }
    return new PageStats(
        managed,
        free,
        listed,
        sum(c -> c.allocs),
        sum(c -> c.frees),
        sum(c -> c.failures),
        sum(c -> c.stalls));
  }

  private long sum(ToLongFunction<PageCounts> count) {
    return Arrays.stream(counts).mapToLong(count).sum();
  }

  /** From now on, requests that the policy picks fail; for tests of what happens then. */
  public void setFailurePolicy(FailurePolicy policy) {
    failurePolicy = policy;
  }

  /**
   * Checks the invariants while no CPU runs.
   *
   * @param allocatedPages what the caller knows to be in users' hands
   * @throws IllegalStateException naming the invariant that is broken
   */
  public void verify(long allocatedPages) {
    for (Zone zone : zones) {
      zone.buddy().verify();
    }
    long outside = stats().allocatedPages();
    if (outside != allocatedPages || outside != states.pages()) {
      throw new IllegalStateException(
          "INV-PA-1: pages on no list "
              + outside
              + ", in marked blocks "
              + states.pages()
              + ", expected "
              + allocatedPages);
    }
  }
}
