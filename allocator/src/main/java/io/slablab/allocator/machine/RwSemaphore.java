package io.slablab.allocator.machine;

/**
 * A sleeping lock that many hold shared or one alone. A writer that waits keeps further readers
 * out, so that readers do not nest. Must not be taken with a spin lock held or interrupts off; who
 * waits serves what other CPUs ask of it.
 */
public abstract class RwSemaphore {

  public abstract LockClass lockClass();

  /** Takes it shared. */
  public abstract void downRead(Cpu cpu);

  public abstract void upRead(Cpu cpu);

  /** Takes it alone. */
  public abstract void downWrite(Cpu cpu);

  public abstract void upWrite(Cpu cpu);
}
