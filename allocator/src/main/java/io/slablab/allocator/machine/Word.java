package io.slablab.allocator.machine;

/** A shared 64-bit word. All accesses are by the CPU that is passed. */
public abstract class Word {

  /** Reads with acquire semantics; the partner is {@link #compareAndSet} or {@link #setRelease}. */
  public abstract long getAcquire(Cpu cpu);

  /** Publishes what was written before it. */
  public abstract void setRelease(Cpu cpu, long value);

  /** Volatile compare-exchange. */
  public abstract boolean compareAndSet(Cpu cpu, long expected, long value);

  /** Volatile fetch-and-add; returns the value before. */
  public abstract long getAndAdd(Cpu cpu, long delta);

  /** The value as seen by a diagnostic that is no CPU; exact only at rest. */
  public abstract long peek();
}
