package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.Machine;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pcpu_lock} guards: maps, lists and counts. Every method is called with it held, and
 * none allocates, sleeps or takes another lock (INV-PC-9).
 *
 * <p>Invariants: emptyPages() = sum of emptyPopulatedPages over the chunks that are neither
 * isolated nor reserved (INV-PC-5); a chunk hangs in the slot of its largest run unless it is
 * isolated, or in slot 0 because a search in it failed (INV-PC-4).
 */
final class ChunkBooks {
  final ChunkLists lists;
  final StatCounters stats = new StatCounters();
  boolean atomicAllocFailed;

  /** So many empty pages are kept for atomic allocations. */
  final int emptyPagesHigh;

  /** Below so many, balancing is asked for. */
  private final int emptyPagesLow;

  /** emptyPages() - emptyPagesLow: an allocation looks at its sign alone. */
  private int surplusPages;

  private final Line chunkLine;
  private final Line blockLine;
  private final Line mapLine;

  ChunkBooks(Machine machine, Slots slots, int emptyPagesLow, int emptyPagesHigh) {
    this.lists = new ChunkLists(slots);
    this.emptyPagesLow = emptyPagesLow;
    this.emptyPagesHigh = emptyPagesHigh;
    this.surplusPages = -emptyPagesLow;
    this.chunkLine = machine.line("pcpu_chunk");
    this.blockLine = machine.line("pcpu_block_md");
    this.mapLine = machine.line("pcpu alloc_map");
  }

  // ---- areas ----

  /** Fullest chunk that fits first. Returns the pointer, or 0 when none does. */
  long find(Cpu cpu, int bits, int align, boolean populatedOnly) {
    cpu.read(chunkLine);
    Slots slots = lists.slots;
    for (int slot = slots.of(bits * AreaMap.BYTES_PER_BIT); slot <= slots.free; slot++) {
      for (Chunk chunk = lists.first(slot); chunk != null; ) {
        final Chunk next = chunk.next;
        int start = chunk.map.findBlockFit(bits, align, populatedOnly ? chunk.populated : null);
        cpu.charge(Cost.PCPU_SLOT_WALK);
        int area = start < 0 ? -1 : take(cpu, chunk, bits, align, start);
        if (area >= 0) {
          reintegrate(chunk);
          return chunk.pointerOf(area);
        }
        if (start < 0 && slot < Slots.FAIL_THRESHOLD) {
          lists.demote(chunk);
        }
        chunk = next;
      }
    }
    return 0;
  }

  /** In one chunk or nowhere. */
  long findIn(Cpu cpu, Chunk chunk, int bits, int align, boolean populatedOnly) {
    cpu.read(chunkLine);
    int start = chunk.map.findBlockFit(bits, align, populatedOnly ? chunk.populated : null);
    int area = start < 0 ? -1 : take(cpu, chunk, bits, align, start);
    return area < 0 ? 0 : chunk.pointerOf(area);
  }

  private int take(Cpu cpu, Chunk chunk, int bits, int align, int start) {
    cpu.charge(Cost.PCPU_AREA_SEARCH);
    cpu.write(mapLine);
    int area = chunk.map.alloc(bits, align, start);
    if (area < 0) {
      return area;
    }
    cpu.charge(Cost.PCPU_HINT_UPDATE);
    cpu.write(chunkLine);
    cpu.write(blockLine);
    int bytes = bits * AreaMap.BYTES_PER_BIT;
    chunk.areas++;
    chunk.maxAreaBytes = Math.max(chunk.maxAreaBytes, bytes);
    stats.allocated(bytes);
    countEmptyPages(chunk, chunk.map.emptyPagesDelta());
    relocate(cpu, chunk);
    return area;
  }

  /** Frees the area that starts at a bit. Returns its bits, 0 when none starts there. */
  int release(Cpu cpu, Chunk chunk, int area) {
    int bits = chunk.map.free(area);
    if (bits > 0) {
      cpu.write(chunkLine);
      cpu.write(blockLine);
      cpu.write(mapLine);
      chunk.areas--;
      stats.freed(bits * AreaMap.BYTES_PER_BIT);
      countEmptyPages(chunk, chunk.map.emptyPagesDelta());
      relocate(cpu, chunk);
    }
    return bits;
  }

  private void countEmptyPages(Chunk chunk, int delta) {
    chunk.emptyPopulatedPages += delta;
    if (chunk.countsAsSpare()) {
      surplusPages += delta;
    }
  }

  private void relocate(Cpu cpu, Chunk chunk) {
    if (chunk.countsAsSpare() && lists.relocate(chunk)) {
      cpu.charge(Cost.PCPU_RELOCATE);
    }
  }

  // ---- chunks ----

  /** A chunk that is on no list, with the pages it has from its creation on. */
  void add(Chunk chunk) {
    stats.chunkAdded();
    stats.populated(chunk.immutable ? 0 : chunk.populatedPages);
    surplusPages += chunk.emptyPopulatedPages;
    lists.add(chunk, lists.slots.of(chunk.map), true);
  }

  /** After its pages went, and off all lists. */
  void destroyed() {
    stats.nrChunks--;
  }

  /** Whether another chunk than this one is wholly free. */
  boolean hasOtherFreeChunk(Chunk chunk) {
    Chunk first = lists.first(lists.slots.free);
    return first != null && (first != chunk || first.next != null);
  }

  /** Whether a chunk has more empty pages than are worth keeping. */
  boolean shouldReclaim(Chunk chunk) {
    int empty = chunk.emptyPopulatedPages;
    return chunk.isolated
        ? empty > 0
        : empty >= chunk.reclaimFrom && emptyPages() > emptyPagesHigh + empty;
  }

  /** Puts a chunk where balancing finds it and no allocation does. */
  void isolate(Chunk chunk) {
    if (!chunk.isolated) {
      chunk.isolated = true;
      surplusPages -= chunk.emptyPopulatedPages;
    }
    lists.move(chunk, lists.slots.toDepopulate, true);
  }

  /** Puts an isolated chunk back among the others; does nothing to one of those. */
  void reintegrate(Chunk chunk) {
    if (chunk.isolated) {
      chunk.isolated = false;
      surplusPages += chunk.emptyPopulatedPages;
      lists.move(chunk, lists.slots.of(chunk.map), true);
    }
  }

  /** An isolated chunk whose empty pages went: a last resort before a new chunk. */
  void sideline(Chunk chunk) {
    lists.move(chunk, lists.slots.sidelined, false);
  }

  // ---- pages ----

  /** Pages [from, to) were unpopulated, and hold no area or a new one that counted them out. */
  void populated(Chunk chunk, int from, int to) {
    chunk.populated.set(from, to);
    chunk.populatedPages += to - from;
    stats.populated(to - from);
    countEmptyPages(chunk, to - from);
  }

  /** Pages [from, to) were populated and are empty. */
  void depopulated(Chunk chunk, int from, int to) {
    chunk.populated.clear(from, to);
    chunk.populatedPages -= to - from;
    stats.populatedPages -= to - from;
    countEmptyPages(chunk, from - to);
  }

  boolean wantsBalance() {
    return surplusPages < 0;
  }

  /** Pages that are populated and hold no area, where they may serve atomic allocations. */
  int emptyPages() {
    return surplusPages + emptyPagesLow;
  }

  /** The fullest chunk of a slot or later that has a page to populate, or null. */
  @Nullable Chunk withUnpopulated(int slot) {
    for (Chunk chunk = lists.first(slot); chunk != null; chunk = chunk.next) {
      if (chunk.populatedPages < chunk.pages) {
        return chunk;
      }
    }
    return null;
  }
}
