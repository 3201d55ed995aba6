package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
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
 * One CPU puts a full sheaf into the barn while another wants one. The look without the lock may
 * miss it; what was put is either taken or there.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "taken")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "missed, and still there")
@Outcome(expect = Expect.FORBIDDEN, desc = "a sheaf twice, or lost")
@State
public class BarnExchangeStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final LockClass LOCK = new LockClass("barn->lock", LockClass.Kind.SPIN_IRQSAVE);

  private final NodeBarn barn = new NodeBarn(MACHINE.spinLock(LOCK), MACHINE.line("node_barn"));
  private final Sheaf full = new Sheaf(1);
  private final Sheaf empty = new Sheaf(1);

  public BarnExchangeStress() {
    full.push(4096);
  }

  @Actor
  public void giver() {
    Cpu cpu = MACHINE.enter(0);
    barn.putFull(cpu, full);
    MACHINE.leave(cpu);
  }

  @Actor
  public void taker(II_Result result) {
    Cpu cpu = MACHINE.enter(1);
    Sheaf got = barn.replaceEmpty(cpu, empty);
    result.r1 = got == null ? 0 : got.size();
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(II_Result result) {
    result.r2 = (int) barn.objects();
  }
}
