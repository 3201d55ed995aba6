package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Memory;

/**
 * Test-and-set locks in memory. The counters are per CPU and written by their CPU alone, since
 * holders of different locks of the class run at once.
 */
final class HostEmbeddedSpinLock extends EmbeddedSpinLock implements LockTimes {
  private final WaitTimes[] timesOfCpu;

  HostEmbeddedSpinLock(int cpus) {
    timesOfCpu = new WaitTimes[cpus];
    for (int cpu = 0; cpu < cpus; cpu++) {
      timesOfCpu[cpu] = new WaitTimes();
    }
  }

  @Override
  public void lockIrqsave(Cpu cpu, Memory memory, long offset) {
    cpu.irqOff();
    if (memory.compareAndSetInt(offset, 0, 1)) {
      timesOfCpu[cpu.id()].fast();
    } else {
      lockSlow(cpu, memory, offset);
    }
  }

  private void lockSlow(Cpu cpu, Memory memory, long offset) {
    long startNs = System.nanoTime();
    int turns = 0;
    while (memory.getIntOpaque(offset) != 0 || !memory.compareAndSetInt(offset, 0, 1)) {
      turns = Spin.turn(turns);
    }
    timesOfCpu[cpu.id()].waited(System.nanoTime() - startNs);
  }

  @Override
  public void unlockIrqrestore(Cpu cpu, Memory memory, long offset) {
    memory.putIntRelease(offset, 0); // publishes the section to the next compare-exchange
    cpu.irqOn();
  }

  @Override
  public LockStats plus(LockStats sum) {
    LockStats all = sum;
    for (WaitTimes times : timesOfCpu) {
      all = times.plus(all);
    }
    return all;
  }

  @Override
  public void reset() {
    for (WaitTimes times : timesOfCpu) {
      times.reset();
    }
  }
}
