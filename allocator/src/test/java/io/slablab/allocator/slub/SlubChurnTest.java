package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A seeded script on several virtual CPUs, entered in turn by one thread, with the invariants
 * checked after every step.
 */
@SuppressWarnings("NullAway.Init") // set at the start of the one test
class SlubChurnTest {
  private static final int CPUS = 4;
  private static final int STEPS = 3_000;
  private static final int BULK = 24;

  private Machine machine;
  private PageAllocator pages;
  private Slub slub;
  private KmemCache cache;
  private LiveObjects objects;
  private SplittableRandom random;
  private final List<Long> live = new ArrayList<>();
  private final Set<Long> inUse = new HashSet<>();

  @ParameterizedTest(name = "{0} seed {1} cpuPartial {2} size {3}")
  @CsvSource({
    "META,1,true,504", "META,2,false,504", "META,3,true,2040", "META,4,true,24",
    "FULL,5,true,504", "FULL,6,false,504", "FULL,7,true,2040", "FULL,8,false,24"
  })
  void theInvariantsHoldAfterEveryStep(MemoryMode mode, long seed, boolean cpuPartial, int size) {
    machine = CheckedMachines.of(HostConfig.uniform(CPUS, 2));
    pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(2048));
    slub = new Slub(machine, pages, SlubConfig.defaults(mode).withCpuPartial(cpuPartial));
    objects = new LiveObjects(slub.memory());
    random = new SplittableRandom(seed);
    Cpu boot = machine.enter(0);
    cache = slub.create(boot, "c", size, objects.args());
    machine.leave(boot);
    for (int step = 0; step < STEPS; step++) {
      try {
        step(step);
        check();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed=" + seed + " step=" + step, e);
      }
    }
    Cpu cpu = machine.enter(1);
    live.forEach(object -> cache.free(cpu, object));
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(objects.constructed()).isZero();
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
    machine.close();
  }

  private void step(int step) {
    Cpu cpu = machine.enter(random.nextInt(CPUS));
    boolean grow = step / 500 % 2 == 0;
    switch (random.nextInt(20)) {
      case 0 -> allocBulk(cpu);
      case 1 -> freeBulk(cpu);
      case 2 -> {
        if (random.nextInt(8) == 0) {
          cache.shrink(cpu);
        }
      }
      case 3 -> took(cache.allocNode(cpu, Gfp.GFP_KERNEL, random.nextInt(2)));
      default -> {
        if (live.isEmpty() || random.nextInt(100) < (grow ? 65 : 35)) {
          slowPathsBumpTid(cpu, () -> took(cache.alloc(cpu, Gfp.GFP_KERNEL)));
        } else {
          cache.free(cpu, give());
        }
      }
    }
    machine.leave(cpu);
  }

  /** INV-SLUB-12: whatever changed this CPU's slab or freelist, its tid changed too. */
  private void slowPathsBumpTid(Cpu cpu, Runnable operation) {
    KmemCacheCpu c = cache.cpus[cpu.id()];
    Slab slab = c.slab;
    int freelist = c.freelist;
    long tid = c.tid();
    operation.run();
    if (c.slab != slab || c.freelist != freelist) {
      assertThat(c.tid()).as("INV-SLUB-12").isNotEqualTo(tid);
      assertThat(c.tid() % CPUS).isEqualTo(cpu.id());
    }
  }

  private void allocBulk(Cpu cpu) {
    long[] out = new long[BULK];
    assertThat(cache.allocBulk(cpu, Gfp.GFP_KERNEL, BULK, out)).isEqualTo(BULK);
    for (long object : out) {
      took(object);
    }
  }

  private void freeBulk(Cpu cpu) {
    long[] given = new long[Math.min(BULK, live.size())];
    for (int i = 0; i < given.length; i++) {
      given[i] = give();
    }
    cache.freeBulk(cpu, given.length, given);
  }

  private void took(long object) {
    assertThat(object).isNotZero();
    assertThat(inUse.add(object)).as("INV-SLUB-1: handed out twice").isTrue();
    assertThat(objects.isConstructed(object)).as("INV-SLUB-14").isTrue();
    live.add(object);
  }

  private long give() {
    long object = live.remove(random.nextInt(live.size()));
    inUse.remove(object);
    return object;
  }

  private void check() {
    cache.verify();
    CacheStats stats = cache.stats();
    assertThat(stats.objectsInUse()).isEqualTo(live.size());
    assertThat(objects.constructed()).as("INV-SLUB-9").isEqualTo(stats.totalObjects());
    pages.verify(stats.pages());
    for (Long object : live) {
      assertThat(objects.isConstructed(object)).isTrue();
    }
  }
}
