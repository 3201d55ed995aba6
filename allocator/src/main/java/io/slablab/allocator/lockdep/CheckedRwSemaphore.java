package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.RwSemaphore;

/** A semaphore of the machine with its checks. */
final class CheckedRwSemaphore extends RwSemaphore {
  private final RwSemaphore semaphore;
  private final LockMap map;

  CheckedRwSemaphore(RwSemaphore semaphore, LockMap map) {
    this.semaphore = semaphore;
    this.map = map;
  }

  @Override
  public LockClass lockClass() {
    return semaphore.lockClass();
  }

  @Override
  public void downRead(Cpu cpu) {
    map.lock(cpu, LockMode.READ, semaphore::downRead);
  }

  @Override
  public void upRead(Cpu cpu) {
    map.unlock(cpu, semaphore::upRead);
  }

  @Override
  public void downWrite(Cpu cpu) {
    map.lock(cpu, LockMode.EXCLUSIVE, semaphore::downWrite);
  }

  @Override
  public void upWrite(Cpu cpu) {
    map.unlock(cpu, semaphore::upWrite);
  }
}
