package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Allocation and free of a 256-byte object on a warm cpu slab.
 *
 * <p>The compiler sees the slow paths first, as in any workload. Without that it depends on the
 * moment of compilation whether a second thread's first slab was in the profile; where it was not,
 * C2 cuts the slow path off, lifts the loads out of the loop and the pair gets a fifth faster.
 */
@State(Scope.Benchmark)
public class SlubPair {
  private static final int BATCH = 256;
  private static final int ROUNDS = 4000;
  private static final KmemCache CACHE = cache();

  private static KmemCache cache() {
    Cpu cpu = Stack.MACHINE.enter(0);
    try {
      KmemCache cache = Stack.HERE.slub().create(cpu, "bench-256", 256, KmemCacheArgs.NONE);
      showEveryPath(cache, cpu);
      return cache;
    } finally {
      Stack.MACHINE.leave(cpu);
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

  @Benchmark
  public long pair(OnCpu worker) {
    Cpu cpu = worker.get();
    long object = CACHE.alloc(cpu, Gfp.GFP_KERNEL);
    CACHE.free(cpu, object);
    return object;
  }
}
