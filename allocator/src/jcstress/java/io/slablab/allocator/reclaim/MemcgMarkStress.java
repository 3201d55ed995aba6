package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * A memory cgroup gets its first object while a reclaimer that found it empty clears its mark. Were
 * the mark lost, no reclaimer would ask for the object again.
 */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "the cgroup is asked for its object")
@Outcome(expect = Expect.FORBIDDEN, desc = "an object that nobody asks for")
@State
public class MemcgMarkStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final ObjCgroup MEMCG = new ObjCgroup(MACHINE, Long.MAX_VALUE);
  private static final Word SCANNED = MACHINE.word(MACHINE.line("slabs_scanned"), 0);

  private final Objects objects = new Objects();
  private final RegisteredShrinker registered = new RegisteredShrinker(MACHINE, objects);

  /** Objects that cannot be freed now. */
  private static final class Objects implements Shrinker {
    final Word count = MACHINE.word(MACHINE.line("objects"), 0);
    boolean asked;

    @Override
    public boolean memcgAware() {
      return true;
    }

    @Override
    public long countObjects(Cpu cpu, int node, @Nullable ObjCgroup memcg, int gfp) {
      asked = true;
      return count.getAcquire(cpu) == 0 ? EMPTY : 0;
    }

    @Override
    public long countObjects(Cpu cpu, int node, int gfp) {
      return 0;
    }

    @Override
    public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
      return STOP;
    }
  }

  public MemcgMarkStress() {
    Cpu cpu = MACHINE.enter(0);
    registered.mark(cpu, MEMCG, 0);
    MACHINE.leave(cpu);
  }

  private void shrink(Cpu cpu) {
    registered.shrinkMarked(cpu, 0, MEMCG, Gfp.GFP_KERNEL, 0, SCANNED);
  }

  @Actor
  public void add() {
    Cpu cpu = MACHINE.enter(0);
    objects.count.setRelease(cpu, 1);
    registered.mark(cpu, MEMCG, 0);
    MACHINE.leave(cpu);
  }

  @Actor
  public void reclaim() {
    Cpu cpu = MACHINE.enter(1);
    shrink(cpu);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void reclaimAgain(Z_Result result) {
    Cpu cpu = MACHINE.enter(0);
    objects.asked = false;
    shrink(cpu);
    result.r1 = objects.asked;
    MACHINE.leave(cpu);
  }
}
