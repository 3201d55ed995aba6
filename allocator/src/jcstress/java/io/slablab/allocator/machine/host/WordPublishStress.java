package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JI_Result;

/** What was written before a release of the word is seen by who acquires the new value. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not yet")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the data early: no order claimed")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "published")
@Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "word without its data")
@State
public class WordPublishStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final Cpu ZERO = MACHINE.enter(0);
  private final Word word = MACHINE.word(MACHINE.line("stress"), 0);
  private int data;

  @Actor
  public void writer() {
    data = 1;
    word.setRelease(ZERO, 1);
  }

  @Actor
  public void reader(JI_Result result) {
    result.r1 = word.getAcquire(ZERO);
    result.r2 = data;
  }
}
