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
    map.check(cpu, LockMode.EXCLUSIVE, false);
    mutex.lock(cpu);
    map.hold(cpu, LockMode.EXCLUSIVE, false);
  }

  @Override
  public boolean lockKillable(Cpu cpu) {
    map.check(cpu, LockMode.EXCLUSIVE, false);
    boolean taken = mutex.lockKillable(cpu);
    if (taken) {
      map.hold(cpu, LockMode.EXCLUSIVE, false);
    }
    return taken;
  }

  @Override
  public boolean tryLock(Cpu cpu) {
    map.check(cpu, LockMode.EXCLUSIVE, true);
    boolean taken = mutex.tryLock(cpu);
    if (taken) {
      map.hold(cpu, LockMode.EXCLUSIVE, true);
    }
    return taken;
  }

  @Override
  public void unlock(Cpu cpu) {
    if (map.release(cpu)) {
      mutex.unlock(cpu);
    }
  }
}
