package io.slablab.allocator.lockdep;

import io.slablab.allocator.lockdep.Report.InitWhileHeld;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.Memory;

/** Spin locks in memory with their checks: which lock it is, is where it lies. */
final class CheckedEmbeddedSpinLock extends EmbeddedSpinLock {
  private final EmbeddedSpinLock lock;
  private final Lockdep lockdep;
  private final ClassNode node;

  CheckedEmbeddedSpinLock(EmbeddedSpinLock lock, Lockdep lockdep, ClassNode node) {
    this.lock = lock;
    this.lockdep = lockdep;
    this.node = node;
  }

  @Override
  public void init(Cpu cpu, Memory memory, long offset) {
    CpuLocks locks = lockdep.locks(cpu);
    if (locks.holds(memory, offset)) {
      lockdep.report(new InitWhileHeld(Reports.where(cpu, locks), node.name));
    }
    lock.init(cpu, memory, offset);
  }

  @Override
  public void lockIrqsave(Cpu cpu, Memory memory, long offset) {
    HeldLock wanted = new HeldLock(node, memory, offset, LockMode.EXCLUSIVE, false, true);
    cpu.irqOff();
    try {
      lockdep.rules().check(cpu, wanted);
      lock.lockIrqsave(cpu, memory, offset);
    } finally {
      cpu.irqOn(); // the lock's own is left
    }
    lockdep.rules().hold(cpu, wanted);
  }

  @Override
  public void unlockIrqrestore(Cpu cpu, Memory memory, long offset) {
    if (lockdep.rules().release(cpu, node, memory, offset)) {
      lock.unlockIrqrestore(cpu, memory, offset);
    }
  }
}
