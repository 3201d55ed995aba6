package io.slablab.allocator.counter;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuConfig;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** The owner's plain number and the others' shared one: no addition is lost. */
@JCStressTest
@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "all three")
@Outcome(expect = Expect.FORBIDDEN, desc = "an addition lost")
@State
public class LazyCounterStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(3, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(1 << 17));
  private static final Percpu PERCPU = new Percpu(MACHINE, PAGES, PercpuConfig.defaults());
  private static final LazyCounters COUNTERS =
      new LazyCounters(PAGES.memory(), new PercpuCounters(MACHINE, PAGES.memory(), PERCPU, PERCPU));

  private final long fbc;

  public LazyCounterStress() {
    Cpu cpu = MACHINE.enter(0);
    fbc = PAGES.alloc(cpu, 0, Gfp.GFP_KERNEL, 0);
    COUNTERS.initMany(cpu, fbc, 1);
    MACHINE.leave(cpu);
  }

  private void add(int id, int amount) {
    Cpu cpu = MACHINE.enter(id);
    COUNTERS.add(cpu, fbc, amount);
    MACHINE.leave(cpu);
  }

  @Actor
  public void ownerThenOther() {
    add(0, 1);
    add(1, 2);
  }

  @Actor
  public void another() {
    add(2, 4);
  }

  @Arbiter
  public void end(J_Result result) {
    result.r1 = COUNTERS.sum(fbc);
    Cpu cpu = MACHINE.enter(0);
    PAGES.free(cpu, fbc, 0);
    MACHINE.leave(cpu);
  }
}
