package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.tc.TcAction;
import io.slablab.allocator.tc.TcActionOps;
import io.slablab.allocator.tc.TcActions;
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

/** A live set of tc_actions, of which each operation replaces the oldest. */
@State(Scope.Benchmark)
public class TcLife {
  private static final int LIVE = 1000;

  @Param({"baseline", "ctor-dtor"})
  public String design = "";

  @Param("2")
  public int possibleCpus;

  private @Nullable DesignStack stack;
  private @Nullable TcActions actions;

  @Setup
  public void setUp() {
    DesignStack here = DesignStack.of(design, possibleCpus);
    stack = here;
    Cpu cpu = here.enter(0);
    TcAction type = TcAction.of(here.stack(), TcActionOps.GACT, here.variant().form(), true, false);
    ObjectPool pool = here.variant().open(cpu, here.stack(), type);
    actions = new TcActions(here.stack().machine(), type, pool);
    here.leave(cpu);
  }

  /** A worker as a CPU of this benchmark's own machine. */
  @State(Scope.Thread)
  public static class Worker {
    @Nullable Cpu cpu;
    final long[] live = new long[LIVE];
    int oldest;

    @Setup(Level.Iteration)
    public void enter(ThreadParams threads, TcLife here) {
      cpu = Objects.requireNonNull(here.stack).enter(threads.getThreadIndex());
    }

    @TearDown(Level.Iteration)
    public void leave(TcLife here) {
      Objects.requireNonNull(here.stack).leave(Objects.requireNonNull(cpu));
    }
  }

  @Benchmark
  public long life(Worker worker) {
    Cpu cpu = Objects.requireNonNull(worker.cpu);
    TcActions tc = Objects.requireNonNull(actions);
    int slot = worker.oldest;
    worker.oldest = slot + 1 == LIVE ? 0 : slot + 1;
    long old = worker.live[slot];
    if (old != 0) {
      tc.release(cpu, old, true);
    }
    tc.createMany(cpu, Gfp.GFP_KERNEL, worker.live, slot, 1);
    cpu.poll();
    return old;
  }
}
