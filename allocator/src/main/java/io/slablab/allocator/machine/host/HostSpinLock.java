package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.SpinLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Queued spin lock: a word and a queue. The word is taken by compare-exchange when nobody queues;
 * else the head of the queue takes it.
 *
 * <p>Assumption: a CPU waits for at most {@link HostCpu#QUEUE_NODES} locks at once (nesting).
 * Guarantee: mutual exclusion; FIFO among those that queue. Progress: blocking.
 */
final class HostSpinLock extends SpinLock {
  private static final VarHandle LOCKED;

  static {
    try {
      LOCKED = MethodHandles.lookup().findVarHandle(HostSpinLock.class, "locked", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through LOCKED
  private int locked;

  private final WaitQueue queue = new WaitQueue();
  private final WaitTimes times = new WaitTimes();

  @Override
  public void lock(Cpu cpu) {
    if (!grab()) {
      lockSlow((HostCpu) cpu);
    } else {
      times.fast();
    }
  }

  @Override
  public boolean tryLock(Cpu cpu) {
    if (!grab()) {
      return false;
    }
    times.fast();
    return true;
  }

  /**
   * The compare-exchange acquires: its partner is the releasing store of {@link #unlock}. Without
   * it the section could read what the last holder overwrote.
   */
  private boolean grab() {
    return (int) LOCKED.getOpaque(this) == 0 && queue.isEmpty() && LOCKED.compareAndSet(this, 0, 1);
  }

  private void lockSlow(HostCpu cpu) {
    long startNs = System.nanoTime();
    QueueNode node = cpu.takeQueueNode();
    int turns = 0;
    if (!queue.join(node)) {
      while (!node.isHead()) {
        turns = Spin.turn(turns);
      }
    }
    while ((int) LOCKED.getOpaque(this) != 0 || !LOCKED.compareAndSet(this, 0, 1)) {
      turns = Spin.turn(turns);
    }
    queue.leave(node);
    cpu.giveQueueNode();
    times.waited(System.nanoTime() - startNs);
  }

  @Override
  public void unlock(Cpu cpu) {
    LOCKED.setRelease(this, 0); // publishes the section to the next compare-exchange
  }

  WaitTimes times() {
    return times;
  }
}
