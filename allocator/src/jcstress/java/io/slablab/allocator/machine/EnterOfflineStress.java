package io.slablab.allocator.machine;

import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A CPU is entered while another takes it down: either it is refused, or the parts learn of its end
 * after its holder has left, and see by plain accesses all that the holder wrote.
 */
@JCStressTest
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "entered first: all of it is seen")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "its holder was still there, or its words are missed")
@State
public class EnterOfflineStress {
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private int word;
  private int seen;

  public EnterOfflineStress() {
    machine.hotplug().register(new Part());
  }

  private final class Part implements HotplugPart {
    @Override
    public void dead(Cpu caller, int cpu) {
      seen = word;
    }
  }

  @Actor
  public void holder(II_Result result) {
    try {
      Cpu cpu = machine.enter(1);
      word = 1; // not seen by anybody
      word = 2;
      machine.leave(cpu);
      result.r1 = 1;
    } catch (IllegalStateException offline) {
      result.r1 = 0;
    }
  }

  @Actor
  public void takesDown(II_Result result) {
    Cpu cpu = machine.enter(0);
    machine.hotplug().offline(cpu, 1);
    machine.leave(cpu);
    result.r2 = seen;
  }
}
