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
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * Two threads of a process end on two CPUs. Exactly one of them is the last, and its end of the
 * life finds what the other counted: were that missed, the next life would begin with it.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "one of them was the last")
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
    MACHINE.leave(cpu);
  }

  private int exit(int id, int counter) {
    Cpu cpu = MACHINE.enter(id);
    TYPE.addRss(cpu, mm, counter, 3);
    boolean last = MMS.mmput(cpu, mm);
    MACHINE.leave(cpu);
    return last ? 1 : 0;
  }

  @Actor
  public void one(JJ_Result result) {
    result.r1 = exit(0, MmStruct.FILE_PAGES);
  }

  @Actor
  public void other(JJ_Result result) {
    result.r2 = exit(1, MmStruct.ANON_PAGES);
  }

  /** Memory of an object that nobody has: the counts as its next life would find them. */
  @Arbiter
  public void end(JJ_Result result) {
    Cpu cpu = MACHINE.enter(0);
    result.r1 += result.r2;
    result.r2 =
        TYPE.counters.sum(cpu, TYPE.fbc(mm, MmStruct.FILE_PAGES))
            + TYPE.counters.sum(cpu, TYPE.fbc(mm, MmStruct.ANON_PAGES));
    MACHINE.leave(cpu);
  }
}
