package io.slablab.allocator.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Which possible CPUs are online, and who must know when that changes. All are online at first.
 *
 * <pre>
 *   offline: ONLINE -> DYING (nobody enters any more; its holder goes on until it leaves)
 *            -> its token is ours -> parts' dead -> OFFLINE
 *   online:  OFFLINE -> parts' online -> ONLINE (can be entered)
 * </pre>
 *
 * <p>Locks: {@code cpu_add_remove_lock}, for one change at a time; {@code cpu_hotplug_lock},
 * outermost of all that others take. A change holds it alone once the CPU has been left, since its
 * holder may want it too; who walks over the CPUs and must not miss one holds it shared.
 */
public final class CpuHotplug {
  /** A CPU's state. */
  private enum State {
    ONLINE,
    DYING,
    OFFLINE
  }

  private static final LockClass HOTPLUG_LOCK =
      new LockClass("cpu_hotplug_lock", LockClass.Kind.RW_SEMAPHORE);
  private static final LockClass ADD_REMOVE_LOCK =
      new LockClass("cpu_add_remove_lock", LockClass.Kind.RW_SEMAPHORE);

  private final Machine machine;
  private RwSemaphore lock;

  /** Held alone by who changes the state of a CPU. */
  private RwSemaphore addRemoveLock;

  private final List<HotplugPart> parts = new ArrayList<>();

  /**
   * Replaced as a whole under the lock. Volatile: who sees a CPU online sees what the parts
   * prepared for it.
   */
  private volatile State[] states;

  private volatile int onlineCpus;

  /** Invariant: odd while a CPU is on its way. Written under the lock. */
  private volatile int changes;

  /**
   * @param machine whose topology is set up
   */
  public CpuHotplug(Machine machine) {
    this.machine = machine;
    this.lock = new WordRwSemaphore(machine, HOTPLUG_LOCK);
    this.addRemoveLock = new WordRwSemaphore(machine, ADD_REMOVE_LOCK);
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

  /** Whether a CPU is on its way out and the parts may not have settled what it left. */
  public boolean isDying(int cpu) {
    return states[cpu] == State.DYING;
  }

  /** Whether nobody is this CPU, not even for a moment. */
  public boolean isOffline(int cpu) {
    return states[cpu] == State.OFFLINE;
  }

  public int onlineCpus() {
    return onlineCpus;
  }

  /** A count of beginnings and ends of changes: odd while a CPU comes or goes. */
  public int changes() {
    return changes;
  }

  // ---- cpu_hotplug_lock ----

  /** Puts something before both locks. Once, before any CPU is entered. */
  public void guard(UnaryOperator<RwSemaphore> guard) {
    addRemoveLock = guard.apply(addRemoveLock);
    lock = guard.apply(lock);
  }

  /** No CPU comes or goes until {@link #readUnlock}. Does not nest; may sleep. */
  public void readLock(Cpu cpu) {
    lock.downRead(cpu);
  }

  public void readUnlock(Cpu cpu) {
    lock.upRead(cpu);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  private void countChange() {
    changes++;
  }

  // ---- changes ----

  /**
   * Takes a CPU down: waits until its holder leaves it, runs what it was asked, then has every part
   * take over what it left. Nothing when it is down already. The caller holds no lock, and who
   * holds the CPU waits for no change.
   *
   * @param caller another CPU; work items of the dead one move to it
   * @throws IllegalArgumentException when a CPU is to take itself down
   */
  public void offline(Cpu caller, int cpu) {
    if (cpu == caller.id()) {
      throw new IllegalArgumentException("takes itself down: cpu=" + cpu);
    }
    change(
        caller,
        () -> {
          if (isOnline(cpu)) {
            set(cpu, State.DYING);
            awaitIdle(caller, cpu);
            alone(caller, () -> takeDown(caller, cpu));
          }
        });
  }

  /** Its holder goes on meanwhile, and others ask the CPU as before. */
  private void awaitIdle(Cpu caller, int cpu) {
    int turns = 0;
    while (!machine.runIfIdle(caller, cpu, _ -> {})) {
      turns = caller.relax(turns);
    }
  }

  private void takeDown(Cpu caller, int cpu) {
    machine.takeDown(caller, cpu);
    parts().reversed().forEach(part -> part.dead(caller, cpu));
    set(cpu, State.OFFLINE);
  }

  /** Brings a CPU up again. Nothing when it is up. The caller holds no lock. */
  public void online(Cpu caller, int cpu) {
    change(
        caller,
        () -> {
          if (isOffline(cpu)) {
            alone(caller, () -> bringUp(caller, cpu));
          }
        });
  }

  private void bringUp(Cpu caller, int cpu) {
    parts().forEach(part -> part.online(caller, cpu));
    set(cpu, State.ONLINE);
    machine.bringUp(cpu);
  }

  private void change(Cpu caller, Runnable body) {
    addRemoveLock.downWrite(caller);
    try {
      body.run();
    } finally {
      addRemoveLock.upWrite(caller);
    }
  }

  private void alone(Cpu caller, Runnable body) {
    lock.downWrite(caller);
    countChange();
    try {
      body.run();
    } finally {
      countChange();
      lock.upWrite(caller);
    }
  }

  private void set(int cpu, State state) {
    State[] next = states.clone();
    next[cpu] = state;
    onlineCpus = (int) Arrays.stream(next).filter(each -> each == State.ONLINE).count();
    states = next;
  }
}
