package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AllocatorStackTest {
  private final TestStack test = TestStack.of(2);
  private final Cpu cpu = test.enter(0);

  @AfterEach
  void close() {
    test.leave(cpu);
    test.close();
  }

  @Test
  void whatIsLeftIsNamed() {
    MmStruct type = MmStruct.of(cpu, test.stack, Variant.BASELINE.form(), false);
    ObjectPool pool = Variant.BASELINE.open(cpu, test.stack, type);
    long mm = pool.get(cpu, Gfp.GFP_KERNEL);
    assertThatThrownBy(() -> test.stack.checkNothingLeaked(cpu))
        .isInstanceOfSatisfying(
            LeakException.class,
            e ->
                assertThat(e.leaks())
                    .contains(
                        "cache mm_struct with 1 objects in use",
                        "percpu bytes: 32",
                        "registered percpu counters: 4",
                        "pages: 2"));
    pool.put(cpu, mm);
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  @Test
  void aSnapshotHoldsEveryPart() {
    MmStruct type = MmStruct.of(cpu, test.stack, Variant.CTOR_DTOR.form(), false);
    ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
    pool.put(cpu, pool.get(cpu, Gfp.GFP_KERNEL));
    AllocatorStats stats = test.stack.stats();
    assertThat(stats.caches()).hasSize(1);
    assertThat(stats.caches().getFirst().name()).isEqualTo("mm_struct");
    assertThat(stats.registeredCounters()).isEqualTo(4 * pool.stats().idle());
    assertThat(stats.percpu().liveBytes()).isEqualTo(32 * pool.stats().idle());
    assertThat(stats.percpu().peakBytesAllCpus())
        .isEqualTo(stats.percpu().liveBytesAllCpus())
        .isEqualTo(pool.stats().idlePercpuBytes());
    pool.close(cpu);
  }

  @Test
  void aTypeOfAnotherDesignIsRefused() {
    MmStruct type = MmStruct.of(cpu, test.stack, Variant.BASELINE.form(), false);
    assertThatThrownBy(() -> Variant.CTOR_DTOR.open(cpu, test.stack, type))
        .hasMessageContaining("variant=ctor-dtor form=RAW");
  }

  @Test
  void designsAreKnownByTheirNames() {
    assertThat(Variant.of("baseline")).contains(Variant.BASELINE);
    assertThat(Variant.of("ctor-dtor")).contains(Variant.CTOR_DTOR);
    assertThat(Variant.of("Baseline")).isEmpty();
    for (Variant variant : Variant.values()) {
      assertThat(variant.description()).isNotBlank().doesNotContain("\n");
    }
  }

  @Test
  void measuredMemoryGrowsWithTheMachine() {
    StackConfig small = StackConfig.measured(HostMachine.of(HostConfig.uniform(2, 1)), false);
    StackConfig large = StackConfig.measured(HostMachine.of(HostConfig.uniform(192, 2)), true);
    assertThat(small.pagesPerNode()).isEqualTo(1 << 18);
    assertThat(large.pagesPerNode()).isEqualTo(96 << 12);
    assertThat(large.faithful()).isTrue();
  }
}
