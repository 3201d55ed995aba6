package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.SpinLock;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's debugfs file percpu_stats: its names, sections and widths, so that one parser reads
 * both.
 *
 * <p>The lock is taken once to learn how much room is needed, and once to fill it: nothing is
 * allocated or sorted under it.
 */
final class PercpuStatsText {
  private static final String RULE = "-".repeat(40) + "\n";

  private final PercpuConfig config;
  private final UnitGeometry geometry;
  private final ChunkTable table;
  private final ChunkBooks books;
  private final StringBuilder text = new StringBuilder();

  // Under pcpu_lock, for after it.
  private long nrAlloc;
  private long nrDealloc;
  private long nrMaxAlloc;
  private int nrChunks;
  private int nrMaxChunks;
  private int minAllocSize;
  private int maxAllocSize;
  private int emptyPages;

  PercpuStatsText(PercpuConfig config, UnitGeometry geometry, ChunkTable table, ChunkBooks books) {
    this.config = config;
    this.geometry = geometry;
    this.table = table;
    this.books = books;
  }

  String read(Cpu cpu, SpinLock lock) {
    ChunkFigures[] figures = new ChunkFigures[0];
    int filled = -1;
    while (filled < 0) {
      lock.lockIrqsave(cpu);
      int chunks = chunksToShow();
      int areas = mostAreas();
      lock.unlockIrqrestore(cpu);
      figures = new ChunkFigures[chunks];
      for (int i = 0; i < chunks; i++) {
        figures[i] = new ChunkFigures(areas);
      }
      lock.lockIrqsave(cpu);
      filled = fill(figures);
      lock.unlockIrqrestore(cpu);
    }
    allocationInfo();
    globalStats();
    text.append("Per Chunk Stats:\n").append(RULE);
    for (int i = 0; i < filled; i++) {
      figures[i].finish();
      chunkStats(figures[i]);
    }
    return text.toString();
  }

  private int chunksToShow() {
    return books.stats.nrChunks + (table.reserved == null ? 0 : 1);
  }

  private int mostAreas() {
    int most = table.reserved == null ? 0 : table.reserved.areas;
    for (int slot = 0; slot < books.lists.slots.count; slot++) {
      for (Chunk chunk = books.lists.first(slot); chunk != null; chunk = chunk.next) {
        most = Math.max(most, chunk.areas);
      }
    }
    return most;
  }

  /** Returns how many were filled, or -1 when the room does not do any more. */
  private int fill(ChunkFigures[] figures) {
    StatCounters stats = books.stats;
    nrAlloc = stats.nrAlloc;
    nrDealloc = stats.nrDealloc;
    nrMaxAlloc = stats.nrMaxAlloc;
    nrChunks = stats.nrChunks;
    nrMaxChunks = stats.nrMaxChunks;
    minAllocSize = stats.minAllocSize;
    maxAllocSize = stats.maxAllocSize;
    emptyPages = books.emptyPages();
    int filled = fill(figures, 0, table.reserved);
    for (int slot = 0; slot < books.lists.slots.count; slot++) {
      for (Chunk chunk = books.lists.first(slot); chunk != null; chunk = chunk.next) {
        filled = fill(figures, filled, chunk);
      }
    }
    return filled;
  }

  private int fill(ChunkFigures[] figures, int filled, @Nullable Chunk chunk) {
    if (chunk == null || filled < 0) {
      return filled;
    }
    boolean room = filled < figures.length && figures[filled].fill(chunk, chunk == table.first);
    return room ? filled + 1 : -1;
  }

  private void allocationInfo() {
    text.append("Percpu Memory Statistics\nAllocation Info:\n").append(RULE);
    line("unit_size", geometry.unitBytes());
    line("static_size", config.staticBytes());
    line("reserved_size", config.reservedBytes());
    line("dyn_size", config.firstChunkBytes());
    line("atom_size", config.atomBytes());
    line("alloc_size", (long) geometry.unitBytes() * geometry.unitsPerAlloc());
    text.append('\n');
  }

  private void globalStats() {
    text.append("Global Stats:\n").append(RULE);
    line("nr_alloc", nrAlloc);
    line("nr_dealloc", nrDealloc);
    line("nr_cur_alloc", nrAlloc - nrDealloc);
    line("nr_max_alloc", nrMaxAlloc);
    line("nr_chunks", nrChunks);
    line("nr_max_chunks", nrMaxChunks);
    line("min_alloc_size", nrAlloc == 0 ? geometry.unitBytes() : minAllocSize);
    line("max_alloc_size", maxAllocSize);
    line("empty_pop_pages", emptyPages);
    text.append('\n');
  }

  private void chunkStats(ChunkFigures chunk) {
    text.append(heading(chunk)).append('\n');
    line("nr_alloc", chunk.areas);
    line("max_alloc_size", chunk.maxAreaBytes);
    line("empty_pop_pages", chunk.emptyPages);
    line("first_bit", chunk.firstBit);
    line("free_bytes", chunk.freeBytes);
    line("contig_bytes", chunk.contigBytes);
    line("sum_frag", chunk.gapBytes);
    line("max_frag", chunk.largestGap);
    line("cur_min_alloc", chunk.smallestArea);
    line("cur_med_alloc", chunk.medianArea);
    line("cur_max_alloc", chunk.largestArea);
    text.append('\n');
  }

  private String heading(ChunkFigures chunk) {
    Slots slots = books.lists.slots;
    if (chunk.reserved) {
      return "Chunk: <- Reserved Chunk";
    }
    if (chunk.first) {
      return "Chunk: <- First Chunk";
    }
    if (chunk.slot == slots.toDepopulate) {
      return "Chunk (to_depopulate)";
    }
    return chunk.slot == slots.sidelined ? "Chunk (sidelined):" : "Chunk:";
  }

  private void line(String name, long value) {
    text.append("  ").append(name).repeat(' ', Math.max(0, 20 - name.length())).append(": ");
    String digits = Long.toString(value);
    text.repeat(' ', Math.max(0, 12 - digits.length())).append(digits).append('\n');
  }
}
