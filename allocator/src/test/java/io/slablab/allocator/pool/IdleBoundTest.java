package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.CacheGeometry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a design says about its idle memory is true after many lives have ended everywhere. */
@Timeout(60)
class IdleBoundTest {
  private static final int CPUS = 4;
  private static final int LIVES = 1200;

  private final List<Long> live = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(
      value = Variant.class,
      names = {"SHEAVES", "SLABLAB_BEST"}, // bounded by what lies on the slabs of few objects
      mode = EnumSource.Mode.EXCLUDE)
  void noMoreObjectsAreIdleThanTheDesignSays(Variant variant) {
    TestStack test = TestStack.of(CPUS, StackConfig.checked(16_384).forVariant(variant));
    try (test) {
      Cpu first = test.enter(0);
      MmStruct type = MmStruct.of(first, test.stack, variant.form(), false);
      ObjectPool pool = variant.open(first, test.stack, type);
      test.leave(first);
      for (int round = 0; round < 3; round++) {
        onEach(test, cpu -> live.add(pool.get(cpu, Gfp.GFP_KERNEL)));
        onEach(test, cpu -> pool.put(cpu, live.removeLast()));
      }
      assertThat(pool.stats().live()).isZero();
      assertThat(pool.stats().idle())
          .isLessThanOrEqualTo(bound(variant, test.stack.stats().caches().getFirst().geometry()));
      assertThat(pool.stats().idle() > 0).isEqualTo(variant.form().constructed());
      Cpu last = test.enter(0);
      pool.close(last);
      test.stack.checkNothingLeaked(last);
      test.leave(last);
    }
  }

  private interface Step {
    void by(Cpu cpu);
  }

  private static void onEach(TestStack test, Step step) {
    for (int id = 0; id < CPUS; id++) {
      Cpu cpu = test.enter(id);
      for (int i = 0; i < LIVES / CPUS; i++) {
        step.by(cpu);
      }
      cpu.poll();
      test.leave(cpu);
    }
  }

  /** {@link Variant#idleBound} as a number, on one node. */
  private static long bound(Variant variant, CacheGeometry cache) {
    long slab = cache.objects();
    long ofNode = cache.minPartial() * slab;
    return switch (variant) {
      case CTOR_DTOR, BATCH_CTOR -> CPUS * (slab + cache.cpuPartialSlabs() * slab) + ofNode;
      case GROUP_CACHE_4 -> 16;
      case GROUP_CACHE_8 -> 32;
      case SHEAVES, SLABLAB_BEST -> throw new IllegalArgumentException("no number: " + variant);
      case BASELINE, REGION_CACHE, SCALABLE_PERCPU, ONE_BLOCK, LAZY_COUNTERS -> 0;
    };
  }
}
