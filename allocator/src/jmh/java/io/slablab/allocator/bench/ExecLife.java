package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
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

/** One mm_struct built, used a little and dropped: what exec costs the allocators. */
@State(Scope.Benchmark)
public class ExecLife {
  @Param({"baseline", "ctor-dtor"})
  public String design = "";

  @Param("2")
  public int possibleCpus;

  private @Nullable DesignStack stack;
  private @Nullable MmStruct type;
  private @Nullable ObjectPool pool;

  @Setup
  public void setUp() {
    DesignStack here = DesignStack.of(design, possibleCpus);
    stack = here;
    Cpu cpu = here.enter(0);
    MmStruct mm = MmStruct.of(cpu, here.stack(), here.variant().form(), false);
    type = mm;
    pool = here.variant().open(cpu, here.stack(), mm);
    here.leave(cpu);
  }

  /** A worker as a CPU of this benchmark's own machine. */
  @State(Scope.Thread)
  public static class Worker {
    @Nullable Cpu cpu;

    @Setup(Level.Iteration)
    public void enter(ThreadParams threads, ExecLife here) {
      cpu = Objects.requireNonNull(here.stack).enter(threads.getThreadIndex());
    }

    @TearDown(Level.Iteration)
    public void leave(ExecLife here) {
      Objects.requireNonNull(here.stack).leave(Objects.requireNonNull(cpu));
    }
  }

  @Benchmark
  public long life(Worker worker) {
    Cpu cpu = Objects.requireNonNull(worker.cpu);
    ObjectPool mms = Objects.requireNonNull(pool);
    MmStruct mmType = Objects.requireNonNull(type);
    long mm = mms.get(cpu, Gfp.GFP_KERNEL);
    mmType.fault(cpu, mm, MmStruct.FILE_PAGES, 16);
    mmType.fault(cpu, mm, MmStruct.ANON_PAGES, 1);
    mms.put(cpu, mm);
    cpu.poll();
    return mm;
  }
}
