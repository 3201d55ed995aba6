package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.PercpuUse;
import io.slablab.allocator.slub.CacheStats;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryUseTest {
  private static final int CPUS = 2;

  private final TestStack test = TestStack.of(CPUS);
  private final AllocatorStack stack = test.stack;
  private final Cpu cpu = test.enter(0);

  @AfterEach
  void close() {
    test.leave(cpu);
    test.close();
  }

  private List<Long> get(ObjectPool pool, int count) {
    List<Long> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      objects.add(pool.get(cpu, Gfp.GFP_KERNEL));
    }
    return objects;
  }

  @Test
  void aStackWithoutObjectsUsesNothing() {
    assertThat(stack.memoryUse().bytes()).isZero();
    assertThat(stack.memoryUse().percpuBackedBytes()).as("first chunk").isPositive();
    assertThat(stack.memoryUse().percpuFragmentation()).isEqualTo(1);
    assertThat(new PercpuUse(0, 0).fragmentation()).isZero();
  }

  @Test
  void slabsAndAreasCountWhatTheCensusFinds() {
    ObjectPool pool =
        Variant.CTOR_DTOR.open(
            cpu, stack, MmStruct.of(cpu, stack, Variant.CTOR_DTOR.form(), false));
    List<Long> objects = get(pool, 100);
    MemoryUse use = stack.memoryUse();
    CacheStats cache = stack.stats().caches().getFirst();
    assertThat(use.slabBytes()).isEqualTo(4096 * cache.pages());
    assertThat(use.slabObjects()).isEqualTo(cache.totalObjects());
    assertThat(use.percpuBytes()).isEqualTo(32L * CPUS * cache.totalObjects());
    assertThat(use.bytes()).isEqualTo(use.slabBytes() + use.percpuBytes());
    objects.forEach(object -> pool.put(cpu, object));
    pool.close(cpu);
    assertThat(stack.memoryUse().bytes()).isZero();
  }

  @Test
  void aPeakStaysUntilTheNextWindowAndIsOfTheWindowAlone() {
    ObjectPool pool =
        Variant.BASELINE.open(cpu, stack, MmStruct.of(cpu, stack, Variant.BASELINE.form(), false));
    List<Long> many = get(pool, 200);
    MemoryUse high = stack.memoryUse();
    many.forEach(object -> pool.put(cpu, object));
    pool.trim(cpu);
    assertThat(stack.peakMemoryUse().bytes()).isEqualTo(high.bytes());
    assertThat(stack.peakMemoryUse().slabObjects()).isEqualTo(high.slabObjects());

    stack.restartPeaks(cpu);
    assertThat(stack.peakMemoryUse().bytes()).isEqualTo(stack.memoryUse().bytes());
    List<Long> few = get(pool, 10);
    assertThat(stack.peakMemoryUse().bytes())
        .isEqualTo(stack.memoryUse().bytes())
        .isBetween(1L, high.bytes() - 1);
    assertThat(stack.stats().percpu().peakBytesAllCpus())
        .as("since the stack was built")
        .isEqualTo(high.percpuBytes());
    few.forEach(object -> pool.put(cpu, object));
    pool.close(cpu);
    stack.checkNothingLeaked(cpu);
  }
}
