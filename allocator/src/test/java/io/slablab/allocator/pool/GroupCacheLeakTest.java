package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.debug.DebugConfig;
import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.debug.Kmemleak;
import io.slablab.allocator.debug.KmemleakReport;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects that a group keeps are in use to the slab cache, and yet no leaks. */
class GroupCacheLeakTest {
  private static final int GFP = Gfp.GFP_KERNEL;

  @ParameterizedTest
  @EnumSource(
      value = Variant.class,
      names = {"GROUP_CACHE_4", "GROUP_CACHE_8"})
  void parkedObjectsAndTheirAreasAreReachedAndLostOnesAreNot(Variant variant) {
    StackConfig config =
        StackConfig.checked(8192)
            .forVariant(variant)
            .withDebug(DebugConfig.of(DebugFeature.KMEMLEAK));
    try (TestStack test = TestStack.of(3, config)) {
      AllocatorStack stack = test.stack;
      Kmemleak leaks = stack.debug().kmemleak().orElseThrow();
      Cpu cpu = test.enter(0);
      ObjectPool pool = variant.open(cpu, stack, MmStruct.of(cpu, stack, variant.form(), false));
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        live.add(pool.get(cpu, GFP));
      }
      for (int i = 0; i < 4; i++) {
        pool.put(cpu, live.removeLast());
      }
      assertThat(pool.stats().idle()).isEqualTo(4);
      assertThat(leaks.objects()).isEqualTo(6);
      assertThat(leaks.areas()).isPositive();
      assertThat(leaks.scan(cpu, live)).isEmpty();
      live.forEach(object -> pool.put(cpu, object));
      assertThat(leaks.objects()).isEqualTo(6);
      assertThat(leaks.scan(cpu, List.of())).isEmpty(); // nothing but the groups knows them
      KmemCache other = stack.slub().create(cpu, "other", 200, KmemCacheArgs.NONE);
      long lost = other.alloc(cpu, GFP);
      assertThat(leaks.scan(cpu, List.of()))
          .extracting(KmemleakReport::address)
          .containsExactly(lost);
      other.free(cpu, lost);
      stack.slub().destroy(cpu, other);
      pool.close(cpu);
      assertThat(leaks.objects() + leaks.areas()).isZero();
      stack.checkNothingLeaked(cpu);
      test.leave(cpu);
    }
  }
}
