package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/**
 * A few event counts per CPU, each CPU's apart from the others' by two cache lines. Plain stores by
 * the CPU; sums are exact at rest.
 */
public final class CpuCounts {
  private static final int GAP = 16;

  private final long[] counts;
  private final int cpus;
  private final int stride;

  /**
   * @param kinds how many events are counted; they are named by index
   */
  public CpuCounts(int cpus, int kinds) {
    this.cpus = cpus;
    this.stride = kinds + GAP;
    this.counts = new long[GAP + cpus * stride];
  }

  public void add(Cpu cpu, int kind, long delta) {
    counts[GAP + cpu.id() * stride + kind] += delta;
  }

  public long sum(int kind) {
    long sum = 0;
    for (int cpu = 0; cpu < cpus; cpu++) {
      sum += counts[GAP + cpu * stride + kind];
    }
    return sum;
  }
}
