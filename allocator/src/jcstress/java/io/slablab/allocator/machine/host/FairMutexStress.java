package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As {@link MutexStress} where the holder hands the mutex over: nor is a wake-up lost. */
@JCStressTest
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "both increments of both fields")
@Outcome(expect = Expect.FORBIDDEN, desc = "an increment was lost: no exclusion or no publication")
@State
public class FairMutexStress {
  private static final Machine MACHINE =
      HostMachine.of(HostConfig.uniform(2, 1).withMutexKind(MutexKind.FAIR));
  private final Mutex lock = MACHINE.mutex(new LockClass("stress", LockClass.Kind.MUTEX));
  private int a;
  private int b;

  private void section(int id) {
    Cpu cpu = MACHINE.enter(id);
    lock.lock(cpu);
    a++;
    b++;
    lock.unlock(cpu);
    MACHINE.leave(cpu);
  }

  @Actor
  public void first() {
    section(0);
  }

  @Actor
  public void second() {
    section(1);
  }

  @Arbiter
  public void end(II_Result result) {
    result.r1 = a;
    result.r2 = b;
  }
}
