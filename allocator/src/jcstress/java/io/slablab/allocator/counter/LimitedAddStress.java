package io.slablab.allocator.counter;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuConfig;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The count is 36 of 100. One CPU adds 31, which its piece can take without the lock; the other 64,
 * under the lock. Both together would pass the limit: at least one is refused.
 */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "the piece was seen")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the count was seen")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "each saw the other's attempt")
@Outcome(id = "true, true", expect = Expect.FORBIDDEN, desc = "above the limit")
@State
public class LimitedAddStress {
  private static final long FBC = 64;
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(4096));
  private static final Percpu PERCPU = new Percpu(MACHINE, PAGES, PercpuConfig.defaults());
  private static final Memory OBJECTS = MACHINE.memory("objects", 4096);
  private static final PercpuCounters COUNTERS =
      new PercpuCounters(MACHINE, OBJECTS, PERCPU, PERCPU);

  static {
    Cpu cpu = MACHINE.enter(0);
    COUNTERS.initMany(cpu, FBC, 0, Gfp.GFP_KERNEL, 1);
    MACHINE.leave(cpu);
  }

  public LimitedAddStress() {
    Cpu cpu = MACHINE.enter(0);
    COUNTERS.set(cpu, FBC, 36);
    MACHINE.leave(cpu);
  }

  @Actor
  public void piece(ZZ_Result result) {
    Cpu cpu = MACHINE.enter(0);
    result.r1 = COUNTERS.limitedAdd(cpu, FBC, 100, 31);
    MACHINE.leave(cpu);
  }

  @Actor
  public void locked(ZZ_Result result) {
    Cpu cpu = MACHINE.enter(1);
    result.r2 = COUNTERS.limitedAdd(cpu, FBC, 100, 64);
    MACHINE.leave(cpu);
  }
}
