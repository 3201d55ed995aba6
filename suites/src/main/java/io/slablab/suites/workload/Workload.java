package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cpu;

/**
 * One workload under one variant on one stack, with a stream for each worker.
 *
 * <p>Open and close it with no stream entered.
 */
public abstract class Workload {

  /** The stream of one worker, in [0, workers); always the same one. */
  public abstract OperationStream stream(int worker);

  /** Ends all live objects as {@code cpu}, then the pool; what is left in the stack is a leak. */
  public abstract void close(Cpu cpu);

  /** What all workers did so far; exact while no stream is entered. */
  public abstract WorkloadStats stats();
}
