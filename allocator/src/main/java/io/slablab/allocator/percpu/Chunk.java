package io.slablab.allocator.percpu;

import io.slablab.allocator.memcg.ObjCgroup;
import org.jspecify.annotations.Nullable;

/**
 * A chunk: the same map for every CPU's unit. All fields under {@code pcpu_lock}, but for the
 * population of pages, which changes under {@code pcpu_alloc_mutex} as well.
 */
final class Chunk {
  final int id;

  /** First byte of the chunk's region in unit 0, as a percpu pointer. */
  final long base;

  final AreaMap map;
  final int pages;

  /** The first chunk: fully populated, never destroyed, never charged. */
  final boolean immutable;

  final Bits populated;
  int populatedPages;
  int emptyPopulatedPages;
  int areas;
  int slot;
  @Nullable Chunk next;
  @Nullable Chunk prev;

  /** Who is charged for the area that starts at each bit; made at the first charge. */
  private @Nullable ObjCgroup @Nullable [] charged;

  /** Physical pages, by page of the unit and CPU; 0 for none. */
  final long[] backing;

  Chunk(int id, long base, int pages, int cpus, boolean immutable, boolean hintBug) {
    this.id = id;
    this.base = base;
    this.pages = pages;
    this.immutable = immutable;
    this.map = new AreaMap(pages, hintBug);
    this.populated = new Bits(pages);
    this.backing = immutable ? new long[0] : new long[pages * cpus];
  }

  boolean wholeFree() {
    return areas == 0;
  }

  void markPopulated(int from, int to) {
    int before = populated.count(from, to);
    populated.set(from, to);
    populatedPages += to - from - before;
    emptyPopulatedPages += to - from - before;
  }

  @Nullable ObjCgroup chargedTo(int bit) {
    return charged == null ? null : charged[bit];
  }

  void setChargedTo(int bit, @Nullable ObjCgroup group) {
    if (charged == null) {
      charged = new ObjCgroup[pages * AreaMap.BLOCK_BITS];
    }
    charged[bit] = group;
  }
}
