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
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks see every object on its way out and back, whatever is in front of the slabs. */
@Timeout(60)
class ObjectHooksTest {
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
  private final Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL));
  private final Recorder recorder = new Recorder();

  @AfterEach
  void close() {
    machine.close();
  }

  /** Counts what it sees; refuses or keeps on demand. */
  private static final class Recorder extends ObjectHooks {
    long out;
    long back;
    long made;
    long gone;
    long constructed;
    long destructed;
    boolean refuse;
    boolean keep;
    @Nullable KmemCache cache;
    final Deque<Long> kept = new ArrayDeque<>();

    @Override
    public boolean afterAlloc(Cpu cpu, long object, int gfp) {
      if (refuse) {
        return false;
      }
      out++;
      return true;
    }

    @Override
    public boolean beforeFree(Cpu cpu, long object) {
      back++;
      if (keep) {
        kept.add(object);
      }
      return keep;
    }

    @Override
    public void slabMade(Cpu cpu, long base, int bytes) {
      made += bytes;
    }

    @Override
    public void slabGone(Cpu cpu, long base, int bytes) {
      gone += bytes;
    }

    @Override
    public void afterCtor(Cpu cpu, long object, boolean ok) {
      constructed += ok ? 1 : 0;
    }

    @Override
    public void afterDtor(Cpu cpu, long object) {
      destructed++;
    }

    @Override
    public void purge(Cpu cpu) {
      while (!kept.isEmpty() && cache != null) {
        cache.freeUnhooked(cpu, kept.remove());
      }
    }
  }

  private KmemCache cache(Cpu cpu) {
    slub.install(_ -> recorder);
    KmemCacheArgs args = KmemCacheArgs.NONE.withCtor((_, _, _) -> 0).withDtor((_, _) -> {});
    KmemCache cache = slub.create(cpu, "watched", 200, args);
    recorder.cache = cache;
    return cache;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyObjectIsSeenOutAndBack(boolean sheaves) {
    Cpu cpu = machine.enter(0);
    KmemCache cache = cache(cpu);
    Sheaves front = sheaves ? slub.sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY) : null;
    long[] objects = new long[500];
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < objects.length; i++) {
        objects[i] =
            front == null ? cache.alloc(cpu, Gfp.GFP_KERNEL) : front.alloc(cpu, Gfp.GFP_KERNEL);
      }
      assertThat(objects).doesNotContain(0).doesNotHaveDuplicates();
      for (long object : objects) {
        if (front == null) {
          cache.free(cpu, object);
        } else {
          front.free(cpu, object);
        }
      }
    }
    assertThat(recorder.out).isEqualTo(1500);
    assertThat(recorder.back).isEqualTo(1500);
    cache.verify();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(recorder.made).isPositive().isEqualTo(recorder.gone);
    assertThat(recorder.constructed).isPositive().isEqualTo(recorder.destructed);
    machine.leave(cpu);
  }

  @Test
  void aRefusedObjectGoesBackAndTheAllocationFails() {
    Cpu cpu = machine.enter(0);
    KmemCache cache = cache(cpu);
    recorder.refuse = true;
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isZero();
    assertThat(cache.stats().objectsInUse()).isZero();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    machine.leave(cpu);
  }

  @Test
  void anObjectThatOneHookKeepsWhenAnotherRefusesItIsNotFreedToo() {
    Cpu cpu = machine.enter(0);
    Recorder refusing = new Recorder();
    refusing.refuse = true;
    slub.install(_ -> recorder);
    slub.install(_ -> refusing);
    KmemCache cache = slub.create(cpu, "watched", 200, KmemCacheArgs.NONE);
    recorder.cache = cache;
    recorder.keep = true;
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isZero();
    assertThat(recorder.kept).hasSize(1);
    assertThat(cache.stats().objectsInUse()).isOne();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    machine.leave(cpu);
  }

  @Test
  void aFeatureGetsRoomBehindEveryObjectAndOtherCachesStayAsTheyAre() {
    Cpu cpu = machine.enter(0);
    slub.install(
        new HookSource() {
          @Override
          public KmemCacheArgs prepare(int objectSize, KmemCacheArgs args) {
            return objectSize == 200
                ? args.withWatch(args.watch().withMoreMetadata(24)).withFlags(SlabFlags.NO_MERGE)
                : args;
          }

          @Override
          public @Nullable ObjectHooks hooks(KmemCache cache) {
            return null;
          }
        });
    CacheGeometry watched = slub.create(cpu, "watched", 200, KmemCacheArgs.NONE).geometry();
    assertThat(watched.metadata()).isEqualTo(200);
    assertThat(watched.size()).isEqualTo(224);
    assertThat(slub.create(cpu, "again", 200, KmemCacheArgs.NONE).name()).isEqualTo("again");
    assertThat(slub.create(cpu, "other", 208, KmemCacheArgs.NONE).geometry().size()).isEqualTo(208);
    machine.leave(cpu);
  }

  @Test
  void whatAHookKeepsComesBackAtTheLatestWhenTheCacheEnds() {
    Cpu cpu = machine.enter(0);
    KmemCache cache = cache(cpu);
    recorder.keep = true;
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    cache.free(cpu, object);
    assertThat(cache.stats().objectsInUse()).isOne();
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isNotEqualTo(object);
    long second = cache.alloc(cpu, Gfp.GFP_KERNEL);
    cache.free(cpu, second);
    assertThat(recorder.kept).containsExactly(object, second);
    cache.shrink(cpu);
    assertThat(cache.stats().objectsInUse()).isOne();
    machine.leave(cpu);
  }

  @Test
  void hooksGoInBeforeTheFirstCache() {
    Cpu cpu = machine.enter(0);
    slub.create(cpu, "first", 64, KmemCacheArgs.NONE);
    assertThatThrownBy(() -> slub.install(_ -> recorder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("first");
    machine.leave(cpu);
  }
}
