package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import org.jspecify.annotations.Nullable;

/**
 * Whole sheaves on their way between a CPU, the barn of its node and the slabs: what happens when a
 * CPU's main sheaf is empty or full.
 *
 * <p>A refill may sleep, and other work of the CPU may use its sheaves meanwhile: they are read
 * again afterwards.
 */
final class SheafExchange {
  private static final int FLUSH_BATCH = 32;

  private final KmemCache cache;
  private final NodeBarn[] barns;
  private final SheafRefill refill;
  private final int capacity;

  /** Each entry by its CPU alone. */
  private final long[][] flushing;

  SheafExchange(KmemCache cache, NodeBarn[] barns, SheafRefill refill, int capacity) {
    this.cache = cache;
    this.barns = barns;
    this.refill = refill;
    this.capacity = capacity;
    this.flushing = new long[cache.cpus.length][FLUSH_BATCH];
  }

  /** Objects in a sheaf; 0 where sheaves have no room. */
  int capacity() {
    return capacity;
  }

  NodeBarn barn(int node) {
    return barns[node];
  }

  // ---- a main sheaf is empty ----

  /** Spare, barn, slabs: the first that has something. The main sheaf may still be empty after. */
  Sheaf replaceEmptyMain(Cpu cpu, CpuSheaves mine, int gfp) {
    Sheaf empty = mine.main;
    Sheaf spare = mine.spare;
    if (spare != null && !spare.isEmpty()) {
      mine.spare = empty;
      mine.main = spare;
      return spare;
    }
    Sheaf full = barns[cpu.node()].replaceEmpty(cpu, empty);
    if (full != null) {
      cache.count(cpu, Stat.BARN_GET);
      mine.main = full;
      return full;
    }
    cache.count(cpu, Stat.BARN_GET_FAIL);
    return refillMain(cpu, mine, gfp);
  }

  /**
   * The refill works on a sheaf that is nobody else's, since it may sleep. It leaves the reserve
   * alone: who comes next may not be entitled to what is in the sheaf.
   */
  private Sheaf refillMain(Cpu cpu, CpuSheaves mine, int gfp) {
    Sheaf fresh = takeEmpty(cpu, mine);
    refill.refill(cpu, fresh, gfp | Gfp.NOMEMALLOC);
    Sheaf main = mine.main;
    if (!main.isEmpty()) { // other work of this CPU was here
      keep(cpu, mine, fresh);
      return main;
    }
    mine.main = fresh;
    keep(cpu, mine, main);
    return fresh;
  }

  Sheaf takeEmpty(Cpu cpu, CpuSheaves mine) {
    Sheaf spare = mine.spare;
    if (spare != null && spare.isEmpty()) {
      mine.spare = null;
      return spare;
    }
    Sheaf empty = barns[cpu.node()].getEmpty(cpu);
    return empty != null ? empty : newSheaf(cpu);
  }

  /** A sheaf that this CPU does not need now: as spare, else to the barn, else to the slabs. */
  private void keep(Cpu cpu, CpuSheaves mine, Sheaf sheaf) {
    if (mine.spare == null) {
      mine.spare = sheaf;
    } else if (sheaf.isFull() && barns[cpu.node()].putFull(cpu, sheaf)) {
      cache.count(cpu, Stat.BARN_PUT);
    } else {
      flush(cpu, sheaf);
      putEmpty(cpu, barns[cpu.node()], sheaf);
    }
  }

  private Sheaf newSheaf(Cpu cpu) {
    cache.count(cpu, Stat.SHEAF_ALLOC);
    return new Sheaf(capacity);
  }

  private void putEmpty(Cpu cpu, NodeBarn barn, Sheaf empty) {
    if (!barn.putEmpty(cpu, empty)) {
      cache.count(cpu, Stat.SHEAF_FREE); // garbage from here on
    }
  }

  // ---- a main sheaf is full ----

  /** Never sleeps. The sheaf returned has room. */
  Sheaf replaceFullMain(Cpu cpu, CpuSheaves mine) {
    Sheaf full = mine.main;
    Sheaf spare = mine.spare;
    if (spare == null) {
      Sheaf empty = barns[cpu.node()].getEmpty(cpu);
      mine.spare = full;
      mine.main = empty != null ? empty : newSheaf(cpu);
    } else if (!spare.isFull()) {
      mine.spare = full;
      mine.main = spare;
    } else {
      exchangeFull(cpu, mine, full, spare);
    }
    return mine.main;
  }

  /** Both are full: one goes to the barn, or its objects to their slabs. */
  private void exchangeFull(Cpu cpu, CpuSheaves mine, Sheaf full, Sheaf spare) {
    NodeBarn barn = barns[cpu.node()];
    Sheaf empty = barn.replaceFull(cpu, full);
    if (empty != null) {
      cache.count(cpu, Stat.BARN_PUT);
      mine.main = empty;
    } else if (barn.putFull(cpu, full)) {
      cache.count(cpu, Stat.BARN_PUT);
      mine.main = newSheaf(cpu);
    } else {
      cache.count(cpu, Stat.BARN_PUT_FAIL);
      flush(cpu, spare);
      mine.spare = full;
      mine.main = spare;
    }
  }

  // ---- flushing ----

  /** All objects of a sheaf to their slabs, in batches. */
  void flush(Cpu cpu, @Nullable Sheaf sheaf) {
    if (sheaf == null || sheaf.isEmpty()) {
      return;
    }
    cache.count(cpu, Stat.SHEAF_FLUSH);
    long[] batch = flushing[cpu.id()];
    while (!sheaf.isEmpty()) {
      int n = 0;
      while (n < FLUSH_BATCH && !sheaf.isEmpty()) {
        batch[n++] = sheaf.pop();
      }
      BulkFree.free(cache, cpu, n, batch); // hooks saw them when the user freed them
    }
  }

  /** Everything the barns have, to the slabs. */
  void flushBarns(Cpu cpu) {
    for (NodeBarn barn : barns) {
      for (Sheaf full = barn.takeFull(cpu); full != null; full = barn.takeFull(cpu)) {
        flush(cpu, full);
        putEmpty(cpu, barn, full);
      }
    }
  }

  /** Objects in the barns; at rest. */
  long objects() {
    long objects = 0;
    for (NodeBarn barn : barns) {
      objects += barn.objects();
    }
    return objects;
  }
}
