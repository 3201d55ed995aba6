package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Work;
import io.slablab.allocator.page.Gfp;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one spare chunk and a few empty pages, and takes empty pages from chunks that have many.
 *
 * <p>Runs as queued work with no lock held: the mutex throughout, {@code pcpu_lock} around all
 * bookkeeping but never while pages come or go. Every private method is entered and left with both
 * held.
 */
final class BalanceWork {
  /** Must not start I/O: reclaim for it may wait for what waits for this work. */
  private static final int GFP = Gfp.GFP_NOIO | Gfp.NORETRY | Gfp.NOWARN;

  private final Mutex mutex;
  private final SpinLock lock;
  private final ChunkTable table;
  private final ChunkBooks books;
  private final Population population;
  private final Work work = new Work("pcpu_balance_work", this::run);

  /** Volatile: set by who builds the machine's boot, read by every CPU. */
  private volatile boolean asyncEnabled = true;

  BalanceWork(
      Mutex mutex, SpinLock lock, ChunkTable table, ChunkBooks books, Population population) {
    this.mutex = mutex;
    this.lock = lock;
    this.table = table;
    this.books = books;
    this.population = population;
  }

  void setAsyncEnabled(boolean enabled) {
    asyncEnabled = enabled;
  }

  /** With no lock of percpu held. */
  void schedule(Cpu cpu) {
    if (asyncEnabled) {
      cpu.queue(work);
    }
  }

  private void run(Cpu cpu) {
    cpu.charge(Cost.PCPU_BALANCE);
    mutex.lock(cpu);
    lock.lockIrqsave(cpu);
    freeSpareChunks(cpu, false);
    reclaimPopulated(cpu);
    balancePopulated(cpu);
    freeSpareChunks(cpu, true);
    lock.unlockIrqrestore(cpu);
    mutex.unlock(cpu);
  }

  // ---- wholly free chunks ----

  /**
   * Destroys all wholly free chunks but the first.
   *
   * @param emptyOnly only those without populated pages
   */
  private void freeSpareChunks(Cpu cpu, boolean emptyOnly) {
    Chunk doomed = takeSpareChunks(emptyOnly);
    while (doomed != null) {
      Chunk next = doomed.next;
      depopulateAll(cpu, doomed);
      books.destroyed();
      lock.unlockIrqrestore(cpu);
      table.destroy(cpu, doomed);
      lock.lockIrqsave(cpu);
      doomed = next;
    }
  }

  private @Nullable Chunk takeSpareChunks(boolean emptyOnly) {
    Chunk doomed = null;
    Chunk spared = books.lists.first(books.lists.slots.free);
    for (Chunk chunk = spared == null ? null : spared.next; chunk != null; ) {
      Chunk next = chunk.next;
      if (!chunk.immutable && (!emptyOnly || chunk.emptyPopulatedPages == 0)) {
        books.lists.remove(chunk);
        chunk.next = doomed;
        doomed = chunk;
      }
      chunk = next;
    }
    return doomed;
  }

  private void depopulateAll(Cpu cpu, Chunk chunk) {
    int from = chunk.populated.nextSet(0, chunk.pages);
    while (from < chunk.pages) {
      int to = chunk.populated.nextClear(from, chunk.pages);
      depopulate(cpu, chunk, from, to);
      from = chunk.populated.nextSet(to, chunk.pages);
    }
  }

  private void depopulate(Cpu cpu, Chunk chunk, int from, int to) {
    lock.unlockIrqrestore(cpu);
    population.depopulate(cpu, chunk, from, to);
    lock.lockIrqsave(cpu);
    books.depopulated(chunk, from, to);
  }

  // ---- chunks with many empty pages ----

  private void reclaimPopulated(Cpu cpu) {
    int toDepopulate = books.lists.slots.toDepopulate;
    for (Chunk chunk = books.lists.first(toDepopulate);
        chunk != null;
        chunk = books.lists.first(toDepopulate)) {
      int before = chunk.populatedPages;
      boolean wanted = reclaim(cpu, chunk);
      if (chunk.populatedPages < before) {
        lock.unlockIrqrestore(cpu);
        population.flushTlb(cpu);
        lock.lockIrqsave(cpu);
      }
      if (wanted || chunk.wholeFree()) {
        books.reintegrate(chunk);
      } else {
        books.sideline(chunk);
      }
    }
  }

  /**
   * Takes the longest runs of empty pages from the end on, while enough are left elsewhere.
   *
   * @return true when the chunk's empty pages are wanted after all
   */
  private boolean reclaim(Cpu cpu, Chunk chunk) {
    int end = chunk.pages;
    while (chunk.emptyPopulatedPages > 0) {
      if (books.emptyPages() < books.emptyPagesHigh) {
        return true;
      }
      end = lastEmpty(chunk, end) + 1;
      int from = end;
      while (from > 0 && empty(chunk, from - 1)) {
        from--;
      }
      if (from == end) {
        return false; // what is empty now lies behind us
      }
      depopulate(cpu, chunk, from, end);
      end = from;
    }
    return false;
  }

  /** The last empty populated page below {@code end}, or -1. */
  private static int lastEmpty(Chunk chunk, int end) {
    int page = end - 1;
    while (page >= 0 && !empty(chunk, page)) {
      page--;
    }
    return page;
  }

  private static boolean empty(Chunk chunk, int page) {
    return chunk.map.pageEmpty(page) && chunk.populated.get(page);
  }

  // ---- a few empty pages ----

  private void balancePopulated(Cpu cpu) {
    while (populateSpares(cpu) > 0) {
      lock.unlockIrqrestore(cpu);
      Chunk fresh = table.create(cpu, GFP);
      lock.lockIrqsave(cpu);
      if (fresh == null) {
        return;
      }
      books.add(fresh);
    }
  }

  /** Returns how many more pages are wanted than there was room for; 0 after a failure. */
  private int populateSpares(Cpu cpu) {
    int high = books.emptyPagesHigh;
    int wanted = books.atomicAllocFailed ? high : Math.clamp(high - books.emptyPages(), 0, high);
    books.atomicAllocFailed = false;
    Slots slots = books.lists.slots;
    for (int slot = slots.of(AreaMap.BLOCK_BITS * AreaMap.BYTES_PER_BIT);
        wanted > 0 && slot <= slots.free;
        slot++) {
      Chunk chunk = books.withUnpopulated(slot);
      if (chunk != null) {
        wanted = populateSome(cpu, chunk, wanted);
      }
    }
    return wanted;
  }

  private int populateSome(Cpu cpu, Chunk chunk, int pages) {
    int wanted = pages;
    int from = chunk.populated.nextClear(0, chunk.pages);
    while (wanted > 0 && from < chunk.pages) {
      int to = Math.min(chunk.populated.nextSet(from, chunk.pages), from + wanted);
      lock.unlockIrqrestore(cpu);
      boolean backed = population.populate(cpu, chunk, from, to, GFP);
      lock.lockIrqsave(cpu);
      if (!backed) {
        return 0;
      }
      books.populated(chunk, from, to);
      wanted -= to - from;
      from = chunk.populated.nextClear(to, chunk.pages);
    }
    return wanted;
  }
}
