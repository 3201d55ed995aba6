package io.slablab.allocator.machine;

/**
 * A queued spin lock: FIFO, each waiter spins on its own line. Not recursive.
 *
 * <p>The plain form leaves interrupts as they are; the irqsave form turns them off while held.
 */
public abstract class SpinLock extends LinePad {

  public abstract void lock(Cpu cpu);

  /** Takes the lock if it is free and nobody queues; never waits. */
  public abstract boolean tryLock(Cpu cpu);

  public abstract void unlock(Cpu cpu);

  public final void lockIrqsave(Cpu cpu) {
    cpu.irqOff();
    lock(cpu);
  }

  public final void unlockIrqrestore(Cpu cpu) {
    unlock(cpu);
    cpu.irqOn();
  }
}
