package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;

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

  private final Machine machine;
  private final int pagesPerNode;

  /** Flags that every request has. */
  private final int implied;

  private final boolean initOnFree;
  private final Memory memory;
  private final Zone[] zones;
  private final PageCounts[] counts; // by cpu
  private final BlockStates states;
  private final ZoneScan scan;
  private final PageSlowPath slow;
  private volatile FailurePolicy failurePolicy = FailurePolicy.NONE;

  public PageAllocator(Machine machine, PageConfig config) {
    this.machine = machine;
    this.pagesPerNode = config.pagesPerNode();
    this.implied = config.initOnAlloc() ? Gfp.ZERO : 0;
    this.initOnFree = config.initOnFree();
    int nodes = machine.nodes();
    this.counts = new PageCounts[machine.possibleCpus()];
    for (int cpu = 0; cpu < counts.length; cpu++) {
      counts[cpu] = new PageCounts(nodes);
    }
    this.states = new BlockStates(nodes * pagesPerNode);
    this.zones = new Zone[nodes];
    for (int node = 0; node < nodes; node++) {
      zones[node] = zone(node, config);
    }
    this.scan = new ZoneScan(machine, zones, config.pcpBatch());
    this.slow = new PageSlowPath(scan, counts, states);
    long nodeBytes = (long) pagesPerNode * PAGE_BYTES;
    this.memory = machine.memory("pages", nodes * nodeBytes);
    for (int node = 0; node < nodes; node++) {
      memory.bind(node * nodeBytes, nodeBytes, node);
    }
  }

  private Zone zone(int node, PageConfig config) {
    int managed = node == 0 ? pagesPerNode - 1 : pagesPerNode;
    long lowmem = (long) pagesPerNode * machine.nodes() - 1;
    return new Zone(
        node,
        managed,
        ZoneMarks.of(config, managed, lowmem),
        freshLists(node * pagesPerNode),
        states,
        machine.spinLock(ZONE_LOCK),
        machine.line("zone"));
  }

  private BuddyLists freshLists(int first) {
    BuddyLists lists = new BuddyLists(first, pagesPerNode);
    for (int pfn = first; pfn < first + pagesPerNode; pfn += 1 << MAX_PAGE_ORDER) {
      if (pfn > 0) {
        lists.give(pfn, MAX_PAGE_ORDER);
      }
    }
    for (int order = 0; first == 0 && order < MAX_PAGE_ORDER; order++) {
      lists.give(1 << order, order); // all of the first block but frame 0, which is NULL
    }
    return lists;
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
   * @return address of the block, aligned to its size, zeroed only with {@link Gfp#ZERO} or {@link
   *     PageConfig#initOnAlloc}; 0 when nothing fits above the marks. With {@link Gfp#NOFAIL} never
   *     0: who may wait tries again and reclaims until there is one
   * @throws OutOfPagesException for {@link Gfp#NOFAIL} of who cannot wait, when the reserves are
   *     empty too
   */
  public long alloc(Cpu cpu, int order, int gfp, int node) {
    if (order < 0 || order > MAX_PAGE_ORDER) {
      throw new IllegalArgumentException("order must lie in 0..10: order=" + order);
    }
    PageCounts mine = counts[cpu.id()]; // before the call: else its null check alone costs 4 %
    cpu.mightAlloc(gfp);
    int preferred = node == NUMA_NO_NODE ? cpu.node() : node;
    int pfn = isRefused(cpu, order, gfp) ? -1 : take(cpu, order, gfp, preferred);
    if (pfn < 0) {
      mine.failures++;
      return failed(order, gfp);
    }
    mine.allocs++;
    mine.pgalloc += 1 << order;
    long address = (long) pfn << PAGE_SHIFT;
    if (((gfp | implied) & Gfp.ZERO) != 0) {
      cpu.charge(Cost.PAGE_ZERO, 1 << order);
      memory.fill(address, (long) PAGE_BYTES << order, (byte) 0);
    }
    return address;
  }

  /** On purpose; never a request that cannot fail. */
  private boolean isRefused(Cpu cpu, int order, int gfp) {
    return failurePolicy.fails(cpu, order, gfp) && (gfp & Gfp.NOFAIL) == 0;
  }

  private static long failed(int order, int gfp) {
    if ((gfp & Gfp.NOFAIL) != 0) {
      throw new OutOfPagesException(order);
    }
    return 0;
  }

  private int take(Cpu cpu, int order, int gfp, int preferred) {
    int pfn = scan.take(cpu, order, gfp, preferred, AllocFlags.WMARK_LOW);
    if (pfn < 0) {
      return slow.take(cpu, order, gfp, preferred);
    }
    states.allocated(pfn, order, MigrateType.of(gfp), false);
    return pfn;
  }

  /** Whether background reclaim of a node is done: as many pages free as its high mark. */
  public boolean aboveHighMark(int node) {
    return zones[node].buddy().freePages() > zones[node].marks.high();
  }

  /** Background reclaim of a node has come to its end: marks that were boosted fall again. */
  public void endBoost(Cpu cpu, int node) {
    if (zones[node].marks.boosted()) { // racy: a boost missed is ended the next time
      zones[node].endBoost(cpu);
    }
  }

  /** Nodes in the order a request that prefers one asks them; itself first. Not to be written. */
  public int[] zonelist(int node) {
    return scan.nodes(node, 0);
  }

  /** Who is asked from now on when memory is short; before the first use. */
  public void setReclaimer(Reclaimer installed) {
    slow.setReclaimer(installed);
  }

  /**
   * Whether a block in use was granted from below the marks, so that it should serve to free
   * memory.
   */
  public boolean pfmemalloc(long address) {
    return states.pfmemalloc((int) (address >>> PAGE_SHIFT));
  }

  /**
   * Counts bytes that became part of a slab, or ceased to with a negative number; the kernel's
   * NR_SLAB_RECLAIMABLE_B and NR_SLAB_UNRECLAIMABLE_B.
   */
  public void countSlab(Cpu cpu, int node, boolean reclaimable, long bytes) {
    counts[cpu.id()].slabBytes[2 * node + (reclaimable ? 1 : 0)] += bytes;
  }

  /** Bytes in slabs of a node; exact at rest. */
  public long slabBytes(int node, boolean reclaimable) {
    return total().slabBytes[2 * node + (reclaimable ? 1 : 0)];
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
    if (initOnFree) {
      cpu.charge(Cost.PAGE_ZERO, 1 << order);
      memory.fill(address, (long) PAGE_BYTES << order, (byte) 0);
    }
    PageCounts mine = counts[cpu.id()];
    mine.frees++;
    mine.pgfree += 1 << order;
    scan.give(cpu, pfn, order, nodeOf(address));
  }

  /** Gives every per-CPU list back to its zone. */
  public void drainAll(Cpu cpu) {
    scan.drainAll(cpu);
  }

  /** Exact only while no CPU runs. */
  public PageStats stats() {
    PageCounts total = total();
    long managed = 0;
    long free = 0;
    long reclaimable = 0;
    long unreclaimable = 0;
    for (Zone zone : zones) {
      managed += zone.managed;
      free += zone.buddy().freePages();
      unreclaimable += total.slabBytes[2 * zone.node];
      reclaimable += total.slabBytes[2 * zone.node + 1];
    }
    return new PageStats(
        managed,
        free,
        scan.perCpuPages(),
        total.allocs,
        total.frees,
        total.pgalloc,
        total.pgfree,
        total.failures,
        total.stalls,
        reclaimable,
        unreclaimable);
  }

  /** A zone at rest: one for each node. */
  public ZoneStats zoneStats(int node) {
    return zones[node].stats();
  }

  /** The text of /proc/buddyinfo; exact at rest. */
  public String buddyInfo() {
    StringBuilder text = new StringBuilder();
    for (Zone zone : zones) {
      text.append(zone.stats().buddyInfo());
    }
    return text.toString();
  }

  private PageCounts total() {
    PageCounts total = new PageCounts(zones.length);
    for (PageCounts ofCpu : counts) {
      total.add(ofCpu);
    }
    return total;
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
