package io.slablab.allocator.lockdep;

import io.slablab.allocator.lockdep.Report.StillHeld;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuHotplug;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.CpuWatch;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Word;
import java.util.List;

/** A machine whose locks are checked; all else is the other machine's. */
final class CheckedMachine extends Machine {
  private final Machine machine;
  private final Lockdep lockdep;

  /** Stands for the wait until all CPUs have run a task, and for that task. */
  private final LockMap onEachCpu;

  CheckedMachine(Machine machine, Lockdep lockdep) {
    this.machine = machine;
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

  @Override
  public List<LockStats> lockStats() {
    return machine.lockStats();
  }

  @Override
  public void resetLockStats() {
    machine.resetLockStats();
  }

  // ---- CPUs ----

  @Override
  public Cpu enter(int cpu) {
    return machine.enter(cpu);
  }

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
  public boolean runIfIdle(Cpu caller, int cpu, CpuTask task) {
    return machine.runIfIdle(caller, cpu, task);
  }

  @Override
  public void post(int cpu, CpuTask task) {
    machine.post(cpu, task);
  }

  /** The machine's own: it takes its own CPUs down. */
  @Override
  public CpuHotplug hotplug() {
    return machine.hotplug();
  }

  @Override
  protected void takeDown(Cpu caller, int cpu) {
    throw new IllegalStateException("CPUs come and go by the machine's own hotplug");
  }

  @Override
  protected void bringUp(int cpu) {
    throw new IllegalStateException("CPUs come and go by the machine's own hotplug");
  }

  @Override
  public void watch(CpuWatch watch) {
    throw new IllegalStateException("watched by the checker already");
  }

  // ---- all else ----

  @Override
  public int possibleCpus() {
    return machine.possibleCpus();
  }

  @Override
  public int nodes() {
    return machine.nodes();
  }

  @Override
  public int nodeOf(int cpu) {
    return machine.nodeOf(cpu);
  }

  @Override
  public int distance(int fromNode, int toNode) {
    return machine.distance(fromNode, toNode);
  }

  @Override
  public Line line(String name) {
    return machine.line(name);
  }

  @Override
  public Word word(Line line, long initial) {
    return machine.word(line, initial);
  }

  @Override
  public Memory memory(String name, long bytes) {
    return machine.memory(name, bytes);
  }

  @Override
  public long nowNs() {
    return machine.nowNs();
  }

  @Override
  public void close() {
    machine.close();
  }
}
