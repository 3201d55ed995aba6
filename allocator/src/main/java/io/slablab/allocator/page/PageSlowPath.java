package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Section;

/** A request that found nothing above the low marks: reserves, reclaim, the end. */
final class PageSlowPath {
  private static final int COSTLY_ORDER = 3;
  private static final int MAX_RECLAIM_RETRIES = 16;

  private final ZoneScan scan;
  private final PageCounts[] counts;
  private final BlockStates states;
  private volatile Reclaimer reclaimer = Reclaimer.NONE;

  PageSlowPath(ZoneScan scan, PageCounts[] counts, BlockStates states) {
    this.scan = scan;
    this.counts = counts;
    this.states = states;
  }

  void setReclaimer(Reclaimer installed) {
    reclaimer = installed;
  }

  /** Down to the reserve this caller may use, then reclaim if it may wait. Returns pfn or -1. */
  int take(Cpu cpu, int order, int gfp, int preferred) {
    if ((gfp & Gfp.KSWAPD_RECLAIM) != 0) {
      wakeReclaim(cpu, gfp, preferred);
    }
    int flags = AllocFlags.slow(order, gfp);
    int pfn = scan(cpu, order, gfp, preferred, flags);
    int reserve = AllocFlags.reserve(cpu, gfp);
    if (pfn < 0 && reserve != 0) {
      flags |= reserve;
      pfn = scan(cpu, order, gfp, preferred, flags);
    }
    boolean waits = Gfp.blocking(gfp) && !cpu.irqsOff(); // INV-PA-5
    boolean reclaims = waits && (cpu.taskFlags() & Cpu.PF_MEMALLOC) == 0; // INV-PA-6: no recursion
    if (pfn < 0 && reclaims) {
      pfn = takeReclaiming(cpu, order, Gfp.inScope(cpu, gfp), preferred, flags);
    }
    if (pfn < 0 && (gfp & Gfp.NOFAIL) != 0) {
      pfn = takeReserve(cpu, order, gfp, preferred, flags);
      for (int turns = 0; pfn < 0 && waits; ) {
        turns = cpu.relax(turns);
        pfn = takeAgain(cpu, order, gfp, preferred, flags, reclaims);
      }
    }
    return pfn;
  }

  /** For who cannot fail, not for who frees memory. */
  private int takeReserve(Cpu cpu, int order, int gfp, int preferred, int flags) {
    int pfn = scan.take(cpu, order, gfp, preferred, flags | AllocFlags.NO_WATERMARKS);
    granted(pfn, order, gfp, false);
    return pfn;
  }

  /** What may have come back meanwhile; who reclaims already waits for others to free it. */
  private int takeAgain(Cpu cpu, int order, int gfp, int preferred, int flags, boolean reclaims) {
    int pfn = -1;
    if (reclaims) {
      pfn = takeReclaiming(cpu, order, Gfp.inScope(cpu, gfp), preferred, flags);
    }
    if (pfn < 0) {
      scan.drainAll(cpu); // what others freed lies on their CPUs' lists
      pfn = takeReserve(cpu, order, gfp, preferred, flags);
    }
    return pfn;
  }

  private int scan(Cpu cpu, int order, int gfp, int preferred, int flags) {
    int pfn = scan.take(cpu, order, gfp, preferred, flags);
    granted(pfn, order, gfp, (flags & AllocFlags.NO_WATERMARKS) != 0);
    return pfn;
  }

  private void granted(int pfn, int order, int gfp, boolean pfmemalloc) {
    if (pfn >= 0) {
      states.allocated(pfn, order, MigrateType.of(gfp), pfmemalloc);
    }
  }

  private void wakeReclaim(Cpu cpu, int gfp, int preferred) {
    for (int node : scan.nodes(preferred, gfp)) {
      reclaimer.wake(cpu, node);
    }
  }

  /** Rounds of reclaim: while they help, at most 16 in a row that do not; then out of memory. */
  private int takeReclaiming(Cpu cpu, int order, int gfp, int preferred, int flags) {
    int idle = 0;
    for (boolean first = true; ; first = false) {
      counts[cpu.id()].stalls++;
      long progress = reclaim(cpu, preferred, gfp);
      int pfn = scan(cpu, order, gfp, preferred, flags);
      if (pfn < 0 && (first || progress > 0)) { // the first: nobody may reclaim at all
        scan.giveUpReserved(cpu, gfp, preferred, false);
        scan.drainAll(cpu);
        pfn = scan(cpu, order, gfp, preferred, flags);
      }
      if (pfn >= 0 || oneRound(order, gfp)) {
        return pfn;
      }
      idle = progress > 0 ? 0 : idle + 1;
      boolean hopeless = idle > 0 && !couldSatisfy(cpu, order, gfp, preferred, flags);
      if ((hopeless || idle > MAX_RECLAIM_RETRIES)
          && !scan.giveUpReserved(cpu, gfp, preferred, true)) {
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
  private boolean couldSatisfy(Cpu cpu, int order, int gfp, int preferred, int flags) {
    for (int node : scan.nodes(preferred, gfp)) {
      long reclaimable = reclaimer.reclaimable(cpu, node);
      if (reclaimable > 0 && scan.zone(node).watermarkOkWith(reclaimable, order, flags)) {
        return true;
      }
    }
    return false;
  }
}
