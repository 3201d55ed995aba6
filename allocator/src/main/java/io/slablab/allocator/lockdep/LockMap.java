package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import java.util.function.Predicate;

/**
 * Something that is acquired and released like a lock, as seen by the checker: a lock of the
 * machine, or a stretch of code that must not nest in the wrong way. It does not wait itself.
 *
 * <p>Threads: each call by the holder of the CPU passed.
 */
public final class LockMap {
  private final LockRules rules;
  private final ClassNode node;

  LockMap(LockRules rules, ClassNode node) {
    this.rules = rules;
    this.node = node;
  }

  ClassNode node() {
    return node;
  }

  /**
   * Acquired, after whatever wait there is.
   *
   * @throws LockdepException when it would wait for ever, and in strict mode for every report
   */
  public void acquire(Cpu cpu, LockMode mode) {
    check(cpu, mode, false);
    hold(cpu, mode, false);
  }

  /** Acquired without waiting: nothing that is held is ordered before it. */
  public void acquireTried(Cpu cpu, LockMode mode) {
    check(cpu, mode, true);
    hold(cpu, mode, true);
  }

  /** Acquired and released at once: what would happen if it were needed. */
  public void touch(Cpu cpu) {
    check(cpu, LockMode.EXCLUSIVE, false);
  }

  /** False, reported, when it is not held. */
  public boolean release(Cpu cpu) {
    return rules.release(cpu, node, this, 0);
  }

  // ---- around a lock of the machine ----

  void lock(Cpu cpu, LockMode mode, CpuTask lock) {
    check(cpu, mode, false);
    lock.run(cpu);
    hold(cpu, mode, false);
  }

  /**
   * Where the lock may not be had.
   *
   * @param tried whether it is had at once or not at all
   */
  boolean lockOr(Cpu cpu, boolean tried, Predicate<Cpu> lock) {
    check(cpu, LockMode.EXCLUSIVE, tried);
    boolean taken = lock.test(cpu);
    if (taken) {
      hold(cpu, LockMode.EXCLUSIVE, tried);
    }
    return taken;
  }

  /** One that is not held stays as it is. */
  void unlock(Cpu cpu, CpuTask unlock) {
    if (release(cpu)) {
      unlock.run(cpu);
    }
  }

  private void check(Cpu cpu, LockMode mode, boolean tried) {
    rules.check(cpu, of(cpu, mode, tried));
  }

  private void hold(Cpu cpu, LockMode mode, boolean tried) {
    rules.hold(cpu, of(cpu, mode, tried));
  }

  private HeldLock of(Cpu cpu, LockMode mode, boolean tried) {
    return new HeldLock(node, this, 0, mode, tried, cpu.irqsOff());
  }

  // ---- where the caller knows its own state ----

  /** Forgets it when it is held; a section may end whose beginning was refused. */
  void releaseIfHeld(CpuLocks locks) {
    locks.remove(this, 0);
  }

  boolean heldBy(CpuLocks locks) {
    return locks.holds(this, 0);
  }
}
