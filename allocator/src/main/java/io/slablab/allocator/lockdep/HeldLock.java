package io.slablab.allocator.lockdep;

/**
 * A lock that a CPU holds.
 *
 * @param lock which of its class; with {@code at}, the offset of a lock that is a field of memory
 * @param tried it was had without waiting, so that nothing held before it is ordered before it
 * @param irqsOff interrupts were off all the time since
 */
record HeldLock(
    ClassNode node, Object lock, long at, LockMode mode, boolean tried, boolean irqsOff) {

  boolean is(Object other, long where) {
    return lock == other && at == where;
  }

  HeldLock withIrqsOn() {
    return new HeldLock(node, lock, at, mode, tried, false);
  }
}
