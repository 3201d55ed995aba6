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
 * Two CPUs free an object each of a full slab that is no CPU's: one of them makes it partial and
 * puts it on its own stack, the other's object lands on the same slab, and none is lost.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "one owner, both objects back")
@Outcome(expect = Expect.FORBIDDEN, desc = "the slab on two stacks or none, or an object lost")
@State
public class FullSlabFreeStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(1 << 19));
  private static final Slub SLUB = new Slub(MACHINE, PAGES, SlubConfig.defaults(MemoryMode.META));

  private final KmemCache cache;
  private final long[] full;
  private final long[] next;

  public FullSlabFreeStress() {
    Cpu cpu = MACHINE.enter(0);
    cache = SLUB.create(cpu, "stress", 1024, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    full = slab(cpu);
    next = slab(cpu); // so that no CPU has the first one
    MACHINE.leave(cpu);
  }

  private long[] slab(Cpu cpu) {
    long[] objects = new long[cache.geometry().objects()];
    for (int i = 0; i < objects.length; i++) {
      objects[i] = cache.alloc(cpu, Gfp.GFP_KERNEL);
    }
    return objects;
  }

  @Actor
  public void first() {
    Cpu cpu = MACHINE.enter(0);
    cache.free(cpu, full[0]);
    MACHINE.leave(cpu);
  }

  @Actor
  public void second() {
    Cpu cpu = MACHINE.enter(1);
    cache.free(cpu, full[1]);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(ZZ_Result result) {
    Cpu cpu = MACHINE.enter(0);
    CacheStats stats = cache.stats();
    result.r1 =
        stats.cpuPartialSlabs() == 1 && stats.objectsInUse() == full.length + next.length - 2;
    for (int i = 2; i < full.length; i++) {
      cache.free(cpu, full[i]);
    }
    for (long object : next) {
      cache.free(cpu, object);
    }
    result.r2 = SLUB.destroy(cpu, cache).destroyed();
    MACHINE.leave(cpu);
  }
}
