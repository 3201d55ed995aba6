package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * One CPU frees remotely while the slab's own CPU, out of local objects, takes what others freed:
 * the freed object is handed out at most once and is not lost.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "distinct objects, invariants hold")
@Outcome(expect = Expect.FORBIDDEN, desc = "an object with two owners, or a lost one")
@State
public class RemoteFreeStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(1 << 19));
  private static final Slub SLUB = new Slub(MACHINE, PAGES, SlubConfig.defaults(MemoryMode.META));

  private final KmemCache cache;
  private final long[] live;
  private long taken;

  public RemoteFreeStress() {
    Cpu cpu = MACHINE.enter(0);
    cache = SLUB.create(cpu, "stress", 1024, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    live = new long[cache.geometry().objects()];
    for (int i = 0; i < live.length; i++) {
      live[i] = cache.alloc(cpu, Gfp.GFP_KERNEL);
    }
    MACHINE.leave(cpu);
  }

  @Actor
  public void owner() {
    Cpu cpu = MACHINE.enter(0);
    taken = cache.alloc(cpu, Gfp.GFP_KERNEL);
    MACHINE.leave(cpu);
  }

  @Actor
  public void remote() {
    Cpu cpu = MACHINE.enter(1);
    cache.free(cpu, live[0]);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(ZZ_Result result) {
    boolean distinct = taken != 0;
    for (int i = 1; i < live.length; i++) {
      distinct &= live[i] != taken;
    }
    result.r1 = distinct;
    Cpu cpu = MACHINE.enter(0);
    for (int i = 1; i < live.length; i++) {
      cache.free(cpu, live[i]);
    }
    cache.free(cpu, taken);
    result.r2 = SLUB.destroy(cpu, cache).destroyed();
    MACHINE.leave(cpu);
  }
}
