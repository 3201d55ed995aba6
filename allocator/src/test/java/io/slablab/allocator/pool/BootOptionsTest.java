package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.debug.DebugConfig;
import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.CallSiteUse;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.SlabError;
import io.slablab.allocator.slub.SlabFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every design runs with slub_debug, and nothing it does is told as a defect. */
@Timeout(60)
class BootOptionsTest {
  private static final int CPUS = 2;
  private static final int PAGES = 8192;
  private static final int STEPS = 500;

  private static final BootOptions EVERYTHING =
      BootOptions.ofSlubDebug("FZPUA").withInit(true, true);

  private static StackConfig config(Variant variant, BootOptions boot) {
    return StackConfig.checked(PAGES).forVariant(variant).withBoot(boot);
  }

  static Stream<Arguments> everyVariantAndUser() {
    return EveryVariantTest.everyVariantAndUser();
  }

  @ParameterizedTest
  @MethodSource("everyVariantAndUser")
  void aDesignRunsCleanWithEverythingOn(Variant variant, EveryVariantTest.User user) {
    try (TestStack test = TestStack.of(CPUS, config(variant, EVERYTHING))) {
      churn(test, variant, user);
    }
  }

  /** What watches from outside and what checks from inside do not disturb each other. */
  @ParameterizedTest
  @EnumSource(EveryVariantTest.User.class)
  void redZonesAndWatchingFeaturesGoTogether(EveryVariantTest.User user) {
    StackConfig config =
        config(Variant.CTOR_DTOR, BootOptions.ofSlubDebug("FZPU"))
            .withDebug(DebugConfig.of(DebugFeature.KASAN));
    try (TestStack test = TestStack.of(CPUS, config)) {
      churn(test, Variant.CTOR_DTOR, user);
    }
  }

  private static void churn(TestStack test, Variant variant, EveryVariantTest.User user) {
    SplittableRandom random = new SplittableRandom(variant.ordinal());
    Cpu cpu = test.enter(0);
    ObjectType type = user.type(cpu, test.stack, variant);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    List<Long> live = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      if (live.isEmpty() || (random.nextInt(100) < 55 && live.size() < 100)) {
        long object = pool.get(cpu, Gfp.GFP_KERNEL);
        assertThat(object).as("step %d", step).isNotZero();
        user.checkUntouched(cpu, type, object);
        user.use(cpu, type, object);
        live.add(object);
      } else {
        pool.put(cpu, live.remove(random.nextInt(live.size())));
      }
      cpu.poll();
    }
    validate(cpu, test);
    live.forEach(object -> pool.put(cpu, object));
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
    user.checkAtEnd(type);
    assertThat(test.stack.slub().log().errors()).isEmpty();
    test.leave(cpu);
  }

  private static void validate(Cpu cpu, TestStack test) {
    assertThat(test.stack.slub().caches()).isNotEmpty();
    for (KmemCache cache : test.stack.slub().caches()) {
      cache.validate(cpu);
      cache.verify();
    }
    assertThat(test.stack.slub().log().errors()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Variant.class,
      names = {"BASELINE", "CTOR_DTOR"})
  void aWriteBehindAnObjectOfADesignIsTold(Variant variant) {
    try (TestStack test = TestStack.of(CPUS, config(variant, BootOptions.ofSlubDebug("ZU")))) {
      Cpu cpu = test.enter(0);
      MmStruct type = MmStruct.of(cpu, test.stack, variant.form(), false);
      ObjectPool pool = variant.open(cpu, test.stack, type);
      long object = pool.get(cpu, Gfp.GFP_KERNEL);
      KmemCache cache = test.stack.slub().caches().getFirst();
      test.stack.memory().putByte(object + cache.geometry().objectSize(), (byte) 1);
      cache.validate(cpu);
      assertThat(test.stack.slub().log().errorCount()).isEqualTo(2);
      assertThat(test.stack.slub().log().errors().getFirst())
          .isInstanceOfSatisfying(
              SlabError.BytesOverwritten.class,
              error -> {
                assertThat(error.object()).isEqualTo(object);
                assertThat(error.message()).contains("allocated=SlabPool.");
              });
      pool.put(cpu, object);
      pool.close(cpu);
      test.leave(cpu);
    }
  }

  @Test
  void theTracesNameWhoHoldsTheObjects() {
    StackConfig config = config(Variant.BASELINE, BootOptions.ofSlubDebug("U,mm_struct"));
    try (TestStack test = TestStack.of(CPUS, config)) {
      Cpu cpu = test.enter(1);
      MmStruct type = MmStruct.of(cpu, test.stack, Variant.BASELINE.form(), false);
      ObjectPool pool = Variant.BASELINE.open(cpu, test.stack, type);
      KmemCache cache = test.stack.slub().caches().getFirst();
      assertThat(cache.flags() & SlabFlags.DEBUG_FLAGS).isEqualTo(SlabFlags.STORE_USER);
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        live.add(pool.get(cpu, Gfp.GFP_KERNEL));
      }
      for (int i = 0; i < 10; i++) {
        pool.put(cpu, live.removeLast());
      }
      for (int i = 0; i < 5; i++) {
        live.add(pool.get(cpu, Gfp.GFP_KERNEL));
      }
      checkAllocTraces(cache.allocTraces(cpu));
      List<CallSiteUse> frees = cache.freeTraces(cpu);
      assertThat(frees).extracting(CallSiteUse::objects).containsExactly(20L, 5L);
      assertThat(frees.getFirst().site()).isEqualTo(CallSiteUse.UNKNOWN);
      assertThat(frees.get(1).site()).startsWith("SlabPool.");
      live.forEach(object -> pool.put(cpu, object));
      assertThat(cache.allocTraces(cpu)).isEmpty();
      pool.close(cpu);
      test.leave(cpu);
    }
  }

  private static void checkAllocTraces(List<CallSiteUse> allocs) {
    assertThat(allocs).hasSize(1);
    CallSiteUse use = allocs.getFirst();
    assertThat(use.site()).matches("SlabPool\\.\\w+:\\d+");
    assertThat(use.objects()).isEqualTo(25);
    assertThat(use.cpus()).containsExactly(1);
    assertThat(use.nodes()).containsExactly(0);
    assertThat(use.ageMinNs()).isNotNegative().isLessThanOrEqualTo(use.ageMeanNs());
    assertThat(use.ageMeanNs()).isLessThanOrEqualTo(use.ageMaxNs());
    assertThat(CallSiteUse.text(allocs))
        .matches(" +25 SlabPool\\.\\w+:\\d+ age=\\d+/\\d+/\\d+ cpus=1 nodes=0\n");
  }

  @Test
  void aMeasuredStackRefusesToBeDebugged() {
    Machine machine = HostMachine.of(HostConfig.uniform(1, 1));
    StackConfig config =
        StackConfig.measured(machine, false).withBoot(BootOptions.ofSlubDebug("Z"));
    try (AllocatorStack stack = AllocatorStack.of(machine, config)) {
      Cpu cpu = machine.enter(0);
      MmStruct type = MmStruct.of(cpu, stack, Variant.BASELINE.form(), false);
      assertThatThrownBy(() -> Variant.BASELINE.open(cpu, stack, type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("mode META");
      machine.leave(cpu);
    }
  }
}
