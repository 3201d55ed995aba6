package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * Two threads of a process end on two CPUs. Exactly one of them is the last, and it sees what the
 * other counted: were that missed, the check at the end of the life would pass over it.
 */
@JCStressTest
@Outcome(
    id = {"1, 0, 6", "0, 1, 6"},
    expect = Expect.ACCEPTABLE,
    desc = "one of them was the last and saw both counts")
@Outcome(expect = Expect.FORBIDDEN, desc = "none, or both, or one that missed a count")
@State
public class MmputStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final AllocatorStack STACK =
      AllocatorStack.of(
          MACHINE, StackConfig.measured(MACHINE, false).forVariant(Variant.SLABLAB_BEST));
  private static final MmStruct TYPE;
  private static final ObjectPool POOL;
  private static final MmReferences MMS;

  static {
    Cpu cpu = MACHINE.enter(0);
    TYPE = MmStruct.of(cpu, STACK, Variant.SLABLAB_BEST.form(), false);
    POOL = Variant.SLABLAB_BEST.open(cpu, STACK, TYPE);
    MMS = new MmReferences(MACHINE, TYPE, POOL);
    MACHINE.leave(cpu);
  }

  private final long mm;

  public MmputStress() {
    Cpu cpu = MACHINE.enter(0);
    mm = POOL.get(cpu, Gfp.GFP_KERNEL);
    MMS.mmget(mm);
    MMS.mmgrab(mm); // so that it is there to be looked at
    MACHINE.leave(cpu);
  }

  /**
   * @return what the last one sees, or 0
   */
  private long exit(int id, int counter) {
    Cpu cpu = MACHINE.enter(id);
    TYPE.addRss(cpu, mm, counter, 3);
    long seen =
        MMS.mmput(cpu, mm)
            ? TYPE.rss(cpu, mm, MmStruct.FILE_PAGES) + TYPE.rss(cpu, mm, MmStruct.ANON_PAGES)
            : 0;
    MACHINE.leave(cpu);
    return seen;
  }

  @Actor
  public void one(JJJ_Result result) {
    result.r1 = exit(0, MmStruct.FILE_PAGES);
  }

  @Actor
  public void other(JJJ_Result result) {
    result.r2 = exit(1, MmStruct.ANON_PAGES);
  }

  @Arbiter
  public void end(JJJ_Result result) {
    result.r3 = result.r1 + result.r2;
    result.r1 = Long.signum(result.r1);
    result.r2 = Long.signum(result.r2);
    Cpu cpu = MACHINE.enter(0);
    TYPE.addRss(cpu, mm, MmStruct.FILE_PAGES, -3);
    TYPE.addRss(cpu, mm, MmStruct.ANON_PAGES, -3);
    MMS.mmdrop(cpu, mm);
    MACHINE.leave(cpu);
  }
}
