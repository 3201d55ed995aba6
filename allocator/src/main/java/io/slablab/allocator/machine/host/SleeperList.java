package io.slablab.allocator.machine.host;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/** CPUs that sleep for a mutex, in order of arrival. Off the fast path: a monitor will do. */
final class SleeperList {
  private final ArrayDeque<HostCpu> sleepers = new ArrayDeque<>();

  synchronized void add(HostCpu cpu) {
    sleepers.addLast(cpu);
  }

  /** Whoever leaves wakes its successor when the lock is free meanwhile: see {@link HostMutex}. */
  synchronized void remove(HostCpu cpu) {
    sleepers.remove(cpu);
  }

  synchronized void wakeFirst() {
    HostCpu first = sleepers.peekFirst();
    if (first != null) {
      LockSupport.unpark(first.thread());
    }
  }
}
