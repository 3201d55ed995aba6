package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.Variant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One mm_struct built and dropped: what exec costs the allocators. */
@State(Scope.Benchmark)
public class ExecLife {
  @Param({"baseline", "ctor-dtor"})
  public String design = "";

  private @Nullable ObjectPool pool;

  @Setup
  public void setUp() {
    pool = open(design);
  }

  private static ObjectPool open(String design) {
    Cpu cpu = Stack.MACHINE.enter(0);
    try {
      Variant variant = Variant.of(design).orElseThrow();
      return variant.open(cpu, Stack.HERE, MmStruct.of(cpu, Stack.HERE, variant.form(), false));
    } finally {
      Stack.MACHINE.leave(cpu);
    }
  }

  @Benchmark
  public long life(OnCpu worker) {
    Cpu cpu = worker.get();
    ObjectPool pool = Objects.requireNonNull(this.pool);
    long mm = pool.get(cpu, Gfp.GFP_KERNEL);
    pool.put(cpu, mm);
    cpu.poll();
    return mm;
  }
}
