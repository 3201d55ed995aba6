package io.slablab.allocator.lockdep;

import io.slablab.allocator.lockdep.Report.StillHeld;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.CpuWatch;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.ForwardingMachine;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;

/** A machine whose locks are checked; all else is the other machine's. */
final class CheckedMachine extends ForwardingMachine {
  private final Lockdep lockdep;

  /** Stands for the wait until all CPUs have run a task, and for that task. */
  private final LockMap onEachCpu;

  CheckedMachine(Machine machine, Lockdep lockdep) {
    super(machine);
    this.lockdep = lockdep;
    this.onEachCpu = lockdep.pseudo("on_each_cpu", WaitType.SLEEP);
  }

  // ---- locks ----

  @Override
  public SpinLock spinLock(LockClass lockClass) {
    return new CheckedSpinLock(machine.spinLock(lockClass), lockdep.map(lockClass));
  }

  @Override
  public Mutex mutex(LockClass lockClass) {
    return new CheckedMutex(machine.mutex(lockClass), lockdep.map(lockClass));
  }

  @Override
  public EmbeddedSpinLock embeddedSpinLock(LockClass lockClass) {
    return new CheckedEmbeddedSpinLock(
        machine.embeddedSpinLock(lockClass), lockdep, lockdep.map(lockClass).node());
  }

  // ---- CPUs ----

  /** Nothing may be held by a task that gives its CPU up. */
  @Override
  public void leave(Cpu cpu) {
    CpuLocks locks = lockdep.locks(cpu);
    if (!locks.here().isEmpty()) {
      Report report = new StillHeld(Reports.where(cpu, locks), "it leaves its CPU");
      locks.forget();
      lockdep.report(report);
    }
    machine.leave(cpu);
  }

  /**
   * The caller waits for what the task takes on other CPUs. A CPU that runs the task does so on top
   * of whatever it waits for, and does not wait for the task itself.
   */
  @Override
  public void onEachCpu(Cpu caller, CpuTask task) {
    lockdep.mightSleep(caller);
    onEachCpu.touch(caller);
    machine.onEachCpu(
        caller,
        cpu -> {
          onEachCpu.acquireTried(cpu, LockMode.EXCLUSIVE);
          try {
            task.run(cpu);
          } finally {
            onEachCpu.releaseIfHeld(lockdep.locks(cpu));
          }
        });
  }

  @Override
  public void watch(CpuWatch watch) {
    throw new IllegalStateException("watched by the checker already");
  }
}
