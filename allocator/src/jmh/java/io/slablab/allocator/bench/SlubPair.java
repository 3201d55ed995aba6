package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Allocation and free of a 256-byte object on a warm cpu slab. */
@State(Scope.Benchmark)
public class SlubPair {
  @Benchmark
  public long pair(OnCpu worker) {
    Cpu cpu = worker.get();
    long object = Stack.CACHE.alloc(cpu, Gfp.GFP_KERNEL);
    Stack.CACHE.free(cpu, object);
    return object;
  }
}
