package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JI_Result;

/** Who finds an action by its index without the lock sees what was written into it before. */
@JCStressTest
@Outcome(id = "-16, 0", expect = Expect.ACCEPTABLE, desc = "still a placeholder")
@Outcome(id = "-16, 1", expect = Expect.ACCEPTABLE, desc = "the fields early: no order claimed")
@Outcome(id = "4096, 1", expect = Expect.ACCEPTABLE, desc = "found with its fields")
@Outcome(expect = Expect.FORBIDDEN, desc = "found without its fields")
@State
public class IndexPublishStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final int ACTION = 4096;

  private final IdrInfo idr = new IdrInfo(MACHINE);
  private final int index = idr.allocLowest();
  private int fields;

  @Actor
  public void maker() {
    Cpu cpu = MACHINE.enter(0);
    fields = 1;
    idr.lock(cpu);
    idr.replace(index, ACTION);
    idr.unlock(cpu);
    MACHINE.leave(cpu);
  }

  @Actor
  public void finder(JI_Result result) {
    Cpu cpu = MACHINE.enter(1);
    result.r1 = idr.lookup(cpu, index);
    result.r2 = fields;
    MACHINE.leave(cpu);
  }
}
