package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import org.jspecify.annotations.Nullable;

/** The zones with each CPU's lists of them: one walk along a zonelist, and the way back. */
final class ZoneScan {
  private static final LockClass PCP_LOCK = new LockClass("pcp->lock", LockClass.Kind.SPIN);

  private final Zone[] zones;
  private final Zonelists zonelists;
  private final Machine machine;
  private final PcpLimits[] limits; // by node

  /**
   * By CPU and node. Made by its CPU at its first use, since a large machine has thousands. Plain:
   * another CPU that drains them sees a list whole, by its final fields, or none; of one that was
   * used before it began, it learned by whatever told it to drain.
   */
  private final @Nullable PerCpuPages[][] perCpu;

  ZoneScan(Machine machine, Zone[] zones, int pcpBatch) {
    this.machine = machine;
    this.zones = zones;
    this.zonelists = new Zonelists(machine);
    int nodes = zones.length;
    this.perCpu = new PerCpuPages[machine.possibleCpus()][nodes];
    int[] cpusOfNode = new int[nodes];
    for (int cpu = 0; cpu < perCpu.length; cpu++) {
      cpusOfNode[machine.nodeOf(cpu)]++;
    }
    this.limits = new PcpLimits[nodes];
    for (int node = 0; node < nodes; node++) {
      Zone zone = zones[node];
      limits[node] = PcpLimits.of(zone.managed, zone.marks.low(), cpusOfNode[node], pcpBatch);
    }
  }

  Zone zone(int node) {
    return zones[node];
  }

  /** Nodes that a request may use, in order. */
  int[] nodes(int preferred, int gfp) {
    return zonelists.of(preferred, gfp);
  }

  /**
   * @param flags of {@link AllocFlags}
   * @return pfn of a block, or -1
   */
  int take(Cpu cpu, int order, int gfp, int preferred, int flags) {
    int type = MigrateType.of(gfp);
    for (int node : zonelists.of(preferred, gfp)) { // INV-PA-4
      Zone zone = zones[node];
      if (zone.watermarkOk(cpu, order, flags)) {
        int pfn = fromZone(cpu, zone, order, type, flags);
        if (pfn >= 0) {
          return pfn;
        }
      }
    }
    return -1;
  }

  private PerCpuPages mine(Cpu cpu, int node) {
    PerCpuPages list = perCpu[cpu.id()][node];
    return list != null ? list : made(cpu, node);
  }

  private PerCpuPages made(Cpu cpu, int node) {
    PerCpuPages list =
        new PerCpuPages(machine.spinLock(PCP_LOCK), machine.line("pcp"), limits[node]);
    perCpu[cpu.id()][node] = list;
    return list;
  }

  private int fromZone(Cpu cpu, Zone zone, int order, int type, int flags) {
    PerCpuPages list = mine(cpu, zone.node);
    if (order > PerCpuPages.MAX_ORDER || !list.lock.tryLock(cpu)) {
      return fromBuddy(cpu, zone, order, type, flags);
    }
    cpu.write(list.line);
    cpu.charge(Cost.PAGE_PCP);
    int pfn = list.pop(order, type);
    if (pfn < 0) {
      zone.refill(cpu, list, order, type);
      pfn = list.pop(order, type);
    }
    list.lock.unlock(cpu);
    boolean reserved = (flags & AllocFlags.RESERVES) != 0;
    return pfn < 0 && reserved ? fromBuddy(cpu, zone, order, type, flags) : pfn;
  }

  private static int fromBuddy(Cpu cpu, Zone zone, int order, int type, int flags) {
    int pfn = zone.take(cpu, order, type, flags);
    if (pfn >= 0 && (flags & AllocFlags.HIGHATOMIC) != 0) {
      zone.reserveAround(cpu, pfn, order);
    }
    return pfn;
  }

  void give(Cpu cpu, int pfn, int order, int node) {
    Zone zone = zones[node];
    PerCpuPages list = mine(cpu, node);
    if (order > PerCpuPages.MAX_ORDER || !list.lock.tryLock(cpu)) {
      zone.give(cpu, pfn, order);
      return;
    }
    cpu.write(list.line);
    cpu.charge(Cost.PAGE_PCP);
    int type = zone.typeOf(pfn);
    if (list.put(pfn, order, type < MigrateType.PCPTYPES ? type : MigrateType.MOVABLE)) {
      zone.drain(cpu, list, list.surplus(zone.belowHigh()));
    }
    list.lock.unlock(cpu);
  }

  /** Gives every per-CPU list back to its zone. */
  void drainAll(Cpu cpu) {
    for (PerCpuPages[] ofCpu : perCpu) {
      for (int node = 0; node < zones.length; node++) {
        PerCpuPages list = ofCpu[node];
        if (list != null) {
          list.lock.lock(cpu);
          zones[node].drain(cpu, list, list.pages());
          list.lock.unlock(cpu);
        }
      }
    }
  }

  /** One reserved pageblock for the request's type; whether there was one. */
  boolean giveUpReserved(Cpu cpu, int gfp, int preferred, boolean last) {
    for (int node : zonelists.of(preferred, gfp)) {
      if (zones[node].giveUpReserved(cpu, MigrateType.of(gfp), last)) {
        return true;
      }
    }
    return false;
  }

  /** At rest. */
  long perCpuPages() {
    long pages = 0;
    for (PerCpuPages[] ofCpu : perCpu) {
      for (PerCpuPages list : ofCpu) {
        pages += list == null ? 0 : list.pages();
      }
    }
    return pages;
  }
}
