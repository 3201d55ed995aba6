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
 * One CPU frees an object of a debugged cache while another allocates from the same slab: list_lock
 * orders patterns, freelist and counts, so that neither finds what the other is still writing.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "nothing told, nothing lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "a defect that nobody made, or a lost object")
@State
public class DebuggedFreeStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(1 << 19));
  private static final Slub SLUB =
      new Slub(MACHINE, PAGES, SlubConfig.defaults(MemoryMode.FULL).withSlubDebug("FZP"));

  private final KmemCache cache;
  private final long first;
  private final long second;
  private long taken;

  public DebuggedFreeStress() {
    Cpu cpu = MACHINE.enter(0);
    cache = SLUB.create(cpu, "stress", 1024, KmemCacheArgs.NONE);
    first = cache.alloc(cpu, Gfp.GFP_KERNEL);
    second = cache.alloc(cpu, Gfp.GFP_KERNEL);
    MACHINE.leave(cpu);
  }

  @Actor
  public void allocates() {
    Cpu cpu = MACHINE.enter(0);
    taken = cache.alloc(cpu, Gfp.GFP_KERNEL);
    MACHINE.leave(cpu);
  }

  @Actor
  public void frees() {
    Cpu cpu = MACHINE.enter(1);
    cache.free(cpu, first);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(ZZ_Result result) {
    Cpu cpu = MACHINE.enter(0);
    cache.validate(cpu);
    result.r1 = taken != second && SLUB.log().errorCount() == 0;
    cache.free(cpu, second);
    cache.free(cpu, taken);
    result.r2 = SLUB.destroy(cpu, cache).destroyed();
    MACHINE.leave(cpu);
  }
}
