package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.PageAllocator;

/** percpu-vm: pages of a chunk come one by one, each from its CPU's node, and go when empty. */
final class VmPopulation extends Population {
  private long tlbFlushes;

  private VmPopulation(Machine machine, PageAllocator pages, Units units, FaultPoint faults) {
    super(machine, pages, units, faults);
  }

  /** A call by this name loads no other kind. */
  static Population create(Machine machine, PageAllocator pages, Units units, FaultPoint faults) {
    return new VmPopulation(machine, pages, units, faults);
  }

  /** By CPU and page of the unit; 0 for none. */
  @Override
  int backings() {
    return units.cpus() * units.geometry.pages();
  }

  @Override
  int reclaimFrom() {
    return units.geometry.pages() / 4;
  }

  @Override
  boolean create(Cpu cpu, Chunk chunk, int gfp) {
    units.bind(chunk.base);
    return true;
  }

  @Override
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

  @Override
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

  /** Nothing is left: the pages went with their ranges. */
  @Override
  void destroy(Cpu cpu, Chunk chunk) {}

  @Override
  void flushTlb(Cpu cpu) {
    cpu.charge(Cost.PCPU_TLB_FLUSH, units.cpus());
    tlbFlushes++;
  }

  @Override
  long tlbFlushes() {
    return tlbFlushes;
  }

  @Override
  long backingPages(long populatedPages) {
    return populatedPages * units.cpus();
  }

  @Override
  int wastedPages() {
    return 0;
  }

  @Override
  void verify(Chunk chunk) {
    for (int page = 0; page < chunk.pages; page++) {
      for (int cpu = 0; cpu < units.cpus(); cpu++) {
        boolean backed = chunk.backing[cpu * chunk.pages + page] != 0;
        if (backed != chunk.populated.get(page)) {
          throw new IllegalStateException("INV-PC-7: backing of page " + page + " of CPU " + cpu);
        }
      }
    }
  }
}
