package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;

/**
 * Where the pages of dynamic chunks come from, and when. Under the mutex, never under {@code
 * pcpu_lock}. One kind is loaded in a process that uses one, so that every call has one target.
 */
abstract sealed class Population permits VmPopulation, KmPopulation {
  /** What the page allocator learns of a request's flags. */
  static final int PASSED_ON = Gfp.GFP_KERNEL | Gfp.NORETRY | Gfp.NOWARN;

  final Machine machine;
  final PageAllocator pages;
  final Units units;
  final FaultPoint faults;

  Population(Machine machine, PageAllocator pages, Units units, FaultPoint faults) {
    this.machine = machine;
    this.pages = pages;
    this.units = units;
    this.faults = faults;
  }

  /**
   * @throws IllegalArgumentException when chunks of this geometry are not to be had that way
   */
  static Population of(
      PercpuConfig.Backing backing,
      Machine machine,
      PageAllocator pages,
      Units units,
      FaultPoint faults) {
    return switch (backing) {
      case VM -> VmPopulation.create(machine, pages, units, faults);
      case KM -> KmPopulation.create(machine, pages, units, faults);
    };
  }

  /** Entries of {@link Chunk#backing}. */
  abstract int backings();

  /** So many empty pages of a chunk are worth taking; {@link Chunk#NEVER} where none is taken. */
  abstract int reclaimFrom();

  /**
   * Gives a chunk that nobody else knows yet the pages that it has from its creation on.
   *
   * @return false when they were not to be had; none is in use then
   */
  abstract boolean create(Cpu cpu, Chunk chunk, int gfp);

  /**
   * Backs pages [from, to) on every possible CPU.
   *
   * @return false when a page was not to be had; nothing of the range is backed then
   */
  abstract boolean populate(Cpu cpu, Chunk chunk, int from, int to, int gfp);

  /** Gives the pages of a range back and drops their contents; {@link #flushTlb} is to follow. */
  abstract void depopulate(Cpu cpu, Chunk chunk, int from, int to);

  /** Gives back what a chunk has still after all its pages were depopulated; nobody knows it. */
  abstract void destroy(Cpu cpu, Chunk chunk);

  /** Once for all ranges of a chunk that were taken. */
  abstract void flushTlb(Cpu cpu);

  /** At rest. */
  abstract long tlbFlushes();

  /**
   * Pages of the page allocator behind chunks of so many populated pages of a unit in all
   * (INV-PC-7).
   */
  abstract long backingPages(long populatedPages);

  /** Pages that the page allocator grants with each chunk and no unit has. */
  abstract int wastedPages();

  /**
   * Checks what a dynamic chunk has against what its map of populated pages says; at rest.
   *
   * @throws IllegalStateException naming INV-PC-7
   */
  abstract void verify(Chunk chunk);
}
