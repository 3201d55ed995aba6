package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.PageAllocator;

/**
 * percpu-km: a chunk is one contiguous block of pages, there from its creation to its destruction.
 * Nothing is mapped, so that there is nothing to populate, to depopulate or to flush. The units of
 * all CPUs lie on the block's node.
 *
 * <p>The block has the pages of all units, those of padding included, rounded up to a power of two;
 * what exceeds the units is wasted.
 */
final class KmPopulation extends Population {
  private static final int PAGE = PageAllocator.PAGE_BYTES;

  private final int order;

  private KmPopulation(Machine machine, PageAllocator pages, Units units, FaultPoint faults) {
    super(machine, pages, units, faults);
    UnitGeometry geometry = units.geometry;
    if (geometry.groups() != 1) {
      throw new IllegalArgumentException(
          "percpu-km needs all CPUs on one node: groups=" + geometry.groups());
    }
    long most = (long) PAGE << PageAllocator.MAX_PAGE_ORDER;
    if (geometry.chunkBytes() > most) {
      throw new IllegalArgumentException(
          "percpu-km needs a chunk in one block of at most "
              + most
              + " bytes, so fewer CPUs or smaller regions: units="
              + geometry.units()
              + " unitBytes="
              + geometry.unitBytes());
    }
    this.order = Integer.SIZE - Integer.numberOfLeadingZeros(chunkPages() - 1);
  }

  /** A call by this name loads no other kind. */
  static Population create(Machine machine, PageAllocator pages, Units units, FaultPoint faults) {
    return new KmPopulation(machine, pages, units, faults);
  }

  private int chunkPages() {
    return units.geometry.units() * units.geometry.pages();
  }

  /** The block. */
  @Override
  int backings() {
    return 1;
  }

  @Override
  int reclaimFrom() {
    return Chunk.NEVER;
  }

  @Override
  boolean create(Cpu cpu, Chunk chunk, int gfp) {
    int passedOn = gfp & PASSED_ON;
    long block =
        faults.allocChunkPages(cpu, order, passedOn)
            ? 0
            : pages.alloc(cpu, order, passedOn, PageAllocator.NUMA_NO_NODE);
    if (block == 0) {
      return false;
    }
    chunk.backing[0] = block;
    chunk.populateAll();
    units.bindAll(chunk.base, pages.nodeOf(block));
    return true;
  }

  /**
   * @throws IllegalStateException always: there is no unpopulated page to ask for
   */
  @Override
  boolean populate(Cpu cpu, Chunk chunk, int from, int to, int gfp) {
    throw new IllegalStateException("percpu-km has no unpopulated pages: chunk=" + chunk.id);
  }

  /** The pages stay until the chunk goes. */
  @Override
  void depopulate(Cpu cpu, Chunk chunk, int from, int to) {}

  @Override
  void destroy(Cpu cpu, Chunk chunk) {
    pages.free(cpu, chunk.backing[0], order);
    chunk.backing[0] = 0;
    units.discard(chunk, 0, chunk.pages);
  }

  /** Nothing was unmapped. */
  @Override
  void flushTlb(Cpu cpu) {}

  @Override
  long tlbFlushes() {
    return 0;
  }

  /** All pages of a unit are populated or the chunk is none. */
  @Override
  long backingPages(long populatedPages) {
    return populatedPages / units.geometry.pages() << order;
  }

  @Override
  int wastedPages() {
    return (1 << order) - chunkPages();
  }

  @Override
  void verify(Chunk chunk) {
    if (chunk.backing[0] == 0 || chunk.populatedPages != chunk.pages) {
      throw new IllegalStateException(
          "INV-PC-7: block=" + chunk.backing[0] + " populated pages " + chunk.populatedPages);
    }
    if (chunk.isolated) {
      throw new IllegalStateException("INV-PC-4: isolated, but its pages stay: " + chunk.id);
    }
  }
}
