package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** T-CD-1: what is left behind when a constructor fails at the k-th object. Nothing. */
class ConstructorFailureTest {
  private static final int SIZE = 1400; // preferred order 3, least order 0: 23 and 2 objects

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
  private final List<Long> built = new ArrayList<>();
  private final List<Long> undone = new ArrayList<>();
  private final List<Integer> gfps = new ArrayList<>();
  private int failing;

  @AfterEach
  void close() {
    machine.close();
  }

  private KmemCacheArgs args() {
    return KmemCacheArgs.NONE
        .withCtor((_, object, gfp) -> {
          gfps.add(gfp);
          if (gfps.size() == failing + 1) {
            return -12;
          }
          built.add(object);
          return 0;
        })
        .withDtor((_, object) -> undone.add(object));
  }

  private Slub slub(MemoryMode mode, boolean shuffled, boolean faithful) {
    return new Slub(
        machine,
        pages,
        SlubConfig.defaults(mode).withRandomFreelist(shuffled).withFaithful(faithful));
  }

  private void forget(int nextFailing) {
    built.clear();
    undone.clear();
    gfps.clear();
    failing = nextFailing;
  }

  @ParameterizedTest
  @CsvSource({
    "META,true,false", "META,false,false", "FULL,true,false", "FULL,false,false",
    "META,true,true", "META,false,true", "FULL,true,true", "FULL,false,true"
  })
  void everythingBuiltIsUndoneInOrder(MemoryMode mode, boolean shuffled, boolean leastOrder) {
    Slub slub = slub(mode, shuffled, true);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", SIZE, args());
    CacheGeometry geometry = cache.geometry();
    int objects = leastOrder ? geometry.minOrderObjects() : geometry.objects();
    if (leastOrder) {
      pages.setFailurePolicy((_, order, _) -> order > geometry.minOrder());
    }
    for (int k = 0; k < objects; k++) {
      forget(k);
      assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isZero();
      assertThat(undone).as("exactly k, in construction order: k=%d", k).isEqualTo(built);
      assertThat(undone).hasSize(k);
      assertThat(cache.stats().slabs()).isZero();
      assertThat(cache.stats().event(Stat.ALLOC_SLAB)).isZero();
      assertThat(cache.stats().event(Stat.FREE_SLAB)).isZero();
      cache.verify();
    }
    assertThat(cache.stats().event(Stat.CTOR_FAIL)).isEqualTo(objects);
    assertThat(cache.stats().event(Stat.SLAB_ALLOC_FAIL_CTOR)).isEqualTo(objects);
    pages.drainAll(cpu);
    pages.verify(0);
  }

  /** Of a slab that is constructed as a whole, what was made is undone and the rest is not. */
  @ParameterizedTest
  @CsvSource({"META,true", "META,false", "FULL,true", "FULL,false"})
  void ofABatchWhatWasMadeIsUndone(MemoryMode mode, boolean shuffled) {
    SlabLifeCycle batch =
        new SlabLifeCycle() {
          @Override
          public int constructMany(Cpu cpu, SlabIter objects, int gfp) {
            for (int i = 0; i < failing; i++) {
              built.add(objects.object(i));
            }
            return failing;
          }

          @Override
          public void destructMany(Cpu cpu, SlabIter objects) {
            for (int i = 0; i < objects.count(); i++) {
              undone.add(objects.object(i));
            }
          }
        };
    Slub slub = slub(mode, shuffled, true);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", SIZE, KmemCacheArgs.NONE.withBatch(batch));
    for (int k = 0; k < cache.geometry().objects(); k++) {
      forget(k);
      assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isZero();
      assertThat(undone).as("k=%d", k).hasSize(k).isEqualTo(built);
      assertThat(cache.stats().slabs()).isZero();
    }
    pages.drainAll(cpu);
    pages.verify(0);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aFailureAtThePreferredOrderIsRetriedAtTheLeast(boolean shuffled) {
    Slub slub = slub(MemoryMode.FULL, shuffled, false);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", SIZE, args());
    for (int k = 0; k < cache.geometry().objects(); k++) {
      forget(k);
      long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
      assertThat(object).as("k=%d", k).isNotZero();
      assertThat(undone).isEqualTo(built.subList(0, k));
      assertThat(cache.stats().totalObjects()).isEqualTo(cache.geometry().minOrderObjects());
      cache.free(cpu, object);
      assertThat(cache.shrink(cpu)).isFalse();
      assertThat(undone).containsExactlyInAnyOrderElementsOf(built);
    }
    pages.drainAll(cpu);
    pages.verify(0);
  }

  @Test
  void theConstructorLearnsWhatTheCallerAllowsUnlessFaithful() {
    Cpu cpu = machine.enter(0);
    KmemCache fixed = slub(MemoryMode.META, true, false).create(cpu, "f", SIZE, args());
    forget(-1);
    fixed.alloc(cpu, Gfp.GFP_NOWAIT | Gfp.ACCOUNT);
    assertThat(gfps).containsOnly(Gfp.GFP_NOWAIT);
    KmemCache faithful = slub(MemoryMode.META, true, true).create(cpu, "g", SIZE, args());
    forget(-1);
    faithful.alloc(cpu, Gfp.GFP_NOWAIT);
    assertThat(gfps).containsOnly(Gfp.GFP_KERNEL);
  }

  /** A constructor alone has nothing that undoes it: its pages go back, and that is all. */
  @Test
  void withoutDestructorThePagesGoBack() {
    Cpu cpu = machine.enter(0);
    KmemCache cache =
        slub(MemoryMode.FULL, true, true)
            .create(cpu, "c", SIZE, KmemCacheArgs.NONE.withCtor((_, _, _) -> -12));
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isZero();
    pages.drainAll(cpu);
    pages.verify(0);
  }
}
