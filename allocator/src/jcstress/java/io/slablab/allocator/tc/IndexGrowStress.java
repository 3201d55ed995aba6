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
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A live action is found at any time while the table of indices is replaced by a longer one. */
@JCStressTest
@Outcome(id = "4096, 0", expect = Expect.ACCEPTABLE, desc = "the old table")
@Outcome(id = "4096, 8192", expect = Expect.ACCEPTABLE, desc = "the new table, complete")
@Outcome(id = "4096, -16", expect = Expect.ACCEPTABLE, desc = "the new table, being filled")
@Outcome(expect = Expect.FORBIDDEN, desc = "a live action is not found")
@State
public class IndexGrowStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final int BEYOND = 5000;

  private final IdrInfo idr = new IdrInfo(MACHINE);
  private final int index = idr.allocLowest();

  public IndexGrowStress() {
    idr.replace(index, 4096);
  }

  @Actor
  public void grower() {
    Cpu cpu = MACHINE.enter(0);
    idr.lock(cpu);
    idr.allocAt(BEYOND);
    idr.replace(BEYOND, 8192);
    idr.unlock(cpu);
    MACHINE.leave(cpu);
  }

  @Actor
  public void finder(JJ_Result result) {
    Cpu cpu = MACHINE.enter(1);
    result.r2 = idr.lookup(cpu, BEYOND);
    result.r1 = idr.lookup(cpu, index);
    MACHINE.leave(cpu);
  }
}
