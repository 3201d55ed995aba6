package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * One CPU reads through a pointer; the other unpublishes it, waits for a grace period and frees.
 * All accesses are plain: the sections, the polls and the token order them.
 */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "read before it was unpublished")
@Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "found nothing")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "read what was freed")
@State
public class SynchronizeStress {
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final Rcu rcu = new Rcu(machine, RcuConfig.DEFAULT.hurried());
  private int value = 1;
  private boolean published = true;

  @Actor
  public void reader(I_Result result) {
    Cpu cpu = machine.enter(0);
    rcu.readLock(cpu);
    result.r1 = published ? value : -1;
    rcu.readUnlock(cpu);
    machine.leave(cpu);
  }

  @Actor
  public void writer() {
    Cpu cpu = machine.enter(1);
    published = false;
    rcu.synchronize(cpu);
    value = 0;
    machine.leave(cpu);
  }
}
