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
 * One CPU takes the last free object of a slab on another node's list, under list_lock; a second
 * one frees an object onto the same slab, without the lock while the slab is not full. The object
 * taken is no one else's, the one freed is not lost, and the slab is on the list as long as it has
 * one.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "distinct objects, none lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "an object with two owners, or a lost one")
@State
public class TakeHeadStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(4, 2));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(1 << 19));
  private static final Slub SLUB =
      new Slub(MACHINE, PAGES, SlubConfig.defaults(MemoryMode.META).withSheaves(SheafMode.ALL));
  private static final int NODE = 0;

  private final KmemCache cache;
  private final long[] live;
  private long taken;

  public TakeHeadStress() {
    Cpu cpu = MACHINE.enter(2); // of node 1: past its sheaves, straight from slabs
    cache = SLUB.create(cpu, "stress", 1024, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    live = new long[cache.geometry().objects() - 1];
    for (int i = 0; i < live.length; i++) {
      live[i] = cache.allocNode(cpu, Gfp.GFP_KERNEL, NODE);
    }
    MACHINE.leave(cpu);
  }

  @Actor
  public void takes() {
    Cpu cpu = MACHINE.enter(2);
    taken = cache.allocNode(cpu, Gfp.GFP_KERNEL, NODE);
    MACHINE.leave(cpu);
  }

  @Actor
  public void frees() {
    Cpu cpu = MACHINE.enter(3);
    cache.free(cpu, live[0]);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(ZZ_Result result) {
    Cpu cpu = MACHINE.enter(2);
    CacheStats stats = cache.stats();
    boolean distinct = taken != 0 && stats.slabs() == 1 && cache.nodes[NODE].nrPartial == 1;
    for (int i = 1; i < live.length; i++) {
      distinct &= live[i] != taken;
    }
    result.r1 = distinct;
    for (int i = 1; i < live.length; i++) {
      cache.free(cpu, live[i]);
    }
    cache.free(cpu, taken);
    result.r2 = SLUB.destroy(cpu, cache).destroyed();
    MACHINE.leave(cpu);
  }
}
