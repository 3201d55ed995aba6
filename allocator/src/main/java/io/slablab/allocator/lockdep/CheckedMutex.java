package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Mutex;

/** A mutex of the machine with its checks. */
final class CheckedMutex extends Mutex {
  private final Mutex mutex;
  private final LockMap map;

  CheckedMutex(Mutex mutex, LockMap map) {
    this.mutex = mutex;
    this.map = map;
  }

  @Override
  public void lock(Cpu cpu) {
    map.lock(cpu, LockMode.EXCLUSIVE, mutex::lock);
  }

  @Override
  public boolean lockKillable(Cpu cpu) {
    return map.lockOr(cpu, false, mutex::lockKillable);
  }

  @Override
  public boolean tryLock(Cpu cpu) {
    return map.lockOr(cpu, true, mutex::tryLock);
  }

  @Override
  public void unlock(Cpu cpu) {
    map.unlock(cpu, mutex::unlock);
  }
}
