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
    ObjCgroup group = null;
    boolean due = false;
    lock.lockIrqsave(cpu);
    int bits = release(cpu, chunk, area);
    if (chunk != null && bits > 0) {
      group = chunk.charges.take(area);
      due = makesWork(chunk);
    }
    lock.unlockIrqrestore(cpu);
    if (group != null) {
      group.uncharge(cpu, charges.fullBytes(bits));
    }
    if (due) {
      balance.schedule(cpu);
    }
    if (bits == 0) {
      failures.invalidFree(cpu, pointer);
    }
  }

  private int release(Cpu cpu, @Nullable Chunk chunk, int area) {
    int bits = chunk == null ? 0 : books.release(cpu, chunk, area);
    if (bits == 0) {
      books.stats.invalidFrees++;
    }
    return bits;
  }

  /** Whether balancing has something to do now: a spare chunk or a chunk with many empty pages. */
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

  /** The lock is released early only to uncharge one group before the next. */
  void many(Cpu cpu, long[] pointers, int n) {
    cpu.charge(Cost.PCPU_FREE, n);
    ObjCgroup group = null;
    long charged = 0;
    boolean due = false;
    long invalid = 0;
    lock.lockIrqsave(cpu);
    for (int i = 0; i < n; i++) {
      long pointer = pointers[i];
      Chunk chunk = table.find(pointer);
      int area = chunk == null ? -1 : chunk.areaOf(pointer);
      int bits = pointer == 0 ? 0 : release(cpu, chunk, area);
      if (chunk == null || bits == 0) {
        invalid = pointer == 0 ? invalid : pointer;
        continue;
      }
      due |= makesWork(chunk);
      ObjCgroup payer = chunk.charges.take(area);
      if (payer != null) {
        if (group != null && payer != group) {
          lock.unlockIrqrestore(cpu);
          group.uncharge(cpu, charged);
          charged = 0;
          lock.lockIrqsave(cpu);
        }
        group = payer;
        charged += charges.fullBytes(bits);
      }
    }
    lock.unlockIrqrestore(cpu);
    if (group != null) {
      group.uncharge(cpu, charged);
    }
    if (due) {
      balance.schedule(cpu);
    }
    if (invalid != 0) {
      failures.invalidFree(cpu, invalid);
    }
  }
}
