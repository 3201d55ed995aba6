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
    map.lock(cpu, LockMode.EXCLUSIVE, lock::lock);
  }

  @Override
  public boolean tryLock(Cpu cpu) {
    return map.lockOr(cpu, true, lock::tryLock);
  }

  @Override
  public void unlock(Cpu cpu) {
    map.unlock(cpu, lock::unlock);
  }
}
