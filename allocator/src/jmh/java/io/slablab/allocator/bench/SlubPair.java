package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Allocation and free of a 256-byte object on a warm cpu slab. */
@State(Scope.Benchmark)
public class SlubPair {
  private static final KmemCache CACHE = cache();

  private static KmemCache cache() {
    Cpu cpu = Stack.MACHINE.enter(0);
    try {
      return Stack.HERE.slub().create(cpu, "bench-256", 256, KmemCacheArgs.NONE);
    } finally {
      Stack.MACHINE.leave(cpu);
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
