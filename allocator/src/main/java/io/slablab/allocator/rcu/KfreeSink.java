package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.Cpu;

/** Where the objects of one channel go when their grace period is over. */
@FunctionalInterface
public interface KfreeSink {
  /**
   * Frees objects; may sleep.
   *
   * @param objects the first n of them; the array is the caller's
   */
  void free(Cpu cpu, int n, long[] objects);
}
