package io.slablab.allocator.rcu;

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
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A reader with two sections and a poll between them, so that it says it is quiet while another
 * CPU's callback waits: neither section sees the callback's work through a pointer it found. The
 * barrier sees all of it.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "nothing freed was read, all was freed")
@Outcome(expect = Expect.FORBIDDEN, desc = "read what was freed, or a callback is lost")
@State
public class CallRcuStress {
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final Rcu rcu = new Rcu(machine, RcuConfig.DEFAULT.hurried());
  private int value = 1;
  private boolean published = true;
  private int freedReads;

  @Actor
  public void reader() {
    Cpu cpu = machine.enter(0);
    int freed = read(cpu);
    cpu.poll();
    freed += read(cpu);
    freedReads = freed;
    machine.leave(cpu);
  }

  private int read(Cpu cpu) {
    rcu.readLock(cpu);
    int freed = published && value == 0 ? 1 : 0;
    rcu.readUnlock(cpu);
    return freed;
  }

  @Actor
  public void writer() {
    Cpu cpu = machine.enter(1);
    rcu.callRcu(cpu, new RcuHead(_ -> {}));
    cpu.poll(); // a grace period may run already, too early for what comes now
    published = false;
    rcu.callRcu(cpu, new RcuHead(_ -> value = 0));
    cpu.poll();
    cpu.poll();
    machine.leave(cpu);
  }

  @Arbiter
  public void end(II_Result result) {
    Cpu cpu = machine.enter(1);
    rcu.barrier(cpu);
    result.r1 = freedReads;
    result.r2 = value;
    machine.leave(cpu);
  }
}
