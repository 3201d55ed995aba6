package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.SpinLock;

/** A spin lock of the machine with its checks. */
final class CheckedSpinLock extends SpinLock {
  private final SpinLock lock;
  private final LockMap map;

  CheckedSpinLock(SpinLock lock, LockMap map) {
    this.lock = lock;
    this.map = map;
  }

  @Override
  public void lock(Cpu cpu) {
    map.check(cpu, LockMode.EXCLUSIVE, false);
    lock.lock(cpu);
    map.hold(cpu, LockMode.EXCLUSIVE, false);
  }

  @Override
  public boolean tryLock(Cpu cpu) {
    map.check(cpu, LockMode.EXCLUSIVE, true);
    boolean taken = lock.tryLock(cpu);
    if (taken) {
      map.hold(cpu, LockMode.EXCLUSIVE, true);
    }
    return taken;
  }

  @Override
  public void unlock(Cpu cpu) {
    if (map.release(cpu)) {
      lock.unlock(cpu);
    }
  }
}
