package io.slablab.allocator.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 3.12: sizes of areas in powers of two, how many, how long, by who asks. */
class AllocProfileTest {
  private static final int GFP = Gfp.GFP_KERNEL;

  private static AllocatorStack stack(Variant variant, boolean faithful) {
    DebugConfig profile = DebugConfig.NONE.withProfile(true).withFaithful(faithful);
    return AllocatorStack.of(
        HostMachine.of(HostConfig.uniform(2, 1)),
        StackConfig.checked(8192).forVariant(variant).withFaithful(faithful).withDebug(profile));
  }

  private static AllocProfile profile(AllocatorStack stack) {
    return stack.debug().profile().orElseThrow();
  }

  private static void on(AllocatorStack stack, Consumer<Cpu> work) {
    Cpu cpu = stack.machine().enter(0);
    work.accept(cpu);
    stack.machine().leave(cpu);
    stack.close();
  }

  @Test
  void sizesAreBucketsOfPowersOfTwo() {
    AllocatorStack stack = stack(Variant.BASELINE, false);
    on(
        stack,
        cpu -> {
          PercpuAreas areas = stack.areas();
          for (int bytes : new int[] {1, 4, 5, 8, 9, 32_768}) {
            areas.alloc(cpu, bytes, 4, GFP);
          }
          assertThat(profile(stack).rows())
              .extracting(AllocProfile.Row::bytes, AllocProfile.Row::count)
              .containsExactlyInAnyOrder(
                  tuple(4, 2L), tuple(8, 2L), tuple(16, 1L), tuple(32_768, 1L));
          assertThat(profile(stack).rows())
              .allMatch(row -> row.site().startsWith("AllocProfileTest."))
              .allMatch(row -> row.meanLifetimeNs() == 0 && row.live() == row.count());
        });
  }

  @Test
  void livesHaveLengths() {
    AllocatorStack stack = stack(Variant.BASELINE, false);
    on(
        stack,
        cpu -> {
          long[] pair = new long[2];
          assertThat(stack.areas().allocBulk(cpu, 20, 4, GFP, 2, pair)).isEqualTo(2);
          long untilNs = stack.machine().nowNs() + 2_000_000;
          while (stack.machine().nowNs() < untilNs) {
            cpu.poll();
          }
          stack.areas().freeBulk(cpu, pair, 2);
          stack.areas().free(cpu, stack.areas().alloc(cpu, 20, 4, GFP));
          long left = stack.areas().alloc(cpu, 20, 4, GFP);
          AllocProfile.Row sum =
              profile(stack).rows().stream()
                  .reduce((a, b) ->
                      new AllocProfile.Row(
                          "",
                          a.bytes(),
                          a.count() + b.count(),
                          a.live() + b.live(),
                          0,
                          Math.max(a.maxLifetimeNs(), b.maxLifetimeNs())))
                  .orElseThrow();
          assertThat(sum.count()).isEqualTo(4);
          assertThat(sum.live()).isEqualTo(1);
          assertThat(sum.maxLifetimeNs()).isGreaterThanOrEqualTo(2_000_000);
          assertThat(profile(stack).rows())
              .allMatch(row -> row.meanLifetimeNs() <= row.maxLifetimeNs());
          stack.areas().free(cpu, left);
        });
  }

  /** 9.8: under the series as posted a constructor's areas are put down to who came by. */
  @ParameterizedTest
  @CsvSource({
    "BASELINE, false, MmStruct.allocCid+MmStruct.initRss",
    "CTOR_DTOR, false, MmStruct.allocCid+MmStruct.initRss",
    "CTOR_DTOR, true, AllocProfileTest.lives",
    "SLABLAB_BEST, false, PartitionedMm.constructMany"
  })
  void areasAreTheirMakers(Variant variant, boolean faithful, String sites) {
    AllocatorStack stack = stack(variant, faithful);
    on(
        stack,
        cpu -> {
          MmStruct type = MmStruct.of(cpu, stack, variant.form(), faithful);
          ObjectPool pool = variant.open(cpu, stack, type);
          lives(cpu, pool, 100);
          List<AllocProfile.Row> rows = profile(stack).rows();
          assertThat(rows)
              .extracting(AllocProfile.Row::site)
              .containsExactlyInAnyOrder(sites.split("\\+"));
          boolean kept = variant.form().constructed();
          assertThat(rows).allMatch(row -> kept ? row.live() == row.count() : row.count() == 100);
          pool.close(cpu);
          assertThat(profile(stack).rows()).allMatch(row -> row.live() == 0);
        });
  }

  private static void lives(Cpu cpu, ObjectPool pool, int count) {
    for (int i = 0; i < count; i++) {
      pool.put(cpu, pool.get(cpu, GFP));
    }
  }
}
