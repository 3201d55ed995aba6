package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Two CPUs leave an empty slab each to the worker, which takes the list while one of them pushes:
 * each slab is destructed once, by the links its pusher wrote.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "both destructed once")
@Outcome(expect = Expect.FORBIDDEN, desc = "a slab lost, or destructed twice")
@State
public class DeferredPushStress {
  private static final int BYTES = 64;
  private static final int FRAMES = 1 << 19;
  private static final Machine MACHINE = HostMachine.of(HostConfig.uniform(2, 1));
  private static final PageAllocator PAGES =
      new PageAllocator(MACHINE, PageConfig.ofPagesPerNode(FRAMES));
  private static final Memory MEMORY = PAGES.memory();
  private static final KmemCache CACHE;
  private static final SlabFactory FACTORY;

  /** By page frame: slabs of it that were made and destructed; pages are used again and again. */
  private static final AtomicIntegerArray MADE = new AtomicIntegerArray(FRAMES);

  private static final AtomicIntegerArray DESTRUCTED = new AtomicIntegerArray(FRAMES);
  private static volatile boolean twice;

  static {
    Cpu cpu = MACHINE.enter(0);
    CACHE =
        new Slub(MACHINE, PAGES, SlubConfig.defaults(MemoryMode.META))
            .create(
                cpu,
                "stress",
                BYTES,
                KmemCacheArgs.NONE
                    .withCtor(DeferredPushStress::construct)
                    .withDtor(DeferredPushStress::destruct)
                    .withDeferredDtor(new DeferredDtor(1 << 20, DeferredDtor.Credit.AT_QUEUE)));
    FACTORY = new SlabFactory(CACHE, null);
    MACHINE.leave(cpu);
  }

  private final Slab first = make();
  private final Slab second = make();
  private final int firstFrame = frame(first.base);
  private final int secondFrame = frame(second.base);
  private final int firstTime = MADE.get(firstFrame);
  private final int secondTime = MADE.get(secondFrame);

  private static int frame(long base) {
    return (int) (base >>> PageAllocator.PAGE_SHIFT);
  }

  private static boolean startsSlab(long object) {
    return object % PageAllocator.PAGE_BYTES == 0;
  }

  private static int construct(Cpu cpu, long object, int gfp) {
    MEMORY.putLong(object, ~object);
    if (startsSlab(object)) {
      MADE.incrementAndGet(frame(object));
    }
    return 0;
  }

  private static void destruct(Cpu cpu, long object) {
    twice |= MEMORY.getLong(object) != ~object;
    MEMORY.putLong(object, 0);
    if (startsSlab(object)) {
      DESTRUCTED.incrementAndGet(frame(object));
    }
  }

  private static Slab make() {
    Cpu cpu = MACHINE.enter(0);
    @Nullable Slab slab =
        FACTORY.make(cpu, Gfp.GFP_KERNEL, Gfp.GFP_KERNEL, PageAllocator.NUMA_NO_NODE);
    MACHINE.leave(cpu);
    return Objects.requireNonNull(slab);
  }

  private static DeferredDestruction deferred() {
    return Objects.requireNonNull(CACHE.deferred());
  }

  private static void push(int id, Slab slab) {
    Cpu cpu = MACHINE.enter(id);
    deferred().push(cpu, slab);
    MACHINE.leave(cpu);
  }

  @Actor
  public void pusher() {
    push(0, first);
  }

  @Actor
  public void pusherAndWorker() {
    push(1, second);
    Cpu cpu = MACHINE.enter(1);
    deferred().drain(cpu);
    MACHINE.leave(cpu);
  }

  @Arbiter
  public void end(ZZ_Result result) {
    Cpu cpu = MACHINE.enter(0);
    deferred().drain(cpu);
    result.r1 =
        DESTRUCTED.get(firstFrame) >= firstTime && DESTRUCTED.get(secondFrame) >= secondTime;
    result.r2 = !twice;
    MACHINE.leave(cpu);
  }
}
