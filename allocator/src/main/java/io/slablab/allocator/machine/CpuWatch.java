package io.slablab.allocator.machine;

/**
 * Is told what CPUs do, where their locks do not show it. Nobody watches a measured machine: its
 * CPUs are of a class whose calls are empty.
 *
 * <p>Threads: each call by the holder of the CPU passed. A call may throw; what was about to be
 * done is not done then.
 */
public abstract class CpuWatch {

  /** See {@link Cpu#mightAlloc}. */
  public void mightAlloc(Cpu cpu, int gfp) {}

  /** See {@link Cpu#mightSleep}. */
  public void mightSleep(Cpu cpu) {}

  public void begin(Cpu cpu, Section section) {}

  /** The innermost section of its kind ends; also told when the begin threw. */
  public void end(Cpu cpu, Section section) {}
}
