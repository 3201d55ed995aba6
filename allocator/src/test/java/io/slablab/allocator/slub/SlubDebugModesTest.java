package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every debug mode with every way to construct: runs without a defect stay without a word, and each
 * kind of planted defect is told. The section's table calls slub_debug compatible; this is it.
 */
@Timeout(60)
class SlubDebugModesTest {
  private static final int CPUS = 3;
  private static final int STEPS = 1_200;
  private static final int BYTES = 200;

  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(2048));

  @AfterEach
  void close() {
    machine.close();
  }

  /** How objects of a cache are made and ended. */
  enum Life {
    PLAIN {
      @Override
      KmemCacheArgs args(LiveObjects objects) {
        return KmemCacheArgs.NONE;
      }
    },
    CTOR_DTOR {
      @Override
      KmemCacheArgs args(LiveObjects objects) {
        return objects.args();
      }
    },
    BATCH {
      @Override
      KmemCacheArgs args(LiveObjects objects) {
        return objects.batchArgs();
      }
    },
    DEFERRED {
      @Override
      KmemCacheArgs args(LiveObjects objects) {
        return objects.args().withDeferredDtor(DeferredDtor.DEFAULT);
      }
    };

    abstract KmemCacheArgs args(LiveObjects objects);

    boolean constructs() {
      return this != PLAIN;
    }
  }

  static Stream<Arguments> modesAndLives() {
    return Stream.of("F", "Z", "P", "U", "T", "ZP", "FZPU", "FZPUTA")
        .flatMap(mode -> Stream.of(Life.values()).map(life -> Arguments.of(mode, life)));
  }

  private final class Bench {
    final Slub slub;
    final Memory memory;
    final LiveObjects objects;
    final KmemCache cache;
    final Life life;

    Bench(Cpu cpu, String mode, Life life) {
      this.slub =
          new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL).withSlubDebug(mode));
      this.memory = slub.memory();
      this.objects = new LiveObjects(memory);
      this.life = life;
      this.cache = slub.create(cpu, "c", BYTES, life.args(objects).withAlign(64));
    }

    long alloc(Cpu cpu) {
      long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
      assertThat(object).isNotZero();
      if (life.constructs()) {
        assertThat(objects.isConstructed(object)).as("INV-SLUB-14").isTrue();
      }
      return object;
    }

    /** The last byte before the next object's metadata. */
    long lastByte(long object) {
      CacheGeometry geometry = cache.geometry();
      return object + geometry.size() - geometry.redLeftPad() - 1;
    }

    long errors() {
      return slub.log().errorCount();
    }

    void checkClean(Cpu cpu) {
      cache.verify();
      cache.validate(cpu);
      assertThat(slub.log().errors()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("modesAndLives")
  void aRunWithoutDefectStaysWithoutReport(String mode, Life life) {
    Cpu boot = machine.enter(0);
    Bench bench = new Bench(boot, mode, life);
    machine.leave(boot);
    long seed = mode.hashCode() * 31L + life.ordinal();
    SplittableRandom random = new SplittableRandom(seed);
    List<Long> live = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      Cpu cpu = machine.enter(random.nextInt(CPUS));
      boolean grow = step / 200 % 2 == 0;
      if (live.isEmpty() || random.nextInt(100) < (grow ? 70 : 30)) {
        long object = bench.alloc(cpu);
        bench.memory.fill(object + 8, BYTES - 8L, (byte) step); // all of it is the user's
        live.add(object);
      } else {
        bench.cache.free(cpu, live.remove(random.nextInt(live.size())));
      }
      if (step % 150 == 0) {
        bench.cache.shrink(cpu);
        bench.checkClean(cpu);
      }
      machine.leave(cpu);
    }
    Cpu cpu = machine.enter(1);
    assertThat(bench.cache.stats().objectsInUse()).isEqualTo(live.size());
    live.forEach(object -> bench.cache.free(cpu, object));
    bench.checkClean(cpu);
    assertThat(bench.slub.destroy(cpu, bench.cache)).isEqualTo(DestroyResult.DONE);
    assertThat(bench.objects.constructed()).isZero();
    assertThat(bench.errors()).isZero();
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }

  /** What is done to an object, and the mode that tells. */
  enum Defect {
    WRITE_BEHIND("Z") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        bench.memory.putByte(object + BYTES, (byte) 1);
      }
    },
    WRITE_BEFORE("Z") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        bench.memory.putByte(object - 1, (byte) 1);
      }
    },
    WRITE_BEHIND_FREE("Z") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        bench.cache.free(cpu, object);
        bench.memory.putByte(object + BYTES, (byte) 1);
      }
    },
    WRITE_INTO_PADDING("P") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        bench.memory.putByte(bench.lastByte(object), (byte) 1);
      }
    },
    BREAK_FREE_POINTER("U") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        bench.cache.free(cpu, object);
        long pointer = object + bench.cache.geometry().offset();
        bench.memory.putLong(pointer, bench.memory.getLong(pointer) ^ 0x100);
      }
    },
    FREE_TWICE("F") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        bench.cache.free(cpu, object);
        bench.cache.free(cpu, other);
        bench.cache.free(cpu, object);
      }
    },
    FREE_INSIDE("F") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        bench.cache.free(cpu, object + 16);
      }
    },
    FREE_TO_ANOTHER("F") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        bench.slub.create(cpu, "another", BYTES, KmemCacheArgs.NONE).free(cpu, object);
      }
    },
    LEAK("T") {
      @Override
      void plant(Cpu cpu, Bench bench, long object, long other) {
        assertThat(bench.slub.destroy(cpu, bench.cache).destroyed()).isFalse();
      }
    };

    private final String mode;

    Defect(String mode) {
      this.mode = mode;
    }

    abstract void plant(Cpu cpu, Bench bench, long object, long other);
  }

  static Stream<Arguments> defectsAndLives() {
    return Stream.of(Defect.values())
        .flatMap(defect -> Stream.of(Life.values()).map(life -> Arguments.of(defect, life)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("defectsAndLives")
  void everyKindOfDefectIsTold(Defect defect, Life life) {
    Cpu cpu = machine.enter(0);
    Bench bench = new Bench(cpu, defect.mode, life);
    long object = bench.alloc(cpu);
    long other = bench.alloc(cpu);
    bench.checkClean(cpu);
    defect.plant(cpu, bench, object, other);
    bench.cache.validate(cpu);
    assertThat(bench.errors()).isPositive();
    assertThat(bench.slub.log().errors().getFirst().message()).contains("cache=");
    long told = bench.errors();
    bench.cache.validate(cpu);
    assertThat(bench.errors()).as("told once").isEqualTo(told);
    bench.cache.verify();
    machine.leave(cpu);
  }

  /** Poison would destroy what was constructed: such caches give up this one check. */
  @ParameterizedTest
  @EnumSource(Life.class)
  void aWriteIntoAFreeObjectIsToldUnlessItsBytesMustSurvive(Life life) {
    Cpu cpu = machine.enter(0);
    Bench bench = new Bench(cpu, "P", life);
    long object = bench.alloc(cpu);
    bench.memory.putLong(object + 64, 0x1234_5678L);
    bench.cache.free(cpu, object);
    if (life.constructs()) {
      assertThat(bench.memory.getLong(object + 64)).isEqualTo(0x1234_5678L);
      bench.checkClean(cpu);
    } else {
      assertThat(bench.memory.getByte(object)).isEqualTo(ObjectBytes.POISON_FREE);
      assertThat(bench.memory.getByte(object + BYTES - 1)).isEqualTo(ObjectBytes.POISON_END);
    }
    bench.memory.putByte(object + 100, (byte) 9);
    bench.cache.validate(cpu);
    assertThat(bench.errors()).isEqualTo(life.constructs() ? 0 : 2);
    machine.leave(cpu);
  }
}
