package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockClass.Kind;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.util.List;

/** A checked machine that collects, entered as CPU 0. */
final class LockdepFixture implements AutoCloseable {
  final Lockdep lockdep;
  final Machine machine;
  final Cpu cpu;

  private LockdepFixture(LockdepLevel level) {
    lockdep = Lockdep.collecting(HostMachine.of(HostConfig.uniform(2, 1)), level);
    machine = lockdep.machine();
    cpu = machine.enter(0);
  }

  static LockdepFixture of(LockdepLevel level) {
    return new LockdepFixture(level);
  }

  static LockdepFixture full() {
    return of(LockdepLevel.FULL);
  }

  SpinLock spin(String name) {
    return machine.spinLock(new LockClass(name, Kind.SPIN_IRQSAVE));
  }

  SpinLock raw(String name) {
    return machine.spinLock(new LockClass(name, Kind.RAW_SPIN_IRQSAVE));
  }

  SpinLock leaf(String name, int level) {
    return machine.spinLock(LockClass.leaf(name, Kind.SPIN_IRQSAVE, level));
  }

  Mutex mutex(String name) {
    return machine.mutex(new LockClass(name, Kind.MUTEX));
  }

  /** A lock that knows readers; the machine has none. */
  LockMap rwlock(String name) {
    return lockdep.map(new LockClass(name, Kind.SPIN));
  }

  /** With interrupts off, as irqsave does. */
  void irqsOff(Runnable body) {
    cpu.irqOff();
    try {
      body.run();
    } finally {
      cpu.irqOn();
    }
  }

  List<Report> reports() {
    return lockdep.reports();
  }

  @Override
  public void close() {
    machine.close();
  }
}
