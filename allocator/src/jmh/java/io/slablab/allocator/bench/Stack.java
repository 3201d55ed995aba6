package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;

/**
 * The one stack of a benchmark's JVM: as a measured trial builds it, two possible CPUs, one node.
 */
final class Stack {
  static final int CPUS = 2;
  static final AllocatorStack HERE = stack();
  static final Machine MACHINE = HERE.machine();

  private static final int BATCH = 256;
  private static final int ROUNDS = 4000;

  /**
   * The cache of the pairs. The compiler sees the slow paths first, as in any workload. Without
   * that it depends on the moment of compilation whether a second thread's first slab was in the
   * profile; where it was not, C2 cuts the slow path off, lifts the loads out of the loop and the
   * pair gets a fifth faster.
   */
  static final KmemCache CACHE = cache();

  private static KmemCache cache() {
    Cpu cpu = MACHINE.enter(0);
    try {
      KmemCache cache = HERE.slub().create(cpu, "bench-256", 256, KmemCacheArgs.NONE);
      showEveryPath(cache, cpu);
      return cache;
    } finally {
      MACHINE.leave(cpu);
    }
  }

  /** Enough rounds for the last compiler: slabs are taken, filled, left and found again. */
  private static void showEveryPath(KmemCache cache, Cpu cpu) {
    long[] objects = new long[BATCH];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < BATCH; i++) {
        objects[i] = cache.alloc(cpu, Gfp.GFP_KERNEL);
      }
      for (long object : objects) {
        cache.free(cpu, object);
      }
    }
  }

  private Stack() {}

  private static AllocatorStack stack() {
    Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 1));
    return AllocatorStack.of(
        machine, StackConfig.measured(machine, false).withLockdep(DesignStack.lockdep()));
  }
}
