package io.slablab.allocator.machine;

import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Who sees a CPU online sees, by plain accesses, what the parts prepared for it. */
@JCStressTest
@Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "not online yet")
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "online and prepared")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "online before it was prepared")
@State
public class OnlinePublishStress {
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private int prepared;

  public OnlinePublishStress() {
    Cpu cpu = machine.enter(0);
    machine.hotplug().offline(cpu, 1);
    machine.leave(cpu);
    machine.hotplug().register(new Part());
  }

  private final class Part implements HotplugPart {
    @Override
    public void online(Cpu caller, int cpu) {
      prepared = 1;
    }
  }

  @Actor
  public void bringsUp() {
    Cpu cpu = machine.enter(0);
    machine.hotplug().online(cpu, 1);
    machine.leave(cpu);
  }

  @Actor
  public void looks(I_Result result) {
    result.r1 = machine.hotplug().isOnline(1) ? prepared : -1;
  }
}
