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

/**
 * A sum while another CPU adds twice, the second time past the batch: it sees whole additions,
 * never an amount twice or not at all while it moves from the piece to the count.
 */
@JCStressTest
@Outcome(
    id = {"0", "20", "40"},
    expect = Expect.ACCEPTABLE,
    desc = "none, one or both")
@Outcome(expect = Expect.FORBIDDEN, desc = "torn, or counted in both places")
@State
public class CounterSumStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(3, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(1 << 17));
  private static final Percpu PERCPU = new Percpu(MACHINE, PAGES, PercpuConfig.defaults());
  private static final PercpuCounters COUNTERS =
      new PercpuCounters(MACHINE, PAGES.memory(), PERCPU, PERCPU);

  private final long fbc;

  public CounterSumStress() {
    Cpu cpu = MACHINE.enter(2);
    fbc = PAGES.alloc(cpu, 0, Gfp.GFP_KERNEL, 0);
    if (fbc == 0 || COUNTERS.initMany(cpu, fbc, 0, Gfp.GFP_KERNEL, 1) != 0) {
      throw new IllegalStateException("out of memory");
    }
    MACHINE.leave(cpu);
  }

  @Actor
  public void adder() {
    Cpu cpu = MACHINE.enter(0);
    COUNTERS.add(cpu, fbc, 20);
    COUNTERS.add(cpu, fbc, 20);
    MACHINE.leave(cpu);
  }

  @Actor
  public void summer(J_Result result) {
    Cpu cpu = MACHINE.enter(1);
    result.r1 = COUNTERS.sum(cpu, fbc);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(J_Result result) {
    Cpu cpu = MACHINE.enter(2);
    if (COUNTERS.sum(cpu, fbc) != 40) {
      result.r1 = -1; // INV-CT-1
    }
    COUNTERS.destroyMany(cpu, fbc, 1);
    PAGES.free(cpu, fbc, 0);
    MACHINE.leave(cpu);
  }
}
