package io.slablab.suites.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.percpu.PercpuStats;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.suites.spec.Rest;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec.Lifetime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each parameter of the workload does to the percpu allocator. */
@Timeout(60)
class PercpuStreamTest {
  private static final PercpuSpec PLAIN =
      new PercpuSpec(List.of(16), 8, 10, 0, Lifetime.FIXED, 0, false, 1, 0, new Rest.None(), 0);

  private final AllocatorStack stack =
      AllocatorStack.of(HostMachine.of(HostConfig.uniform(2, 1)), StackConfig.checked(1 << 14));

  @AfterEach
  void close() {
    stack.close();
  }

  private Workload run(PercpuSpec spec, int operations) {
    Workload workload = Workload.open(spec, VariantSpec.of("baseline"), stack, new int[] {0}, 1);
    OperationStream stream = workload.stream(0);
    stream.enter();
    stack.machine().resetLockStats();
    for (int i = 0; i < operations; i++) {
      stream.next();
    }
    stream.leave();
    return workload;
  }

  private void end(Workload workload) {
    Cpu cpu = stack.machine().enter(0);
    workload.close(cpu);
    stack.checkNothingLeaked(cpu);
    stack.machine().leave(cpu);
    assertThat(workload.stats().pool().live()).isZero();
  }

  private long acquired(String lock) {
    return stack.machine().lockStats().stream()
        .filter(stats -> stats.name().equals(lock))
        .mapToLong(LockStats::acquired)
        .sum();
  }

  private long count(int bytes) {
    return stack.percpu().stats().sizes().stream()
        .filter(bucket -> bucket.bytes() == bytes)
        .mapToLong(PercpuStats.SizeBucket::count)
        .sum();
  }

  private static PercpuSpec of(List<Integer> sizes, int align, Lifetime lifetime) {
    return new PercpuSpec(sizes, align, 10, 0, lifetime, 0, false, 1, 0, PLAIN.rest(), 0);
  }

  private static PercpuSpec of(int live, double atomic, boolean account, int bulk) {
    return new PercpuSpec(
        List.of(16), 8, live, 0, Lifetime.FIXED, atomic, account, bulk, 0, PLAIN.rest(), 0);
  }

  @Test
  void anOperationIsOneAllocationAndOneFree() {
    Workload workload = run(PLAIN, 100);
    assertThat(acquired("pcpu_alloc_mutex")).isEqualTo(100);
    assertThat(acquired("pcpu_lock")).isEqualTo(200);
    assertThat(stack.percpu().stats().nrCurAlloc()).isEqualTo(10);
    assertThat(stack.userGroup().usedBytes()).isZero();
    end(workload);
  }

  @Test
  void aBatchTakesTheLocksOnce() {
    Workload workload = run(of(10, 0, false, 8), 100);
    assertThat(acquired("pcpu_alloc_mutex")).isEqualTo(100);
    assertThat(acquired("pcpu_lock")).isEqualTo(200);
    assertThat(stack.percpu().stats().nrCurAlloc()).isEqualTo(80);
    assertThat(workload.stats().pool().gets()).isEqualTo(8 * 110);
    end(workload);
  }

  @Test
  void sizesAreAsLikelyAsTheyStandThere() {
    end(run(of(List.of(16, 16, 16, 128), 8, Lifetime.FIXED), 4000));
    assertThat(count(16) + count(128)).isEqualTo(4010);
    assertThat((double) count(128) / 4010).isBetween(0.2, 0.3);
  }

  @Test
  void areasAreAligned() {
    Workload workload = run(of(List.of(4), 4096, Lifetime.FIXED), 1);
    assertThat(stack.percpu().stats().populatedPages())
        .as("ten areas, of which the first chunk has whole pages for some")
        .isGreaterThanOrEqualTo(3);
    end(workload);
  }

  @Test
  void chargedAreasAreCharged() {
    Workload workload = run(of(10_000, 0, true, 1), 10);
    assertThat(stack.userGroup().usedBytes()).isPositive();
    end(workload);
  }

  @Test
  void whatMustNotWaitAndFailsWaitsThen() {
    Workload workload = run(of(10_000, 1, false, 4), 100);
    WorkloadStats stats = workload.stats();
    assertThat(stats.workers().getFirst().failures())
        .as("batches for which a page had to be populated")
        .isBetween(1L, 200L);
    assertThat(stats.pool().failedGets()).isEqualTo(stats.workers().getFirst().failures());
    assertThat(acquired("pcpu_alloc_mutex")).as("all others").isLessThan(100);
    assertThat(stack.percpu().stats().nrCurAlloc()).isEqualTo(40_000);
    end(workload);
  }

  /** What lives equally long is freed in the order of its addresses; then holes are one. */
  @Test
  void randomLifetimesLeaveHoles() {
    assertThat(holesAfterGrowth(Lifetime.RANDOM)).isGreaterThan(holesAfterGrowth(Lifetime.FIXED));
  }

  private long holesAfterGrowth(Lifetime lifetime) {
    Workload workload = run(of(List.of(4, 64, 512), 4, lifetime), 2000);
    Cpu cpu = stack.machine().enter(0);
    long gaps =
        stack
            .percpu()
            .statsText(cpu)
            .lines()
            .filter(line -> line.startsWith("  sum_frag"))
            .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
            .sum();
    stack.machine().leave(cpu);
    end(workload);
    return gaps;
  }
}
