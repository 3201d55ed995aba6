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
 * A CPU that nobody holds says nothing, and is entered on its behalf: who enters it next sees what
 * was unpublished before, and who held it last has finished reading.
 */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "read before it was unpublished")
@Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "found nothing")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "read what was freed")
@State
public class IdleCpuStress {
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final Rcu rcu = new Rcu(machine, RcuConfig.DEFAULT.hurried());
  private int value = 1;
  private boolean published = true;

  @Actor
  public void reader(I_Result result) {
    machine.leave(machine.enter(0));
    Cpu cpu = machine.enter(0);
    rcu.readLock(cpu);
    boolean found = published;
    int seen = value;
    rcu.readUnlock(cpu);
    machine.leave(cpu);
    machine.leave(machine.enter(0));
    result.r1 = found ? seen : -1;
  }

  @Actor
  public void writer() {
    Cpu cpu = machine.enter(1);
    published = false;
    rcu.callRcu(cpu, new RcuHead(_ -> value = 0));
    cpu.poll();
    machine.leave(cpu);
  }
}
