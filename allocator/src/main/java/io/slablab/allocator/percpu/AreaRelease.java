package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.memcg.ObjCgroup;
import org.jspecify.annotations.Nullable;

/**
 * Giving areas back: {@code pcpu_lock} alone, never the mutex, no allocation (INV-PC-8). What turns
 * out to be due, uncharging and balancing, is done after the lock is released.
 */
final class AreaRelease {
  private final SpinLock lock;
  private final ChunkTable table;
  private final ChunkBooks books;
  private final Charges charges;
  private final BalanceWork balance;
  private final FailureReport failures;

  AreaRelease(
      SpinLock lock,
      ChunkTable table,
      ChunkBooks books,
      Charges charges,
      BalanceWork balance,
      FailureReport failures) {
    this.lock = lock;
    this.table = table;
    this.books = books;
    this.charges = charges;
    this.balance = balance;
    this.failures = failures;
  }

  /** A pointer that is not 0. */
  void one(Cpu cpu, long pointer) {
    cpu.charge(Cost.PCPU_FREE);
    Chunk chunk = table.find(pointer);
    int area = chunk == null ? -1 : chunk.areaOf(pointer);
    ObjCgroup payer = null;
    boolean due = false;
    lock.lockIrqsave(cpu);
    int bits = release(cpu, chunk, area);
    if (chunk != null && bits > 0) {
      payer = chunk.charges.take(area);
      due = makesWork(chunk);
    }
    lock.unlockIrqrestore(cpu);
    settle(cpu, payer, bits, due);
    if (bits == 0) {
      failures.invalidFree(cpu, pointer);
    }
  }

  /** All in one section of the lock as long as one group at most is charged for them. */
  void many(Cpu cpu, long[] pointers, int n) {
    cpu.charge(Cost.PCPU_FREE, n);
    for (int i = 0; i < n; ) {
      i = section(cpu, pointers, i, n);
    }
  }

  /** Up to the first area of a second group. Returns where that is, or {@code n}. */
  private int section(Cpu cpu, long[] pointers, int from, int n) {
    ObjCgroup group = null;
    int charged = 0;
    boolean due = false;
    long invalid = 0;
    int i = from;
    lock.lockIrqsave(cpu);
    for (; i < n; i++) {
      Chunk chunk = table.find(pointers[i]);
      int area = chunk == null ? -1 : chunk.areaOf(pointers[i]);
      ObjCgroup payer = chunk == null || area < 0 ? null : chunk.charges.get(area);
      if (group != null && payer != null && payer != group) {
        break;
      }
      int bits = pointers[i] == 0 ? 0 : release(cpu, chunk, area);
      if (chunk == null || bits == 0) {
        invalid = pointers[i] == 0 ? invalid : pointers[i];
        continue;
      }
      if (payer != null) {
        chunk.charges.take(area);
        group = payer;
        charged += bits;
      }
      due |= makesWork(chunk);
    }
    lock.unlockIrqrestore(cpu);
    settle(cpu, group, charged, due);
    if (invalid != 0) {
      failures.invalidFree(cpu, invalid);
    }
    return i;
  }

  /** Returns the bits of the area; 0, counted, when none starts there. Under the lock. */
  private int release(Cpu cpu, @Nullable Chunk chunk, int area) {
    int bits = chunk == null ? 0 : books.release(cpu, chunk, area);
    if (bits == 0) {
      books.stats.invalidFrees++;
    }
    return bits;
  }

  /**
   * Whether balancing has something to do now: a spare chunk, or one with many empty pages, which
   * is isolated. Under the lock.
   */
  private boolean makesWork(Chunk chunk) {
    if (!chunk.isolated && !chunk.immutable && chunk.wholeFree()) {
      return books.hasOtherFreeChunk(chunk);
    }
    if (books.shouldReclaim(chunk)) {
      books.isolate(chunk);
      return true;
    }
    return false;
  }

  /** What is due after the lock is released. */
  private void settle(Cpu cpu, @Nullable ObjCgroup payer, int bits, boolean balancing) {
    if (payer != null) {
      payer.uncharge(cpu, charges.fullBytes(bits));
    }
    if (balancing) {
      balance.schedule(cpu);
    }
  }
}
