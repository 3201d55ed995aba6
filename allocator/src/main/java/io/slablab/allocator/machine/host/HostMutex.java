package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Mutex;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Mutex: fast path by compare-exchange even when others wait (stealing); then the head of a spin
 * queue watches the owner; then parking in a list.
 *
 * <p>A waiter serves what other CPUs ask of its own CPU, as the kernel's sleeper lets its CPU run
 * other work: else a flush that holds this mutex and waits for all CPUs would never end.
 */
class HostMutex extends Mutex {
  private static final VarHandle OWNER;
  private static final VarHandle SLEEPERS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(HostMutex.class, "owner", HostCpu.class);
      SLEEPERS = lookup.findVarHandle(HostMutex.class, "sleepers", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Spins of the queue's head before it sleeps; an owner that runs releases long before. */
  private static final int SPINS_BEFORE_SLEEP = 4096;

  @SuppressWarnings("unused") // through OWNER
  private @Nullable HostCpu owner;

  @SuppressWarnings("unused") // through SLEEPERS
  private int sleepers;

  private final WaitQueue spinners = new WaitQueue();
  private final SleeperList list = new SleeperList();
  private final WaitTimes times = new WaitTimes();

  @Override
  public final void lock(Cpu cpu) {
    if (!tryLock(cpu)) {
      lockSlow((HostCpu) cpu, false);
    }
  }

  @Override
  public final boolean lockKillable(Cpu cpu) {
    return tryLock(cpu) || lockSlow((HostCpu) cpu, true);
  }

  @Override
  public final boolean tryLock(Cpu cpu) {
    if (!grab((HostCpu) cpu)) {
      return false;
    }
    if (spinners.isEmpty() && (int) SLEEPERS.getOpaque(this) == 0) {
      times.fast();
    } else {
      times.stole();
    }
    return true;
  }

  /** Acquires; the partner is the store of null in {@link #unlock}. */
  private boolean grab(HostCpu cpu) {
    return OWNER.getOpaque(this) == null && OWNER.compareAndSet(this, (HostCpu) null, cpu);
  }

  private boolean lockSlow(HostCpu cpu, boolean killable) {
    if (!cpu.maySleep()) {
      throw new IllegalStateException(
          "mutex taken with interrupts off or in a softirq: cpu=" + cpu.id());
    }
    if (killable && cpu.fatalSignalPending()) {
      return false;
    }
    long startNs = System.nanoTime();
    if (!spin(cpu)) {
      if (!sleep(cpu, killable)) {
        return false;
      }
    }
    times.waited(System.nanoTime() - startNs);
    return true;
  }

  /** Returns whether the mutex was got by spinning. */
  boolean spin(HostCpu cpu) {
    QueueNode node = cpu.takeQueueNode();
    int turns = 0;
    if (!spinners.join(node)) {
      while (!node.isHead()) {
        turns = Spin.turn(turns);
        cpu.serveRequests();
      }
    }
    boolean got = false;
    for (int spins = 0; !got && spins < SPINS_BEFORE_SLEEP; spins++) {
      got = grab(cpu);
      Thread.onSpinWait();
      cpu.serveRequests();
    }
    spinners.leave(node);
    cpu.giveQueueNode();
    return got;
  }

  /**
   * Dekker with {@link #unlock}: we announce ourselves (volatile add), then look at the owner;
   * unlock clears the owner (volatile), then looks for sleepers. One of the two sees the other, so
   * that no wake-up is lost.
   */
  private boolean sleep(HostCpu cpu, boolean killable) {
    list.add(cpu);
    SLEEPERS.getAndAdd(this, 1);
    try {
      while (!grab(cpu)) {
        cpu.serveRequests(); // one of them may be what tells the task to die
        if (killable && cpu.fatalSignalPending()) {
          list.wakeFirst(); // the wake-up that was ours belongs to the next one
          return false;
        }
        LockSupport.park(this);
      }
      return true;
    } finally {
      SLEEPERS.getAndAdd(this, -1);
      list.remove(cpu);
    }
  }

  @Override
  public final void unlock(Cpu cpu) {
    if (OWNER.getOpaque(this) != cpu) {
      throw new IllegalStateException("mutex released by a CPU that does not hold it: " + cpu.id());
    }
    OWNER.setVolatile(this, (HostCpu) null);
    if ((int) SLEEPERS.getVolatile(this) != 0) {
      list.wakeFirst();
    }
  }

  final WaitTimes times() {
    return times;
  }
}
