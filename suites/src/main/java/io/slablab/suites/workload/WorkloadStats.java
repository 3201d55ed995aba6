package io.slablab.suites.workload;

import io.slablab.allocator.pool.PoolStats;
import java.util.List;

/**
 * What a workload did since it was opened.
 *
 * @param workload name
 * @param variant name in tables
 * @param workers one entry per worker
 * @param pool the pool's own counts; of per-CPU areas where they are the objects
 */
public record WorkloadStats(
    String workload, String variant, List<WorkerStats> workers, PoolStats pool) {

  /**
   * @param cpu virtual CPU
   * @param operations life cycles completed
   * @param remoteFrees objects handed to the next worker
   * @param ringFull objects meant for the next worker but ended here, as the ring was full
   * @param failures operations that found no memory, or none without waiting
   */
  public record WorkerStats(
      int cpu, long operations, long remoteFrees, long ringFull, long failures) {}
}
