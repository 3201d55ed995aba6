package io.slablab.allocator.machine;

import java.util.List;

/**
 * A machine that is another one but for what a subclass changes. CPUs come and go by the other
 * one's own hotplug, which asks the other one itself.
 */
public abstract class ForwardingMachine extends Machine {
  protected final Machine machine;

  protected ForwardingMachine(Machine machine) {
    this.machine = machine;
  }

  @Override
  public int possibleCpus() {
    return machine.possibleCpus();
  }

  @Override
  public int nodes() {
    return machine.nodes();
  }

  @Override
  public CpuHotplug hotplug() {
    return machine.hotplug();
  }

  @Override
  protected final void takeDown(Cpu caller, int cpu) {
    throw new IllegalStateException("CPUs come and go by the machine's own hotplug");
  }

  @Override
  protected final void bringUp(int cpu) {
    throw new IllegalStateException("CPUs come and go by the machine's own hotplug");
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
  public Cpu enter(int cpu) {
    return machine.enter(cpu);
  }

  @Override
  public void leave(Cpu cpu) {
    machine.leave(cpu);
  }

  @Override
  public void onEachCpu(Cpu caller, CpuTask task) {
    machine.onEachCpu(caller, task);
  }

  @Override
  public boolean runIfIdle(Cpu caller, int cpu, CpuTask task) {
    return machine.runIfIdle(caller, cpu, task);
  }

  @Override
  public void post(int cpu, CpuTask task) {
    machine.post(cpu, task);
  }

  @Override
  public SpinLock spinLock(LockClass lockClass) {
    return machine.spinLock(lockClass);
  }

  @Override
  public Mutex mutex(LockClass lockClass) {
    return machine.mutex(lockClass);
  }

  @Override
  public EmbeddedSpinLock embeddedSpinLock(LockClass lockClass) {
    return machine.embeddedSpinLock(lockClass);
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
  public List<LockStats> lockStats() {
    return machine.lockStats();
  }

  @Override
  public void resetLockStats() {
    machine.resetLockStats();
  }

  @Override
  public void watch(CpuWatch watch) {
    machine.watch(watch);
  }

  @Override
  public void close() {
    machine.close();
  }
}
