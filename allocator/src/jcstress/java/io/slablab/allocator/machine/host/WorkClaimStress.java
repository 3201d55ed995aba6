package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Work;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Of two that queue an item at once exactly one gets to. */
@JCStressTest
@Outcome(
    id = {"true, false", "false, true"},
    expect = Expect.ACCEPTABLE,
    desc = "one claimed")
@Outcome(expect = Expect.FORBIDDEN, desc = "queued twice, or by nobody")
@State
public class WorkClaimStress {
  private final Work work = new Work("stress", _ -> {});

  @Actor
  public void first(ZZ_Result result) {
    result.r1 = work.claim();
  }

  @Actor
  public void second(ZZ_Result result) {
    result.r2 = work.claim();
  }
}
