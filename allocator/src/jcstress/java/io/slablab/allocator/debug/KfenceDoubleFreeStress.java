package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two CPUs free one sampled object: one of them ends it. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "destructed once")
@Outcome(
    id = "-1",
    expect = Expect.ACCEPTABLE,
    desc = "all guarded pages were in use: an ordinary object, freed once")
@Outcome(expect = Expect.FORBIDDEN, desc = "destructed twice or never")
@State
public class KfenceDoubleFreeStress {
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(1 << 15));
  private static final Slub SLUB = new Slub(MACHINE, PAGES, SlubConfig.defaults(MemoryMode.META));
  private static final DebugFeatures DEBUG =
      DebugFeatures.install(
          MACHINE,
          PAGES,
          SLUB,
          DebugConfig.of(DebugFeature.KFENCE).withSampling(new KfenceSampling.EveryAllocations(1)));

  private final AtomicInteger destructed = new AtomicInteger();
  private final KmemCache cache;
  private final long object;
  private final boolean sampled;

  public KfenceDoubleFreeStress() {
    Cpu cpu = MACHINE.enter(0);
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withCtor((_, _, _) -> 0)
            .withDtor((_, _) -> destructed.incrementAndGet());
    cache = SLUB.create(cpu, "stress", 256, args);
    object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    sampled = DEBUG.kfence().orElseThrow().samples(object);
    MACHINE.leave(cpu);
  }

  @Actor
  public void one() {
    free(0);
  }

  @Actor
  public void other() {
    if (sampled) {
      free(1);
    }
  }

  private void free(int id) {
    Cpu cpu = MACHINE.enter(id);
    cache.free(cpu, object);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(I_Result result) {
    result.r1 = sampled ? destructed.get() : -1;
    Cpu cpu = MACHINE.enter(0);
    SLUB.destroy(cpu, cache);
    MACHINE.leave(cpu);
  }
}
