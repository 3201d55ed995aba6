package io.slablab.allocator.counter;

import io.slablab.allocator.machine.Cpu;

/**
 * Adding within a limit, in three stages: to the CPU's piece where the limit is out of reach; under
 * the lock where the piece would get too large, or the limit is surely passed; with the exact sum
 * only where the folded part is too close to tell.
 *
 * <p>A CPU that adds to its piece alone does so first, then looks at the count again; one under the
 * lock puts its amount into the count first, then looks at the pieces. With a fence between, one of
 * two that do so at once sees the other. (The kernel looks first and then adds, so that two CPUs
 * may pass a limit together.) Who sees an attempt that is taken back may be refused for it.
 */
final class LimitedAdd {
  private final PercpuCounters counters;

  LimitedAdd(PercpuCounters counters) {
    this.counters = counters;
  }

  boolean add(Cpu cpu, long fbc, long limit, long amount) {
    long piece = counters.piece(fbc, cpu.id());
    int local = counters.pieces().getInt(piece);
    if (Math.abs(local + amount) < counters.batch() && isFar(cpu, fbc, limit, amount)) {
      counters.pieces().putIntOpaque(piece, (int) (local + amount));
      cpu.fence();
      if (isFar(cpu, fbc, limit, amount)) {
        return true;
      }
      counters.pieces().putIntOpaque(piece, local);
    }
    return addLocked(cpu, fbc, limit, amount);
  }

  /** Whether the limit is out of reach even if all pieces are as large as they get. */
  private boolean isFar(Cpu cpu, long fbc, long limit, long amount) {
    long count = counters.read(cpu, fbc);
    return amount > 0 ? count + counters.unknown() <= limit : count - counters.unknown() >= limit;
  }

  private boolean addLocked(Cpu cpu, long fbc, long limit, long amount) {
    counters.lock(cpu, fbc);
    long count = counters.objects().getLong(fbc + PercpuCounters.COUNT);
    boolean added = !isPassed(count + amount, limit, amount) && addToCount(cpu, fbc, limit, amount);
    counters.unlock(cpu, fbc);
    return added;
  }

  /** Whether a count is beyond the limit even if all pieces are as large as they get. */
  private boolean isPassed(long count, long limit, long amount) {
    return amount > 0 ? count - counters.unknown() > limit : count + counters.unknown() < limit;
  }

  /** Lock held. */
  private boolean addToCount(Cpu cpu, long fbc, long limit, long amount) {
    long at = fbc + PercpuCounters.COUNT;
    long count = counters.objects().getLong(at);
    counters.objects().putLongOpaque(at, count + amount);
    if (isFar(cpu, fbc, limit, amount)) {
      return true; // by the new count: pieces below the batch cannot pass the limit
    }
    cpu.fence();
    long sum = count + amount + counters.sumOfPieces(cpu, fbc);
    boolean added = amount > 0 ? sum <= limit : sum >= limit;
    if (!added) {
      counters.objects().putLongOpaque(at, count);
    }
    return added;
  }
}
