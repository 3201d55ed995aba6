package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sheaves for those who ask, in front of CPU slabs, and sheaves for all, without CPU slabs. */
@Timeout(60)
class SheafModeTest {
  private static final int CPUS = 4;
  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));

  @AfterEach
  void close() {
    machine.close();
  }

  private Slub slub(SheafMode mode) {
    return new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META).withSheaves(mode));
  }

  private static Sheaves sheavesOf(Cpu cpu, Slub slub, KmemCache cache) {
    return slub.sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY);
  }

  /** T-CD-13: an object in a sheaf keeps its slab from ending; shrink ends it. */
  @ParameterizedTest
  @EnumSource(SheafMode.class)
  void aSlabWithOneObjectInASheafEndsOnlyByShrink(SheafMode mode) {
    Slub slub = slub(mode);
    LiveObjects objects = new LiveObjects(slub.memory());
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 1016, objects.args());
    final Sheaves sheaves = sheavesOf(cpu, slub, cache);
    slub.store(cpu, cache, "min_partial", "0");
    int perSlab = cache.geometry().objects();
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 4 * perSlab; i++) {
      live.add(sheaves.alloc(cpu, Gfp.GFP_KERNEL));
    }
    Slab slab = cache.slabOfObject(live.getFirst());
    long inSheaf = live.removeFirst();
    sheaves.free(cpu, inSheaf);
    machine.leave(cpu);
    Cpu far = machine.enter(3); // of another node: frees go straight to the slab
    live.forEach(object -> sheaves.free(far, object));
    machine.leave(far);
    assertThat(cache.slabOfObject(inSheaf)).isSameAs(slab);
    assertThat(SlabWord.inuse(slab.word.peek())).isPositive();
    assertThat(objects.isConstructed(inSheaf)).isTrue();
    assertThat(objects.constructed()).isPositive();
    Cpu again = machine.enter(1);
    assertThat(cache.shrink(again)).isFalse();
    assertThat(objects.constructed()).isZero();
    assertThat(slub.destroy(again, cache)).isEqualTo(DestroyResult.DONE);
    pages.drainAll(again);
    pages.verify(0);
    machine.leave(again);
  }

  @Test
  void withSheavesForAllThereIsNoCpuSlab() {
    Slub slub = slub(SheafMode.ALL);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 192, KmemCacheArgs.NONE);
    long a = cache.alloc(cpu, Gfp.GFP_KERNEL);
    long b = cache.alloc(cpu, Gfp.GFP_KERNEL);
    cache.free(cpu, a);
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isEqualTo(a);
    slub.memory().fill(b, 192, (byte) 1);
    cache.free(cpu, b);
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL | Gfp.ZERO)).isEqualTo(b);
    assertThat(slub.memory().getLong(b + 184)).isZero();
    assertThat(cache.cpus[0].slab).isNull();
    assertThat(cache.cpus[0].partial).isNull();
    SlabAttributes attributes = slub.attributes().getFirst();
    assertThat(attributes.text("cpu_partial")).isEqualTo("0");
    assertThat(attributes.text("slabs_cpu_partial")).isEqualTo("0(0)");
    assertThat(attributes.text("sheaf_capacity")).isEqualTo("60");
    assertThat(attributes.text("sheaf_refill")).isEqualTo("1 C0=1");
    assertThat(attributes.text("alloc_slab")).isEqualTo("3 C0=3");
    machine.leave(cpu);
  }

  @Test
  void onRequestSheavesAreFilledFromTheCpuSlab() {
    Slub slub = slub(SheafMode.OPT_IN);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 192, KmemCacheArgs.NONE);
    final KmemCache other = slub.create(cpu, "o", 320, KmemCacheArgs.NONE);
    Sheaves sheaves = sheavesOf(cpu, slub, cache);
    assertThat(other.sheaves).isNull();
    long object = sheaves.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(cache.cpus[0].slab).isNotNull();
    CacheStats stats = cache.stats();
    assertThat(stats.event(Stat.SHEAF_REFILL)).isEqualTo(1);
    assertThat(stats.event(Stat.ALLOC_FASTPATH) + stats.event(Stat.ALLOC_SLOWPATH))
        .isEqualTo(sheaves.capacity());
    sheaves.free(cpu, object);
    cache.shrink(cpu);
    assertThat(sheaves.objects()).isZero();
    assertThat(cache.stats().slabs()).isZero();
    machine.leave(cpu);
  }

  /** 2.21: what KMEMLEAK does not look at may serve KMEMLEAK: such a cache has no sheaves. */
  @ParameterizedTest
  @EnumSource(SheafMode.class)
  void aCacheWithoutLeakTraceHasNoRoomInSheaves(SheafMode mode) {
    Slub slub = slub(mode);
    Cpu cpu = machine.enter(0);
    KmemCacheArgs args = KmemCacheArgs.NONE.withFlags(SlabFlags.NOLEAKTRACE);
    KmemCache cache = slub.create(cpu, "c", 192, args);
    Sheaves sheaves = sheavesOf(cpu, slub, cache);
    assertThat(sheaves.capacity()).isZero();
    long object = sheaves.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(object).isNotZero();
    sheaves.free(cpu, object);
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isEqualTo(object);
    cache.free(cpu, object);
    assertThat(sheaves.objects()).isZero();
    assertThat(cache.stats().event(Stat.SHEAF_REFILL)).isZero();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    machine.leave(cpu);
  }

  @ParameterizedTest
  @CsvSource({"8,60", "255,60", "256,28", "1023,28", "1024,12", "4095,12", "4096,4", "65536,4"})
  void capacityByStride(int stride, int capacity) {
    assertThat(Sheaves.capacityFor(stride)).isEqualTo(capacity);
  }

  @Test
  void anExplicitCapacityIsAtLeastTheAutomaticOneAndNeverMerges() {
    for (SheafMode mode : SheafMode.values()) {
      Slub slub = slub(mode);
      Cpu cpu = machine.enter(0);
      KmemCache cache = slub.create(cpu, "c", 192, KmemCacheArgs.NONE);
      assertThat(slub.sheaves(cpu, cache, 10).capacity()).isEqualTo(60);
      assertThat(slub.sheaves(cpu, cache, 100).capacity()).isEqualTo(100);
      assertThat(slub.create(cpu, "alike", 192, KmemCacheArgs.NONE)).isNotSameAs(cache);
      KmemCache shared = slub.create(cpu, "s", 320, KmemCacheArgs.NONE);
      assertThat(slub.create(cpu, "s2", 320, KmemCacheArgs.NONE)).isSameAs(shared);
      assertThatThrownBy(() -> slub.sheaves(cpu, shared, 100))
          .isInstanceOf(IllegalStateException.class);
      machine.leave(cpu);
    }
  }

  @Test
  void debuggedCachesHaveTheSheafWithoutRoom() {
    Slub slub =
        new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL).withSheaves(SheafMode.ALL));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 192, KmemCacheArgs.NONE.withFlags(SlabFlags.RED_ZONE));
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    Sheaves sheaves = sheavesOf(cpu, slub, cache);
    assertThat(sheaves.capacity()).isZero();
    long second = sheaves.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(second).isNotZero().isNotEqualTo(object);
    sheaves.free(cpu, object);
    cache.free(cpu, second);
    assertThat(sheaves.objects()).isZero();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    machine.leave(cpu);
  }

  /** Frees straight to the slabs, from the other node. */
  private void freeFar(KmemCache cache, long... objects) {
    Cpu far = machine.enter(3);
    for (long object : objects) {
      cache.free(far, object);
    }
    machine.leave(far);
  }

  @Test
  void aSlabThatWasFullGoesToTheTailAndARefillTakesWholeFreelistsFromTheHead() {
    Slub slub = slub(SheafMode.ALL);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    int perSlab = cache.geometry().objects();
    int capacity = cache.sheaves == null ? 0 : cache.sheaves.capacity();
    long[] objects = new long[8 * capacity * perSlab]; // whole sheaves and whole slabs
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    machine.leave(cpu);
    Slab first = cache.slabOfObject(objects[0]);
    Slab second = cache.slabOfObject(objects[2 * perSlab]);
    long[] ofFirst =
        Arrays.stream(objects).filter(o -> cache.slabOfObject(o) == first).limit(3).toArray();
    long[] ofSecond =
        Arrays.stream(objects).filter(o -> cache.slabOfObject(o) == second).limit(2).toArray();
    freeFar(cache, ofFirst);
    freeFar(cache, ofSecond);
    KmemCacheNode node = cache.nodes[0];
    assertThat(node.head).isSameAs(first);
    assertThat(node.tail).isSameAs(second);
    assertThat(cache.stats().event(Stat.FREE_ADD_PARTIAL)).isEqualTo(2);
    Cpu again = machine.enter(0);
    long got = cache.alloc(again, Gfp.GFP_KERNEL);
    assertThat(got).isNotZero();
    assertThat(node.nrPartial).as("the rest of a new slab").isEqualTo(1);
    assertThat(SlabWord.inuse(first.word.peek())).isEqualTo(perSlab);
    assertThat(SlabWord.inuse(second.word.peek())).isEqualTo(perSlab);
    cache.verify();
    machine.leave(again);
  }

  @Test
  void aRefillTakesNoMoreThanItHasRoomFor() {
    Slub slub = slub(SheafMode.ALL);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    int perSlab = cache.geometry().objects();
    long[] objects = new long[8 * 28 * perSlab];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    machine.leave(cpu);
    for (int slab = 0; slab < 4; slab++) { // four slabs with perSlab - 1 free objects each
      Slab mine = cache.slabOfObject(objects[slab * 4 * perSlab]);
      freeFar(
          cache,
          Arrays.stream(objects)
              .filter(o -> cache.slabOfObject(o) == mine)
              .limit(perSlab - 1)
              .toArray());
    }
    assertThat(cache.nodes[0].nrPartial).isEqualTo(4);
    Cpu again = machine.enter(0);
    cache.alloc(again, Gfp.GFP_KERNEL);
    int taken = 28 / (perSlab - 1);
    int restOfNew = 28 % (perSlab - 1) == 0 ? 0 : 1;
    // 28 objects: as many slabs as fit, then one more slab whose surplus goes back
    assertThat(cache.nodes[0].nrPartial).isEqualTo(4 - taken - restOfNew + restOfNew);
    cache.verify();
    machine.leave(again);
  }

  @Test
  void anotherNodeIsServedOneByOne() {
    Slub slub = slub(SheafMode.ALL);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 3 * cache.geometry().objects() + 1; i++) {
      long object = cache.allocNode(cpu, Gfp.GFP_KERNEL, 1);
      assertThat(pages.nodeOf(object)).isEqualTo(1);
      assertThat(seen.add(object)).isTrue();
    }
    CacheStats stats = cache.stats();
    assertThat(stats.slabs()).isEqualTo(4);
    assertThat(stats.event(Stat.ALLOC_NODE_MISMATCH)).isEqualTo(seen.size());
    assertThat(stats.nodePartialSlabs()).isEqualTo(1);
    assertThat(stats.objectsInUse()).isEqualTo(seen.size());
    cache.verify();
    long local = cache.allocNode(cpu, Gfp.GFP_KERNEL, 0);
    assertThat(pages.nodeOf(local)).isZero();
    seen.forEach(object -> cache.free(cpu, object)); // of another node: straight to the slabs
    cache.free(cpu, local);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }

  @Test
  void aBarnTakesTenFullSheavesAndTheRestGoesToTheSlabs() {
    Slub slub = slub(SheafMode.ALL);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 1024, KmemCacheArgs.NONE);
    Sheaves sheaves = sheavesOf(cpu, slub, cache);
    int capacity = sheaves.capacity();
    long[] objects = new long[20 * capacity];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    for (long object : objects) {
      cache.free(cpu, object);
    }
    CacheStats stats = cache.stats();
    assertThat(stats.event(Stat.BARN_PUT)).isEqualTo(NodeBarn.MAX_FULL);
    assertThat(stats.event(Stat.BARN_PUT_FAIL)).isPositive();
    assertThat(stats.event(Stat.SHEAF_FLUSH)).isEqualTo(stats.event(Stat.BARN_PUT_FAIL));
    assertThat(sheaves.objects()).isEqualTo(12L * capacity); // barn, main and spare
    assertThat(stats.event(Stat.SHEAF_ALLOC)).isPositive();
    cache.alloc(cpu, Gfp.GFP_KERNEL);
    for (int i = 0; i < 2 * capacity; i++) {
      cache.alloc(cpu, Gfp.GFP_KERNEL);
    }
    assertThat(cache.stats().event(Stat.BARN_GET)).isEqualTo(1);
    machine.leave(cpu);
  }

  /** A constructor that fails makes a refill short, not void. */
  @ParameterizedTest
  @EnumSource(SheafMode.class)
  void aFailingConstructorLeavesWhatThereWas(SheafMode mode) {
    Slub slub = slub(mode);
    Cpu cpu = machine.enter(0);
    int[] budget = new int[1];
    KmemCache cache =
        slub.create(
            cpu,
            "c",
            504,
            KmemCacheArgs.NONE
                .withCtor((_, _, _) -> budget[0]-- > 0 ? 0 : -12)
                .withDtor((_, _) -> budget[0]++));
    Sheaves sheaves = sheavesOf(cpu, slub, cache);
    int perSlab = cache.geometry().objects();
    budget[0] = perSlab;
    List<Long> live = new ArrayList<>();
    for (long object = sheaves.alloc(cpu, Gfp.GFP_KERNEL);
        object != 0;
        object = sheaves.alloc(cpu, Gfp.GFP_KERNEL)) {
      live.add(object);
    }
    assertThat(live).hasSize(perSlab);
    cache.verify();
    live.forEach(object -> sheaves.free(cpu, object));
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    machine.leave(cpu);
  }

  /** T-CD-2: constructed less destructed is what lives, after every step (INV-SLUB-9). */
  @ParameterizedTest(name = "T-CD-2 {0} seed {1} size {2}")
  @CsvSource({"OPT_IN,1,504", "ALL,2,504", "ALL,3,2040", "OPT_IN,4,24", "ALL,5,24"})
  void theInvariantsHoldAfterEveryStep(SheafMode mode, long seed, int size) {
    Slub slub = slub(mode);
    LiveObjects objects = new LiveObjects(slub.memory());
    SplittableRandom random = new SplittableRandom(seed);
    Cpu boot = machine.enter(0);
    KmemCache cache = slub.create(boot, "c", size, objects.args());
    final Sheaves sheaves = sheavesOf(boot, slub, cache);
    machine.leave(boot);
    List<Long> live = new ArrayList<>();
    Set<Long> inUse = new HashSet<>();
    for (int step = 0; step < 2500; step++) {
      Cpu cpu = machine.enter(random.nextInt(CPUS));
      int dice = random.nextInt(100);
      if (dice == 0) {
        cache.shrink(cpu);
      } else if (dice < 4 && mode == SheafMode.ALL) {
        took(cache.allocNode(cpu, Gfp.GFP_KERNEL, random.nextInt(2)), live, inUse);
      } else if (live.isEmpty() || dice < (step / 500 % 2 == 0 ? 65 : 40)) {
        took(sheaves.alloc(cpu, Gfp.GFP_KERNEL), live, inUse);
      } else {
        long object = live.remove(random.nextInt(live.size()));
        inUse.remove(object);
        sheaves.free(cpu, object);
      }
      machine.leave(cpu);
      cache.verify();
      CacheStats stats = cache.stats();
      assertThat(objects.constructed()).as("INV-SLUB-9").isEqualTo(stats.totalObjects());
      assertThat(stats.objectsInUse())
          .as("seed %d step %d", seed, step)
          .isEqualTo(live.size() + sheaves.objects());
    }
    Cpu cpu = machine.enter(1);
    live.forEach(object -> sheaves.free(cpu, object));
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(objects.constructed()).isZero();
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }

  private static void took(long object, List<Long> live, Set<Long> inUse) {
    assertThat(object).isNotZero();
    assertThat(inUse.add(object)).as("INV-SLUB-1").isTrue();
    live.add(object);
  }

  @ParameterizedTest
  @EnumSource(SheafMode.class)
  void threadsShareTheBarnsAndLoseNothing(SheafMode mode) throws Exception {
    Slub slub = slub(mode);
    LiveObjects objects = new LiveObjects(slub.memory());
    Cpu boot = machine.enter(0);
    KmemCache cache = slub.create(boot, "c", 200, objects.args());
    Sheaves sheaves = sheavesOf(boot, slub, cache);
    machine.leave(boot);
    try (var executor = Executors.newFixedThreadPool(CPUS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int id = 0; id < CPUS; id++) {
        int mine = id;
        all.add(executor.submit(() -> churn(mine, cache, sheaves, objects)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    Cpu cpu = machine.enter(0);
    cache.verify();
    assertThat(cache.stats().objectsInUse()).isEqualTo(sheaves.objects());
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(objects.constructed()).isZero();
    machine.leave(cpu);
  }

  private void churn(int id, KmemCache cache, Sheaves sheaves, LiveObjects objects) {
    SplittableRandom random = new SplittableRandom(id);
    Cpu cpu = machine.enter(id);
    List<Long> live = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      if (live.isEmpty() || random.nextInt(1000) < (step / 2000 % 2 == 0 ? 650 : 350)) {
        long object = sheaves.alloc(cpu, Gfp.GFP_KERNEL);
        assertThat(objects.isConstructed(object)).isTrue();
        live.add(object);
      } else {
        sheaves.free(cpu, live.remove(random.nextInt(live.size())));
      }
      if (step % 4999 == 0) {
        cache.shrink(cpu);
      }
      cpu.poll();
    }
    live.forEach(object -> sheaves.free(cpu, object));
    machine.leave(cpu);
  }
}
