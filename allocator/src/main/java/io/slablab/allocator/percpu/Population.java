package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;

/** Backs pages of chunks for all possible CPUs, each from its CPU's node; under the mutex. */
final class Population {
  private final Machine machine;
  private final PageAllocator pages;
  private final Memory memory;
  private final UnitGeometry geometry;

  Population(Machine machine, PageAllocator pages, Memory memory, UnitGeometry geometry) {
    this.machine = machine;
    this.pages = pages;
    this.memory = memory;
    this.geometry = geometry;
  }

  /**
   * @return false when a page was not to be had; nothing of the range is backed then
   */
  boolean populate(Cpu cpu, Chunk chunk, int from, int to, int gfp) {
    int cpus = machine.possibleCpus();
    cpu.charge(Cost.PCPU_POPULATE, (to - from) * cpus);
    for (int page = from; page < to; page++) {
      for (int id = 0; id < cpus; id++) {
        long backing = pages.alloc(cpu, 0, gfp & ~(Gfp.ACCOUNT | Gfp.ZERO), machine.nodeOf(id));
        if (backing == 0) {
          release(cpu, chunk, from, page + 1);
          return false;
        }
        chunk.backing[page * cpus + id] = backing;
      }
    }
    return true;
  }

  /** Gives the pages of a range back and drops their contents. */
  void depopulate(Cpu cpu, Chunk chunk, int from, int to) {
    release(cpu, chunk, from, to);
    for (int id = 0; id < machine.possibleCpus(); id++) {
      memory.discard(
          chunk.base + geometry.unitOffset()[id] + (long) from * PageAllocator.PAGE_BYTES,
          (long) (to - from) * PageAllocator.PAGE_BYTES);
    }
  }

  private void release(Cpu cpu, Chunk chunk, int from, int to) {
    int cpus = machine.possibleCpus();
    for (int i = from * cpus; i < to * cpus; i++) {
      if (chunk.backing[i] != 0) {
        pages.free(cpu, chunk.backing[i], 0);
        chunk.backing[i] = 0;
      }
    }
  }
}
