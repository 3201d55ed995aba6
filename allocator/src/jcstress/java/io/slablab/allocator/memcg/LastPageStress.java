package io.slablab.allocator.memcg;

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
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/**
 * Two CPUs charge the last page of a group. Both may be refused, as each sees what the other takes
 * back in a moment; never do both get it, and the count is that of who did.
 */
@JCStressTest
@Outcome(id = "true, false, 4096", expect = Expect.ACCEPTABLE, desc = "one got it")
@Outcome(id = "false, true, 4096", expect = Expect.ACCEPTABLE, desc = "the other got it")
@Outcome(id = "false, false, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "none got it")
@Outcome(expect = Expect.FORBIDDEN, desc = "over the limit, or a wrong count")
@State
public class LastPageStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));

  private final ObjCgroup group = new ObjCgroup(MACHINE, 1);

  private boolean charge(int id) {
    Cpu cpu = MACHINE.enter(id);
    boolean charged = group.charge(cpu, 4096);
    MACHINE.leave(cpu);
    return charged;
  }

  @Actor
  public void one(ZZJ_Result result) {
    result.r1 = charge(0);
  }

  @Actor
  public void other(ZZJ_Result result) {
    result.r2 = charge(1);
  }

  @Arbiter
  public void end(ZZJ_Result result) {
    result.r3 = group.usedBytes();
  }
}
