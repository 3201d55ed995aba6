package io.slablab.allocator.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which possible CPUs are online, and who must know when that changes. All are online at first.
 *
 * <pre>
 *   offline: ONLINE -> DYING (its token is ours, nobody can enter) -> parts' dead -> OFFLINE
 *   online:  OFFLINE -> parts' online -> ONLINE (can be entered)
 * </pre>
 *
 * <p>Lock: {@code cpu_hotplug_lock}, outermost of all. Changes hold it alone; who walks over the
 * CPUs and must not miss one holds it shared.
 */
public final class CpuHotplug {
  /** A CPU's state. */
  private enum State {
    ONLINE,
    DYING,
    OFFLINE
  }

  /** Added to the lock's word by a writer; below it are the readers. */
  private static final long WRITER = 1L << 32;

  private final Machine machine;
  private final Word lock;
  private final List<HotplugPart> parts = new ArrayList<>();

  /**
   * Replaced as a whole under the lock. Volatile: who sees a CPU online sees what the parts
   * prepared for it.
   */
  private volatile State[] states;

  private volatile int onlineCpus;

  /**
   * @param machine whose topology is set up
   */
  public CpuHotplug(Machine machine) {
    this.machine = machine;
    this.lock = machine.word(machine.line("cpu_hotplug_lock"), 0);
    this.onlineCpus = machine.possibleCpus();
    State[] all = new State[onlineCpus];
    Arrays.fill(all, State.ONLINE);
    this.states = all;
  }

  /**
   * Adds a part; its turn comes after the earlier ones on the way up, before them on the way down.
   */
  public synchronized void register(HotplugPart part) {
    parts.add(part);
  }

  private synchronized List<HotplugPart> parts() {
    return List.copyOf(parts);
  }

  public boolean isOnline(int cpu) {
    return states[cpu] == State.ONLINE;
  }

  /** Whether a CPU runs nothing any more and its parts may not be settled yet. */
  public boolean isDying(int cpu) {
    return states[cpu] == State.DYING;
  }

  public int onlineCpus() {
    return onlineCpus;
  }

  // ---- cpu_hotplug_lock ----

  /** No CPU comes or goes until {@link #readUnlock}. Does not nest; may sleep. */
  public void readLock(Cpu cpu) {
    int turns = 0;
    while (true) {
      long seen = lock.getAcquire(cpu);
      if (seen < WRITER && lock.compareAndSet(cpu, seen, seen + 1)) {
        return;
      }
      turns = cpu.relax(turns);
    }
  }

  public void readUnlock(Cpu cpu) {
    lock.getAndAdd(cpu, -1);
  }

  /** First keeps readers out, then waits for those inside. */
  private void writeLock(Cpu cpu) {
    int turns = 0;
    long seen = lock.getAcquire(cpu);
    while (seen >= WRITER || !lock.compareAndSet(cpu, seen, seen + WRITER)) {
      turns = cpu.relax(turns);
      seen = lock.getAcquire(cpu);
    }
    while (lock.getAcquire(cpu) != WRITER) {
      turns = cpu.relax(turns);
    }
  }

  private void writeUnlock(Cpu cpu) {
    lock.getAndAdd(cpu, -WRITER);
  }

  // ---- changes ----

  /**
   * Takes a CPU down: waits until nobody holds it, runs what it was asked, then has every part take
   * over what it left. Nothing when it is down already. The caller holds no lock.
   *
   * @param caller another CPU; delayed work of the dead one moves to it
   * @throws IllegalArgumentException when a CPU is to take itself down
   */
  public void offline(Cpu caller, int cpu) {
    if (cpu == caller.id()) {
      throw new IllegalArgumentException("takes itself down: cpu=" + cpu);
    }
    writeLock(caller);
    try {
      if (!isOnline(cpu)) {
        return;
      }
      machine.takeDown(caller, cpu);
      set(cpu, State.DYING);
      parts().reversed().forEach(part -> part.dead(caller, cpu));
      set(cpu, State.OFFLINE);
    } finally {
      writeUnlock(caller);
    }
  }

  /** Brings a CPU up again. Nothing when it is up. The caller holds no lock. */
  public void online(Cpu caller, int cpu) {
    writeLock(caller);
    try {
      if (isOnline(cpu)) {
        return;
      }
      parts().forEach(part -> part.online(caller, cpu));
      set(cpu, State.ONLINE);
      machine.bringUp(cpu);
    } finally {
      writeUnlock(caller);
    }
  }

  private void set(int cpu, State state) {
    State[] next = states.clone();
    next[cpu] = state;
    onlineCpus = (int) Arrays.stream(next).filter(each -> each == State.ONLINE).count();
    states = next;
  }
}
