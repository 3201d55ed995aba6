package io.slablab.allocator.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercpuCountersTest {
  private static final int CPUS = 4;
  private static final int N = 4;
  private static final long FBC = 4096;
  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
  private final Percpu percpu =
      new Percpu(machine, pages, PercpuConfig.defaults().withMaxChunks(2));
  private final Memory objects = machine.memory("objects", 1 << 16);
  private final PercpuCounters counters = new PercpuCounters(machine, objects, percpu, percpu);

  @AfterEach
  void close() {
    machine.close();
  }

  /** T-CT-1, INV-CT-2. */
  @Test
  void concurrentAddsSumExactly() throws InterruptedException {
    Cpu boot = machine.enter(0);
    assertThat(counters.initMany(boot, FBC, 7, Gfp.GFP_KERNEL, N)).isZero();
    machine.leave(boot);
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < CPUS; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                Cpu cpu = machine.enter(mine);
                for (int i = 0; i < 50_000; i++) {
                  counters.add(cpu, FBC, i % 3 == 0 ? -1 : 1);
                }
                machine.leave(cpu);
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Cpu cpu = machine.enter(1);
    long expected = 7 + CPUS * (50_000L - 2 * 16_667);
    assertThat(counters.sum(cpu, FBC)).isEqualTo(expected);
    assertThat(Math.abs(counters.read(cpu, FBC) - expected))
        .isLessThan((long) counters.batch() * CPUS);
    assertThat(counters.compare(cpu, FBC, expected)).isZero();
    assertThat(counters.compare(cpu, FBC, expected + 1)).isNegative();
    counters.sync(cpu, FBC);
    counters.set(cpu, FBC, 3);
    assertThat(counters.sum(cpu, FBC)).isEqualTo(3);
    assertThat(counters.readPositive(cpu, FBC)).isEqualTo(3);
  }

  /** T-CT-3. */
  @Test
  void aFailedInitIsSafeToDestroy() {
    Cpu cpu = machine.enter(0);
    while (percpu.alloc(cpu, 4, 4, Gfp.GFP_KERNEL) != 0) {
      percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_KERNEL);
    }
    assertThat(counters.initMany(cpu, FBC, 0, Gfp.GFP_KERNEL, N)).isEqualTo(-12);
    counters.destroyMany(cpu, FBC, N);
    assertThat(counters.listed()).isZero();
  }

  /** T-CT-4. */
  @ParameterizedTest
  @CsvSource({"4,32", "16,32", "24,48", "192,384"})
  void theBatchGrowsWithTheCpus(int cpus, int batch) {
    assertThat(PercpuCounters.batch(cpus)).isEqualTo(batch);
  }

  @Test
  void theListHoldsWhatIsInitialised() {
    Cpu cpu = machine.enter(0);
    for (int i = 0; i < 10; i++) {
      counters.initMany(cpu, FBC + i * 1024L, 0, Gfp.GFP_KERNEL, N);
    }
    counters.verify();
    assertThat(counters.listed()).isEqualTo(10 * N);
    for (int i : new int[] {3, 0, 9, 5, 1, 2, 4, 6, 8, 7}) {
      counters.destroyMany(cpu, FBC + i * 1024L, N);
      counters.verify();
    }
    assertThat(counters.listed()).isZero();
    assertThat(percpu.stats().nrCurAlloc()).isZero();
  }
}
