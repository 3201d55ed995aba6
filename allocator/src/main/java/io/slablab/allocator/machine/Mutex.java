package io.slablab.allocator.machine;

/**
 * A sleeping lock as the kernel's mutex: one compare-exchange when free even while others wait
 * (stealing); else optimistic spinning in an MCS queue whose head watches the owner; else parking.
 * Not recursive. Must not be taken with a spin lock held or interrupts off.
 */
public abstract class Mutex {

  public abstract void lock(Cpu cpu);

  /** As {@link #lock}, but gives up with false when the task has a fatal signal pending. */
  public abstract boolean lockKillable(Cpu cpu);

  public abstract boolean tryLock(Cpu cpu);

  public abstract void unlock(Cpu cpu);
}
