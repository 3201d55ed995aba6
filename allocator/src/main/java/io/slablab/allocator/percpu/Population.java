package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;

/** Backs pages of chunks for all possible CPUs, each from its CPU's node; under the mutex. */
final class Population {
  /** What the page allocator learns of a request's flags. */
  private static final int PASSED_ON = Gfp.GFP_KERNEL | Gfp.NORETRY | Gfp.NOWARN;

  private final Machine machine;
  private final PageAllocator pages;
  private final Units units;
  private final FaultPoint faults;
  private long tlbFlushes;

  Population(Machine machine, PageAllocator pages, Units units, FaultPoint faults) {
    this.machine = machine;
    this.pages = pages;
    this.units = units;
    this.faults = faults;
  }

  /**
   * @return false when a page was not to be had; nothing of the range is backed then
   */
  boolean populate(Cpu cpu, Chunk chunk, int from, int to, int gfp) {
    cpu.charge(Cost.PCPU_POPULATE, (to - from) * units.cpus());
    for (int unitCpu = 0; unitCpu < units.cpus(); unitCpu++) {
      if (!populateUnit(cpu, chunk, unitCpu, from, to, gfp & PASSED_ON)) {
        release(cpu, chunk, from, to);
        return false;
      }
    }
    return true;
  }

  private boolean populateUnit(Cpu cpu, Chunk chunk, int unitCpu, int from, int to, int gfp) {
    for (int page = from; page < to; page++) {
      long backing =
          faults.populatePage(cpu, page, unitCpu, gfp)
              ? 0
              : pages.alloc(cpu, 0, gfp, machine.nodeOf(unitCpu));
      if (backing == 0) {
        return false;
      }
      chunk.backing[unitCpu * chunk.pages + page] = backing;
    }
    return true;
  }

  /** Gives the pages of a range back and drops their contents; {@link #flushTlb} is to follow. */
  void depopulate(Cpu cpu, Chunk chunk, int from, int to) {
    cpu.charge(Cost.PCPU_DEPOPULATE, (to - from) * units.cpus());
    release(cpu, chunk, from, to);
    units.discard(chunk, from, to);
  }

  private void release(Cpu cpu, Chunk chunk, int from, int to) {
    for (int unitCpu = 0; unitCpu < units.cpus(); unitCpu++) {
      int row = unitCpu * chunk.pages;
      for (int i = row + from; i < row + to; i++) {
        if (chunk.backing[i] != 0) {
          pages.free(cpu, chunk.backing[i], 0);
          chunk.backing[i] = 0;
        }
      }
    }
  }

  /** Once for all ranges of a chunk that were taken. */
  void flushTlb(Cpu cpu) {
    cpu.charge(Cost.PCPU_TLB_FLUSH, units.cpus());
    tlbFlushes++;
  }

  /** At rest. */
  long tlbFlushes() {
    return tlbFlushes;
  }
}
