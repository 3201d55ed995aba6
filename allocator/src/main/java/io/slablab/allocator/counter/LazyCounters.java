package io.slablab.allocator.counter;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;

/**
 * Counters of an object that one CPU uses: two plain numbers in the struct of a percpu_counter, one
 * of its owner and one of everybody else. They become percpu_counters when a second thread comes.
 *
 * <p>Value = local + remote. The owner alone writes local; others add to remote by
 * compare-exchange.
 */
public final class LazyCounters {
  private static final int REMOTE = 0;
  private static final int LOCAL = 8;
  private static final int OWNER = 16;
  private static final int BYTES = PercpuCounters.BYTES;

  /** Longs between what two CPUs save; the most counters of an object. */
  private static final int SAVED_STRIDE = 16;

  private final Memory objects;
  private final PercpuCounters counters;

  /** Values while they are promoted; each part by its CPU alone. */
  private final long[] saved;

  public LazyCounters(Memory objects, PercpuCounters counters) {
    this.objects = objects;
    this.counters = counters;
    this.saved = new long[(counters.possibleCpus() + 2) * SAVED_STRIDE];
  }

  /** Sets n consecutive counters to zero, owned by this CPU. Takes no lock and cannot fail. */
  public void initMany(Cpu cpu, long fbc, int n) {
    cpu.charge(Cost.COUNTER_INIT, n);
    for (int i = 0; i < n; i++) {
      long at = fbc + (long) i * BYTES;
      objects.putInt(at + REMOTE, 0);
      objects.putLong(at + LOCAL, 0);
      objects.putInt(at + OWNER, cpu.id());
      objects.putLong(at + PercpuCounters.COUNTERS, 0);
    }
  }

  public boolean promoted(long fbc) {
    return objects.getLong(fbc + PercpuCounters.COUNTERS) != 0;
  }

  /** Any CPU; amounts of others than the owner stay within an int. */
  public void add(Cpu cpu, long fbc, long amount) {
    if (promoted(fbc)) {
      counters.add(cpu, fbc, amount);
      return;
    }
    cpu.charge(Cost.COUNTER_ADD);
    if (objects.getInt(fbc + OWNER) == cpu.id()) {
      objects.putLongOpaque(fbc + LOCAL, objects.getLong(fbc + LOCAL) + amount);
    } else {
      addRemote(fbc + REMOTE, Math.toIntExact(amount));
    }
  }

  private void addRemote(long at, int amount) {
    int seen = objects.getIntOpaque(at);
    while (!objects.compareAndSetInt(at, seen, seen + amount)) {
      seen = objects.getIntOpaque(at);
    }
  }

  /** Exact when nobody adds; only while not promoted. */
  public long sum(long fbc) {
    return objects.getLongOpaque(fbc + LOCAL) + objects.getIntOpaque(fbc + REMOTE);
  }

  /**
   * Makes percpu_counters of n counters that nobody else uses meanwhile; they keep their values.
   *
   * @param n at most 16
   * @return 0, or -ENOMEM with the counters as they were
   */
  public int promote(Cpu cpu, long fbc, int gfp, int n) {
    if (promoted(fbc)) {
      return 0;
    }
    int mine = (cpu.id() + 1) * SAVED_STRIDE;
    for (int i = 0; i < n; i++) {
      saved[mine + i] = sum(fbc + (long) i * BYTES);
    }
    int error = counters.initMany(cpu, fbc, 0, gfp, n);
    for (int i = 0; i < n; i++) {
      long at = fbc + (long) i * BYTES;
      if (error == 0) {
        counters.set(cpu, at, saved[mine + i]);
      } else {
        objects.putLong(at + PercpuCounters.COUNTERS, 0);
      }
    }
    return error;
  }
}
