package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.PercpuAreas;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/** A 16-byte per-CPU area, allocated (zeroed on every possible CPU) and freed. */
@State(Scope.Benchmark)
public class PercpuPair {
  private static final int BYTES = 16;
  private static final int ALIGN = 8;

  @Param({"baseline", "scalable-percpu"})
  public String design = "";

  @Param({"2", "192"})
  public int possibleCpus;

  private @Nullable DesignStack stack;

  @Setup
  public void setUp() {
    stack = DesignStack.of(design, possibleCpus);
  }

  /** A worker as a CPU of this benchmark's own machine. */
  @State(Scope.Thread)
  public static class Worker {
    @Nullable Cpu cpu;
    @Nullable PercpuAreas areas;

    @Setup(Level.Iteration)
    public void enter(ThreadParams threads, PercpuPair here) {
      DesignStack stack = Objects.requireNonNull(here.stack);
      cpu = stack.enter(threads.getThreadIndex());
      areas = stack.stack().areas();
    }

    @TearDown(Level.Iteration)
    public void leave(PercpuPair here) {
      Objects.requireNonNull(here.stack).leave(Objects.requireNonNull(cpu));
    }
  }

  @Benchmark
  public long pair(Worker worker) {
    Cpu cpu = Objects.requireNonNull(worker.cpu);
    PercpuAreas areas = Objects.requireNonNull(worker.areas);
    long area = areas.alloc(cpu, BYTES, ALIGN, Gfp.GFP_KERNEL);
    areas.free(cpu, area);
    cpu.poll();
    return area;
  }
}
