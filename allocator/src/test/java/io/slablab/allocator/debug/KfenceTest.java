package io.slablab.allocator.debug;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.debug.KfenceReport.Kind;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.allocator.slub.SlabIter;
import io.slablab.allocator.slub.SlabLifeCycle;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KFENCE on caches of its own: where objects lie, what is found, constructors, the pool's end. */
class KfenceTest {
  private static final int GFP = Gfp.GFP_KERNEL;
  private static final int SIZE = 200;
  private static final int PAGE = PageAllocator.PAGE_BYTES;
  private static final KfenceSampling ALL = new KfenceSampling.EveryAllocations(1);

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
  private final Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL));
  private DebugFeatures debug = DebugFeatures.install(machine, pages, slub, DebugConfig.NONE);
  private Cpu cpu = machine.enter(0);

  /** Before the first cache; without it every allocation is sampled. */
  private void sample(KfenceSampling sampling, boolean faithful) {
    assertThat(debug.kfence()).isEmpty();
    DebugConfig config =
        DebugConfig.of(DebugFeature.KFENCE).withSampling(sampling).withFaithful(faithful);
    machine.leave(cpu); // the pool is made by whoever is CPU 0
    debug = DebugFeatures.install(machine, pages, slub, config);
    cpu = machine.enter(0);
  }

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private KmemCache cache(KmemCacheArgs args) {
    if (debug.kfence().isEmpty()) {
      sample(ALL, false);
    }
    return slub.create(cpu, "sampled", SIZE, args);
  }

  private Kfence kfence() {
    return debug.kfence().orElseThrow();
  }

  private Memory memory() {
    return debug.memory();
  }

  private List<Kind> found() {
    return debug.reports().of(KfenceReport.class).stream().map(KfenceReport::kind).toList();
  }

  /** A sampled object that ends, or starts, with its page. */
  private long sampled(KmemCache cache, boolean right) {
    long object = cache.alloc(cpu, GFP);
    while ((object % PAGE != 0) != right) {
      object = cache.alloc(cpu, GFP);
    }
    assertThat(kfence().samples(object)).isTrue();
    return object;
  }

  /** T-KF-4: a reader may look at a freed typesafe object until its section ends. */
  @Test
  void aTypesafeObjectIsReadableForReadersAndClosedAfterTheGracePeriod() {
    List<Long> destructed = new ArrayList<>();
    KmemCache cache =
        cache(
            KmemCacheArgs.NONE
                .withFlags(SlabFlags.TYPESAFE_BY_RCU)
                .withCtor((_, _, _) -> 0)
                .withDtor((_, object) -> destructed.add(object)));
    long object = sampled(cache, false);
    memory().putLong(object, 42);
    slub.rcu().readLock(cpu);
    cache.free(cpu, object);
    assertThat(memory().getLong(object)).isEqualTo(42);
    assertThat(destructed).isEmpty();
    assertThat(found()).isEmpty();
    slub.rcu().readUnlock(cpu);
    slub.rcu().barrier(cpu);
    assertThat(destructed).containsExactly(object);
    memory().getLong(object);
    assertThat(found()).containsExactly(Kind.USE_AFTER_FREE);
  }

  // ---- what is found ----

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAccessBeyondThePageIsOutOfBounds(boolean right) {
    long object = sampled(cache(KmemCacheArgs.NONE), right);
    memory().fill(object, SIZE, (byte) 1);
    assertThat(found()).isEmpty();
    long bad = right ? object + SIZE : object - 1;
    memory().getByte(bad);
    memory().getByte(bad);
    assertThat(found()).as("once").containsExactly(Kind.OUT_OF_BOUNDS);
    KfenceReport report = debug.reports().of(KfenceReport.class).getFirst();
    assertThat(report.object()).isEqualTo(object);
    assertThat(report.address()).isEqualTo(bad);
    assertThat(report.cache()).isEqualTo("sampled");
    assertThat(report.text()).contains("out-of-bounds");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWriteBesideTheObjectOnItsPageIsFoundAtTheFree(boolean right) {
    KmemCache cache = cache(KmemCacheArgs.NONE);
    long object = sampled(cache, right);
    long bad = right ? object - 1 : object + SIZE;
    memory().putByte(bad, (byte) 1);
    assertThat(found()).isEmpty();
    cache.free(cpu, object);
    assertThat(found()).containsExactly(Kind.CORRUPTION);
    assertThat(debug.reports().of(KfenceReport.class).getFirst().address()).isEqualTo(bad);
  }

  @Test
  void anAccessAfterTheFreeIsFound() {
    KmemCache cache = cache(KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, GFP);
    Cpu other = machine.enter(1);
    cache.free(other, object);
    machine.leave(other);
    memory().putInt(object + 8, 1);
    assertThat(found()).containsExactly(Kind.USE_AFTER_FREE);
    KfenceReport report = debug.reports().of(KfenceReport.class).getFirst();
    assertThat(report.allocated().cpu()).isZero();
    assertThat(report.freed().cpu()).isEqualTo(1);
  }

  @Test
  void aSecondFreeAndAFreeOfTheMiddleAreFoundAndDoNothing() {
    KmemCache cache = cache(KmemCacheArgs.NONE);
    KmemCache other = slub.create(cpu, "other", 300, KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, GFP);
    cache.free(cpu, object + 8);
    other.free(cpu, object);
    cache.free(cpu, object);
    cache.free(cpu, object);
    assertThat(found()).containsExactly(Kind.INVALID_FREE, Kind.INVALID_FREE, Kind.DOUBLE_FREE);
    assertThat(kfence().live()).isZero();
  }

  @Test
  void aPageThatNeverHadAnObjectIsNobodys() {
    long object = cache(KmemCacheArgs.NONE).alloc(cpu, GFP);
    memory().getLong((object & -PAGE) + 10 * PAGE);
    assertThat(found()).containsExactly(Kind.INVALID_ACCESS);
  }

  @Test
  void anObjectThatIsLeftWhenItsCacheEndsIsFound() {
    KmemCache cache = cache(KmemCacheArgs.NONE);
    cache.alloc(cpu, GFP);
    cache.free(cpu, cache.alloc(cpu, GFP));
    slub.destroy(cpu, cache);
    assertThat(found()).containsExactly(Kind.REMAINING);
  }

  // ---- what is sampled ----

  @Test
  void whenThePoolIsFullAllocationsGoToTheSlabs() {
    KmemCache cache = cache(KmemCacheArgs.NONE);
    Set<Long> objects = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      objects.add(cache.alloc(cpu, GFP));
    }
    assertThat(objects).hasSize(300).doesNotContain(0L);
    assertThat(kfence().live()).isEqualTo(KfencePool.SLOTS);
    assertThat(kfence().skipped()).isEqualTo(45);
    objects.forEach(object -> cache.free(cpu, object));
    assertThat(kfence().live()).isZero();
    assertThat(found()).isEmpty();
    cache.verify();
  }

  @Test
  void oneInSoManyIsSampledAndCachesMayRefuse() {
    sample(new KfenceSampling.EveryAllocations(10), false);
    KmemCache cache = cache(KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    for (int i = 0; i < 100; i++) {
      cache.alloc(cpu, GFP);
    }
    assertThat(kfence().samples()).isEqualTo(10);
    KmemCacheArgs refusing = KmemCacheArgs.NONE.withFlags(SlabFlags.SKIP_KFENCE);
    KmemCache skipping = slub.create(cpu, "skipping", 72, refusing);
    KmemCache large = slub.create(cpu, "large", PAGE + 8, KmemCacheArgs.NONE);
    for (int i = 0; i < 20; i++) {
      skipping.alloc(cpu, GFP);
      large.alloc(cpu, GFP);
    }
    assertThat(kfence().samples()).isEqualTo(10);
  }

  @Test
  void oneAllocationAfterEachIntervalIsSampled() {
    long intervalNs = 20_000_000;
    sample(new KfenceSampling.EveryNs(intervalNs), false);
    KmemCache cache = cache(KmemCacheArgs.NONE);
    long startNs = machine.nowNs();
    while (kfence().samples() < 3) {
      cache.free(cpu, cache.alloc(cpu, GFP));
    }
    assertThat(machine.nowNs() - startNs).isGreaterThan(2 * intervalNs);
  }

  // ---- constructors ----

  /** T-KF-1: what the constructor wrote is in a sampled object, in every life. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theConstructorsBytesAreInASampledObject(boolean batch) {
    KmemCache cache = cache(batch ? KmemCacheArgs.NONE.withBatch(filling()) : fillingArgs());
    for (int life = 0; life < 3; life++) {
      long object = cache.alloc(cpu, GFP);
      assertThat(kfence().samples(object)).isTrue();
      for (int at = 0; at < 8; at++) {
        assertThat(memory().getByte(object + at)).isEqualTo((byte) 'x');
      }
      memory().fill(object, SIZE, (byte) 0);
      cache.free(cpu, object);
    }
    assertThat(found()).isEmpty();
  }

  private KmemCacheArgs fillingArgs() {
    return KmemCacheArgs.NONE.withCtor((_, object, _) -> fillX(object));
  }

  private int fillX(long object) {
    memory().fill(object, 8, (byte) 'x');
    return 0;
  }

  private SlabLifeCycle filling() {
    return new SlabLifeCycle() {
      @Override
      public int constructMany(Cpu by, SlabIter objects, int gfp) {
        for (int i = 0; i < objects.count(); i++) {
          fillX(objects.object(i));
        }
        return objects.count();
      }

      @Override
      public void destructMany(Cpu by, SlabIter objects) {}
    };
  }

  /** T-KF-2: a bulk free of sampled and other objects, with and without constructor. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBulkFreeOfBothKindsOfObjectsReportsNothing(boolean constructed) {
    sample(new KfenceSampling.EveryAllocations(3), false);
    KmemCache cache = cache(constructed ? fillingArgs() : KmemCacheArgs.NONE);
    long[] objects = new long[50];
    assertThat(cache.allocBulk(cpu, GFP, objects.length, objects)).isEqualTo(objects.length);
    assertThat(kfence().live()).isBetween(10L, 40L);
    cache.freeBulk(cpu, objects.length, objects);
    assertThat(found()).isEmpty();
    assertThat(kfence().live()).isZero();
    assertThat(cache.stats().objectsInUse()).isZero();
    cache.verify();
  }

  /** T-KF-3: a cache with sampled objects alone can be shrunk. */
  @Test
  void aCacheOfSampledObjectsAloneIsShrunk() {
    KmemCache cache = cache(KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, GFP);
    assertThat(cache.shrink(cpu)).as("slabs left").isFalse();
    memory().putLong(object, 1);
    cache.free(cpu, object);
    assertThat(found()).isEmpty();
  }

  /** T-KF-5: bulk allocation returns a sampled object sooner or later. */
  @Test
  void aBulkAllocationReturnsASampledObject() {
    sample(new KfenceSampling.EveryAllocations(100), false);
    KmemCache cache = cache(KmemCacheArgs.NONE);
    List<Long> all = new ArrayList<>();
    long[] objects = new long[16];
    for (int round = 0; round < 10; round++) {
      cache.allocBulk(cpu, GFP, objects.length, objects);
      for (long object : objects) {
        all.add(object);
      }
    }
    assertThat(all).anyMatch(object -> kfence().samples(object));
  }

  /** T-KF-6: what constructors of sampled objects make is unmade; faithful loses it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everySampledObjectIsDestructedUnlessFaithful(boolean faithful) {
    sample(ALL, faithful);
    int[] owned = new int[1];
    KmemCacheArgs args =
        KmemCacheArgs.NONE.withCtor((_, _, _) -> 0 * owned[0]++).withDtor((_, _) -> owned[0]--);
    KmemCache cache = cache(args);
    for (int i = 0; i < 10; i++) {
      cache.free(cpu, cache.alloc(cpu, GFP));
    }
    slub.destroy(cpu, cache);
    assertThat(owned[0]).isEqualTo(faithful ? 10 : 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConstructorThatFailsIsHeardUnlessFaithful(boolean faithful) {
    sample(ALL, faithful);
    KmemCache cache = cache(KmemCacheArgs.NONE.withCtor((_, _, _) -> -12));
    long object = cache.alloc(cpu, GFP);
    if (faithful) {
      assertThat(kfence().samples(object)).as("handed out, not constructed").isTrue();
    } else {
      assertThat(object).isZero();
      assertThat(kfence().live()).isZero();
    }
  }
}
