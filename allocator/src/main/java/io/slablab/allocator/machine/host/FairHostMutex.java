package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Mutex;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A mutex that goes to who has waited longest: its holder hands it over, and nobody overtakes.
 * Waiters sleep at once and serve what other CPUs ask of them, as those of {@link HostMutex}.
 *
 * <p>Invariant, under the monitor of {@link #waiters}: owner is not null while somebody waits. A
 * free mutex is therefore one that nobody waits for, and can be taken by a compare-exchange without
 * the monitor.
 */
final class FairHostMutex extends Mutex {
  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(FairHostMutex.class, "owner", HostCpu.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Goes to null under the monitor alone. */
  @SuppressWarnings("unused") // through OWNER
  private @Nullable HostCpu owner;

  /** In order of arrival. */
  private final ArrayDeque<HostCpu> waiters = new ArrayDeque<>();

  private final WaitTimes times = new WaitTimes();

  private FairHostMutex() {}

  /** A call by this name loads no other kind. */
  static Mutex create(LockRegistry locks, LockClass lockClass) {
    FairHostMutex lock = new FairHostMutex();
    locks.add(lockClass, lock.times);
    return lock;
  }

  @Override
  public void lock(Cpu cpu) {
    if (!tryLock(cpu)) {
      lockSlow((HostCpu) cpu, false);
    }
  }

  @Override
  public boolean lockKillable(Cpu cpu) {
    return tryLock(cpu) || lockSlow((HostCpu) cpu, true);
  }

  @Override
  public boolean tryLock(Cpu cpu) {
    if (!grab((HostCpu) cpu)) {
      return false;
    }
    times.fast();
    return true;
  }

  /** Acquires; the partner is the store in {@link #unlock}. */
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
    if (!arrive(cpu) && !sleep(cpu, killable)) {
      return false;
    }
    times.waited(System.nanoTime() - startNs);
    return true;
  }

  /** Returns true when the mutex became free meanwhile and is ours, else we stand in the queue. */
  private boolean arrive(HostCpu cpu) {
    synchronized (waiters) {
      if (grab(cpu)) {
        return true;
      }
      waiters.addLast(cpu); // the owner's unlock comes after us in the monitor, and finds us
      return false;
    }
  }

  /**
   * Until it is handed over: an acquire of what {@link #unlock} stored. The wake-up comes after
   * that store, so that whoever missed the store does not sleep through it.
   */
  private boolean sleep(HostCpu cpu, boolean killable) {
    while (OWNER.getAcquire(this) != cpu) {
      cpu.serveRequests(); // one of them may be what tells the task to die
      if (killable && cpu.fatalSignalPending() && gaveUp(cpu)) {
        return false;
      }
      LockSupport.park(this);
    }
    return true;
  }

  /** Returns false when the mutex was handed to us before we could leave the queue. */
  private boolean gaveUp(HostCpu cpu) {
    synchronized (waiters) {
      return waiters.remove(cpu);
    }
  }

  /** Hands the mutex to the first in the queue, or frees it. Releases. */
  @Override
  public void unlock(Cpu cpu) {
    if (OWNER.getOpaque(this) != cpu) {
      throw new IllegalStateException("mutex released by a CPU that does not hold it: " + cpu.id());
    }
    @Nullable HostCpu next;
    synchronized (waiters) {
      next = waiters.pollFirst();
      OWNER.setRelease(this, next);
    }
    if (next != null) {
      LockSupport.unpark(next.thread());
    }
  }
}
