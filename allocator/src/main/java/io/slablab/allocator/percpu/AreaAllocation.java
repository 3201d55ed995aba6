package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.page.Gfp;
import org.jspecify.annotations.Nullable;

/**
 * Finding areas, and backing their pages: what happens under the locks of an allocation.
 *
 * <pre>
 *   blocking: mutex [ pcpu_lock [ search ] (create chunk)* (populate, pcpu_lock [ note ])* ]
 *   atomic:           pcpu_lock [ search of populated pages ]
 * </pre>
 */
final class AreaAllocation {
  private final Mutex mutex;
  private final SpinLock lock;
  private final ChunkTable table;
  private final ChunkBooks books;
  private final Population population;
  private final BalanceWork balance;
  private final FailureReport failures;

  AreaAllocation(
      Mutex mutex,
      SpinLock lock,
      ChunkTable table,
      ChunkBooks books,
      Population population,
      BalanceWork balance,
      FailureReport failures) {
    this.mutex = mutex;
    this.lock = lock;
    this.table = table;
    this.books = books;
    this.population = population;
    this.balance = balance;
    this.failures = failures;
  }

  /** One area, not zeroed, or 0. */
  long one(Cpu cpu, int bits, int align, boolean reserved, int gfp) {
    Chunk only = reserved ? table.reserved : null;
    if (!Gfp.blocking(gfp)) {
      return oneAtomic(cpu, bits, align, only, gfp);
    }
    if (!lockMutex(cpu, gfp)) {
      return failures.quiet(cpu);
    }
    long pointer = oneUnderMutex(cpu, bits, align, only, gfp);
    mutex.unlock(cpu);
    return pointer;
  }

  /** Returns false when the task was told to die and may give up. */
  private boolean lockMutex(Cpu cpu, int gfp) {
    if ((gfp & Gfp.NOFAIL) != 0) {
      mutex.lock(cpu);
    } else if (!mutex.lockKillable(cpu)) {
      return false;
    }
    cpu.mightAlloc(gfp); // pages, under the mutex: told even when there are enough
    return true;
  }

  private long oneUnderMutex(Cpu cpu, int bits, int align, @Nullable Chunk only, int gfp) {
    lock.lockIrqsave(cpu);
    long pointer =
        only == null
            ? findOrCreate(cpu, bits, align, gfp)
            : books.findIn(cpu, only, bits, align, false);
    boolean wantsBalance = books.wantsBalance();
    lock.unlockIrqrestore(cpu);
    if (pointer == 0) {
      return failures.noRoom(cpu, only == null ? "no chunk" : "reserved chunk", bits, align, gfp);
    }
    if (wantsBalance) {
      balance.schedule(cpu);
    }
    boolean backed = populate(cpu, pointer, bits, gfp);
    return backed ? pointer : failures.noRoom(cpu, "no pages", bits, align, gfp);
  }

  /** Under the mutex and {@code pcpu_lock}, which is released while a chunk is created. */
  private long findOrCreate(Cpu cpu, int bits, int align, int gfp) {
    long pointer = books.find(cpu, bits, align, false);
    while (pointer == 0) {
      if (books.lists.first(books.lists.slots.free) != null) {
        return 0; // even a whole free chunk did not do: defensive, sizes are checked before
      }
      lock.unlockIrqrestore(cpu);
      Chunk fresh = table.create(cpu, gfp);
      lock.lockIrqsave(cpu);
      if (fresh == null) {
        return 0;
      }
      books.add(fresh);
      pointer = books.find(cpu, bits, align, false);
    }
    return pointer;
  }

  private long oneAtomic(Cpu cpu, int bits, int align, @Nullable Chunk only, int gfp) {
    lock.lockIrqsave(cpu);
    long pointer =
        only == null
            ? books.find(cpu, bits, align, true)
            : books.findIn(cpu, only, bits, align, true);
    boolean wantsBalance = noteAtomic(pointer == 0);
    lock.unlockIrqrestore(cpu);
    if (wantsBalance) {
      balance.schedule(cpu);
    }
    return pointer != 0 ? pointer : failures.noRoom(cpu, "no populated page", bits, align, gfp);
  }

  /** A failure makes balancing populate pages whatever there is. */
  private boolean noteAtomic(boolean failed) {
    if (failed) {
      books.atomicAllocFailed = true;
    }
    return failed || books.wantsBalance();
  }

  /** Backs the pages of a fresh area; on failure the area is free again. */
  private boolean populate(Cpu cpu, long pointer, int bits, int gfp) {
    Chunk chunk = table.of(pointer);
    int area = chunk.areaOf(pointer);
    int end = (area + bits + AreaMap.BLOCK_BITS - 1) / AreaMap.BLOCK_BITS;
    int from = chunk.populated.nextClear(area / AreaMap.BLOCK_BITS, end);
    while (from < end) {
      int to = chunk.populated.nextSet(from, end);
      boolean backed = population.populate(cpu, chunk, from, to, gfp);
      lock.lockIrqsave(cpu);
      if (backed) {
        books.populated(chunk, from, to);
      } else {
        books.release(cpu, chunk, area);
      }
      lock.unlockIrqrestore(cpu);
      if (!backed) {
        return false;
      }
      from = chunk.populated.nextClear(to, end);
    }
    return true;
  }

  // ---- many ----

  /** Up to {@code n} areas, not zeroed. Returns how many. */
  int many(Cpu cpu, int bits, int align, int gfp, int n, long[] out) {
    if (n == 0) {
      return 0;
    }
    if (!Gfp.blocking(gfp)) {
      return manyAtomic(cpu, bits, align, gfp, n, out);
    }
    if (!lockMutex(cpu, gfp)) {
      return (int) failures.quiet(cpu);
    }
    int found = findMany(cpu, bits, align, gfp, n, out);
    int got = 0;
    while (got < found && populate(cpu, out[got], bits, gfp)) {
      got++;
    }
    if (got < found) {
      release(cpu, out, got + 1, found); // the one that failed is free already
    }
    mutex.unlock(cpu);
    if (got < n) {
      failures.noRoom(cpu, got < found ? "no pages" : "no chunk", bits, align, gfp);
    }
    return got;
  }

  private int findMany(Cpu cpu, int bits, int align, int gfp, int n, long[] out) {
    int found = 0;
    lock.lockIrqsave(cpu);
    while (found < n && (out[found] = findOrCreate(cpu, bits, align, gfp)) != 0) {
      found++;
    }
    boolean wantsBalance = books.wantsBalance();
    lock.unlockIrqrestore(cpu);
    if (wantsBalance) {
      balance.schedule(cpu);
    }
    return found;
  }

  private void release(Cpu cpu, long[] pointers, int from, int to) {
    lock.lockIrqsave(cpu);
    for (int i = from; i < to; i++) {
      Chunk chunk = table.of(pointers[i]);
      books.release(cpu, chunk, chunk.areaOf(pointers[i]));
    }
    lock.unlockIrqrestore(cpu);
  }

  private int manyAtomic(Cpu cpu, int bits, int align, int gfp, int n, long[] out) {
    int found = 0;
    lock.lockIrqsave(cpu);
    while (found < n && (out[found] = books.find(cpu, bits, align, true)) != 0) {
      found++;
    }
    boolean wantsBalance = noteAtomic(found < n);
    lock.unlockIrqrestore(cpu);
    if (wantsBalance) {
      balance.schedule(cpu);
    }
    if (found < n) {
      failures.noRoom(cpu, "no populated page", bits, align, gfp);
    }
    return found;
  }
}
