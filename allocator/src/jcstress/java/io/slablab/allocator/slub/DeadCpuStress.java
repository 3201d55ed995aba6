package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A CPU that is in use, or about to be, is taken down: what it kept of a cache is taken over with
 * plain accesses, since its token orders them after its last user's. Nothing stays with it, and no
 * object is lost.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "all taken over, none lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "a slab left with a dead CPU, or a lost object")
@State
public class DeadCpuStress {
  private static final int DYING = 1;

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final Slub slub;
  private final KmemCache cache;
  private final long[] live;
  private final int kept;

  public DeadCpuStress() {
    PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(1024));
    slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(DYING);
    cache = slub.create(cpu, "stress", 1024, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    live = new long[2 * cache.geometry().objects() - 1];
    for (int i = 0; i < live.length; i++) {
      live[i] = cache.alloc(cpu, Gfp.GFP_KERNEL);
    }
    kept = live.length;
    machine.leave(cpu);
  }

  @Actor
  public void uses() {
    Cpu cpu = enterIfOnline();
    if (cpu != null) {
      cache.free(cpu, live[0]); // of the full slab: onto the partial stack
      live[0] = cache.alloc(cpu, Gfp.GFP_KERNEL); // the last of its own slab
      machine.leave(cpu);
    }
  }

  private @Nullable Cpu enterIfOnline() {
    try {
      return machine.enter(DYING);
    } catch (IllegalStateException offline) {
      return null;
    }
  }

  @Actor
  public void takesDown() {
    Cpu cpu = machine.enter(0);
    machine.hotplug().offline(cpu, DYING);
    machine.leave(cpu);
  }

  @Arbiter
  public void end(ZZ_Result result) {
    Cpu cpu = machine.enter(0);
    KmemCacheCpu dead = cache.cpus[DYING];
    result.r1 = dead.slab == null && dead.partial == null && cache.stats().objectsInUse() == kept;
    for (long object : live) {
      cache.free(cpu, object);
    }
    result.r2 = slub.destroy(cpu, cache).destroyed();
    machine.leave(cpu);
    machine.close();
  }
}
