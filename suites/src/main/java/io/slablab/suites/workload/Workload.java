package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.PoolStats;
import io.slablab.allocator.pool.Variant;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.spec.WorkloadSpec.ExecSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec;
import io.slablab.suites.spec.WorkloadSpec.TcSpec;
import io.slablab.suites.spec.WorkloadSpec.ThreadSpec;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * One workload under one variant on one stack, with a stream for each worker.
 *
 * <p>Open and close it with no stream entered.
 */
public final class Workload {
  private final String name;
  private final String variantId;
  private final Supplier<PoolStats> poolStats;
  private final CpuTask closing;
  private final LifeCycleStream[] streams;

  Workload(String name, String variantId, ObjectPool pool, LifeCycleStream[] streams) {
    this(name, variantId, pool::stats, pool::close, streams);
  }

  /**
   * @param closing after all lives have ended
   */
  Workload(
      String name,
      String variantId,
      Supplier<PoolStats> poolStats,
      CpuTask closing,
      LifeCycleStream[] streams) {
    this.name = name;
    this.variantId = variantId;
    this.poolStats = poolStats;
    this.closing = closing;
    this.streams = streams;
  }

  /**
   * Builds pool and streams.
   *
   * @param cpuIds the virtual CPU of each worker, all different
   * @param seed of the workers' choices
   * @throws IllegalArgumentException when the design is unknown, or a CPU is not possible or named
   *     twice
   */
  public static Workload open(
      WorkloadSpec spec, VariantSpec variant, AllocatorStack stack, int[] cpuIds, long seed) {
    Variant design =
        Variant.of(variant.design())
            .orElseThrow(() -> new IllegalArgumentException("no such design: " + variant.design()));
    checkCpus(stack.machine(), cpuIds);
    WorkloadSetup setup =
        new WorkloadSetup(stack, design, variant.id(), variant.faithful(), cpuIds, seed);
    Cpu cpu = stack.machine().enter(cpuIds[0]);
    try {
      return switch (spec) {
        case ExecSpec exec -> ExecStream.open(cpu, exec, setup);
        case TcSpec tc -> TcStream.open(cpu, tc, setup);
        case PercpuSpec percpu -> PercpuStream.open(percpu, setup);
        case ThreadSpec thread -> ThreadStream.open(cpu, thread, setup);
      };
    } finally {
      stack.machine().leave(cpu);
    }
  }

  private static void checkCpus(Machine machine, int[] cpuIds) {
    if (cpuIds.length == 0
        || Arrays.stream(cpuIds).distinct().count() != cpuIds.length
        || Arrays.stream(cpuIds).anyMatch(id -> id < 0 || id >= machine.possibleCpus())) {
      throw new IllegalArgumentException(
          "each worker needs a possible CPU of its own: cpus="
              + Arrays.toString(cpuIds)
              + " possibleCpus="
              + machine.possibleCpus());
    }
  }

  /** Number of workers. */
  public int workers() {
    return streams.length;
  }

  /** The stream of one worker, in [0, workers); always the same one. */
  public OperationStream stream(int worker) {
    return streams[worker];
  }

  /**
   * Ends all live objects as {@code cpu}, by the design's own way of giving back: what it keeps
   * then, it keeps for later. Streams may go on afterwards; they fill their live sets anew.
   */
  public void endLives(Cpu cpu) {
    for (LifeCycleStream stream : streams) {
      stream.drainInbox(cpu);
      stream.endAll(cpu);
    }
    cpu.poll();
  }

  /** Ends all live objects as {@code cpu}, then the pool; what is left in the stack is a leak. */
  public void close(Cpu cpu) {
    endLives(cpu);
    closing.run(cpu);
  }

  /** What all workers did so far; exact while no stream is entered. */
  public WorkloadStats stats() {
    return new WorkloadStats(
        name,
        variantId,
        Arrays.stream(streams).map(LifeCycleStream::stats).toList(),
        poolStats.get());
  }
}
