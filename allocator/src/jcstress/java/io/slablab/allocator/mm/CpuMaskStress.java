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
 * Two CPUs set their bits in one word of mm_cpumask. Were one lost, the end of the life would not
 * visit that CPU, and the next life would begin with its count.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the next life begins with nothing")
@Outcome(expect = Expect.FORBIDDEN, desc = "a CPU was forgotten")
@State
public class CpuMaskStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final AllocatorStack STACK =
      AllocatorStack.of(
          MACHINE, StackConfig.measured(MACHINE, false).forVariant(Variant.SLABLAB_BEST));
  private static final MmStruct TYPE;
  private static final ObjectPool POOL;

  static {
    Cpu cpu = MACHINE.enter(0);
    TYPE = MmStruct.of(cpu, STACK, Variant.SLABLAB_BEST.form(), false);
    POOL = Variant.SLABLAB_BEST.open(cpu, STACK, TYPE);
    MACHINE.leave(cpu);
  }

  private final long mm;

  public CpuMaskStress() {
    Cpu cpu = MACHINE.enter(0);
    mm = POOL.get(cpu, Gfp.GFP_KERNEL);
    MACHINE.leave(cpu);
  }

  private void use(int id, int counter) {
    Cpu cpu = MACHINE.enter(id);
    TYPE.addRss(cpu, mm, counter, 3);
    TYPE.addRss(cpu, mm, counter, -3 + id + 1);
    MACHINE.leave(cpu);
  }

  @Actor
  public void one() {
    use(0, MmStruct.FILE_PAGES);
  }

  @Actor
  public void other() {
    use(1, MmStruct.ANON_PAGES);
  }

  @Arbiter
  public void end(JJ_Result result) {
    Cpu cpu = MACHINE.enter(0);
    POOL.put(cpu, mm);
    long next = POOL.get(cpu, Gfp.GFP_KERNEL); // the one put last
    result.r1 = next == mm ? TYPE.rss(cpu, next, MmStruct.FILE_PAGES) : -1;
    result.r2 = next == mm ? TYPE.rss(cpu, next, MmStruct.ANON_PAGES) : -1;
    POOL.put(cpu, next);
    MACHINE.leave(cpu);
  }
}
