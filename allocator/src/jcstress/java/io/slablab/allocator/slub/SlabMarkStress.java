package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Two CPUs raise the high-water mark of slab pages at once: the higher one stays. */
@JCStressTest
@Outcome(id = "6, 6", expect = Expect.ACCEPTABLE, desc = "held and marked")
@Outcome(expect = Expect.FORBIDDEN, desc = "a mark below what was held")
@State
public class SlabMarkStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));

  private final SlabPages pages = new SlabPages(MACHINE);
  private final Slab large = slab(2);
  private final Slab small = slab(1);

  private static Slab slab(int order) {
    Slab slab = new Slab(MACHINE);
    slab.order = order;
    return slab;
  }

  @Actor
  public void one() {
    Cpu cpu = MACHINE.enter(0);
    pages.taken(cpu, large);
    MACHINE.leave(cpu);
  }

  @Actor
  public void other() {
    Cpu cpu = MACHINE.enter(1);
    pages.taken(cpu, small);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(JJ_Result result) {
    result.r1 = pages.held().pages();
    result.r2 = pages.mark().pages();
  }
}
