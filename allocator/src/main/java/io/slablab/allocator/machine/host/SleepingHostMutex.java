package io.slablab.allocator.machine.host;

/** A mutex whose waiters sleep at once, as without CONFIG_MUTEX_SPIN_ON_OWNER. */
final class SleepingHostMutex extends HostMutex {

  private SleepingHostMutex() {}

  /** A call by this name loads no other kind. */
  static HostMutex create() {
    return new SleepingHostMutex();
  }

  @Override
  boolean spin(HostCpu cpu) {
    return false;
  }
}
