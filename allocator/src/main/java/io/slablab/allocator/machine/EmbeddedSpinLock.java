package io.slablab.allocator.machine;

/**
 * Spin locks that are 4-byte fields of objects, as {@code raw_spinlock_t} in a struct: zero is
 * free. One instance serves all locks of its class; the lock itself is the field.
 */
public abstract class EmbeddedSpinLock {

  /** Makes the field a free lock. Nobody uses it yet. */
  public void init(Cpu cpu, Memory memory, long offset) {
    memory.putInt(offset, 0);
  }

  /**
   * Takes the lock and turns interrupts off.
   *
   * @param offset of the lock field in {@code memory}, a multiple of 4
   */
  public abstract void lockIrqsave(Cpu cpu, Memory memory, long offset);

  public abstract void unlockIrqrestore(Cpu cpu, Memory memory, long offset);
}
