package io.slablab.allocator.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.HotplugPart;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercpuCountersTest {
  private static final int CPUS = 4;
  private static final int N = 4;
  private static final long FBC = 4096;
  private final Machine machine = CheckedMachines.of(HostConfig.uniform(CPUS, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
  private final Percpu percpu =
      new Percpu(machine, pages, PercpuConfig.defaults().withMaxChunks(2));
  private final Memory objects = machine.memory("objects", 1 << 16);
  private final PercpuCounters counters = new PercpuCounters(machine, objects, percpu, percpu);

  @AfterEach
  void close() {
    machine.close();
  }

  /** T-CT-1, INV-CT-1: and an approximate read is off by less than a batch per CPU. */
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

  /** T-CT-2: pieces of a dying CPU are in every sum, and in the count once it is dead. */
  @Test
  void aDeadCpusPiecesAreFolded() {
    Cpu cpu = machine.enter(0);
    assertThat(counters.initMany(cpu, FBC, 5, Gfp.GFP_KERNEL, N)).isZero();
    Cpu three = machine.enter(3);
    for (int i = 0; i < N; i++) {
      counters.add(three, FBC + (long) i * PercpuCounters.BYTES, 10 + i);
    }
    machine.leave(three);
    List<Long> whileDying = new ArrayList<>();
    machine
        .hotplug()
        .register( // registered last, so asked before the counters are
            new HotplugPart() {
              @Override
              public void dead(Cpu caller, int dead) {
                assertThat(machine.hotplug().isDying(dead)).isTrue();
                whileDying.add(counters.sum(caller, FBC));
                whileDying.add(counters.read(caller, FBC));
              }
            });
    machine.hotplug().offline(cpu, 3);
    assertThat(whileDying).containsExactly(15L, 5L);
    for (int i = 0; i < N; i++) {
      long fbc = FBC + (long) i * PercpuCounters.BYTES;
      assertThat(counters.read(cpu, fbc)).isEqualTo(15 + i);
      assertThat(counters.sum(cpu, fbc)).isEqualTo(15 + i);
    }
    machine.hotplug().online(cpu, 3);
    three = machine.enter(3);
    counters.add(three, FBC, 1);
    machine.leave(three);
    assertThat(counters.sum(cpu, FBC)).isEqualTo(16);
    counters.destroyMany(cpu, FBC, N);
    counters.verify();
  }

  /** T-CT-2 under use: nothing is lost while CPUs come and go. */
  @Test
  void cpusComeAndGoWhileOthersAdd() throws InterruptedException {
    Cpu cpu = machine.enter(0);
    assertThat(counters.initMany(cpu, FBC, 0, Gfp.GFP_KERNEL, N)).isZero();
    AtomicLong added = new AtomicLong();
    AtomicInteger stop = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int id = 1; id < 3; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                while (stop.get() == 0) {
                  addShortly(mine, added);
                }
              }));
    }
    for (int i = 0; i < 200; i++) {
      machine.hotplug().offline(cpu, 1 + (i & 1));
      machine.hotplug().online(cpu, 1 + (i & 1));
    }
    stop.set(1);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(added.get()).isPositive();
    assertThat(counters.sum(cpu, FBC)).isEqualTo(added.get());
  }

  private void addShortly(int id, AtomicLong added) {
    Cpu cpu;
    try {
      cpu = machine.enter(id);
    } catch (IllegalStateException _) {
      return; // offline
    }
    for (int i = 0; i < 100; i++) {
      counters.add(cpu, FBC, 3);
    }
    added.addAndGet(300);
    machine.leave(cpu);
  }

  /** T-CT-4: also while CPUs come and go; 40 of them, since fewer than 17 do not move it. */
  @Test
  void theBatchFollowsTheOnlineCpus() {
    Machine large = CheckedMachines.of(HostConfig.uniform(40, 1));
    PageAllocator largePages = new PageAllocator(large, PageConfig.ofPagesPerNode(4096));
    Percpu areas = new Percpu(large, largePages, PercpuConfig.defaults().withMaxChunks(2));
    PercpuCounters many = new PercpuCounters(large, large.memory("objects", 1 << 16), areas, areas);
    assertThat(many.batch()).isEqualTo(80);
    Cpu cpu = large.enter(0);
    for (int id = 20; id < 40; id++) {
      large.hotplug().offline(cpu, id);
      assertThat(many.batch()).isEqualTo(2 * (40 - (id - 19)));
    }
    for (int id = 10; id < 20; id++) {
      large.hotplug().offline(cpu, id);
    }
    assertThat(many.batch()).isEqualTo(32);
    for (int id = 10; id < 20; id++) {
      large.hotplug().online(cpu, id);
    }
    assertThat(many.batch()).isEqualTo(40);
    large.close();
  }

  private int piece(int id) {
    long area = objects.getLong(FBC + PercpuCounters.COUNTERS);
    return percpu.memory().getInt(percpu.address(area, id));
  }

  /** INV-CT-2: after every add the piece is below the batch it was added with; the sum is exact. */
  @Test
  void aPieceStaysBelowTheBatch() {
    Cpu cpu = machine.enter(0);
    assertThat(counters.initMany(cpu, FBC, 0, Gfp.GFP_KERNEL, N)).isZero();
    Random random = new Random(11);
    long sum = 0;
    int folds = 0;
    for (int i = 0; i < 20_000; i++) {
      int batch = random.nextBoolean() ? counters.batch() : 1 + random.nextInt(40);
      long amount = random.nextInt(4 * batch) - 2L * batch;
      long before = counters.read(cpu, FBC);
      counters.addBatch(cpu, FBC, amount, batch);
      sum += amount;
      assertThat(Math.abs(piece(0))).isLessThan(batch);
      assertThat(counters.read(cpu, FBC) + piece(0)).isEqualTo(sum);
      folds += counters.read(cpu, FBC) == before ? 0 : 1;
    }
    assertThat(folds).isBetween(1_000, 19_000);
  }

  @Test
  void aLocalAddStaysInThePieceUntilAnIntIsFull() {
    Cpu cpu = machine.enter(0);
    assertThat(counters.initMany(cpu, FBC, 0, Gfp.GFP_KERNEL, N)).isZero();
    counters.addLocal(cpu, FBC, Integer.MAX_VALUE - 1);
    assertThat(counters.read(cpu, FBC)).isZero();
    assertThat(counters.sum(cpu, FBC)).isEqualTo(Integer.MAX_VALUE - 1);
    counters.addLocal(cpu, FBC, 1);
    assertThat(counters.read(cpu, FBC)).isEqualTo(Integer.MAX_VALUE);
    counters.addLocal(cpu, FBC, -1L << 40);
    assertThat(counters.sum(cpu, FBC)).isEqualTo(Integer.MAX_VALUE - (1L << 40));
  }

  /**
   * T-CT-5: the exact sum is taken only where the folded part does not decide. A piece that is
   * larger than any batch shows whether it was: with the sum both answers would be the other.
   */
  @Test
  void farFromTheLimitAndFarBeyondNothingIsSummed() {
    Cpu cpu = machine.enter(0);
    Cpu other = machine.enter(3);
    assertThat(counters.initMany(cpu, FBC, 0, Gfp.GFP_KERNEL, N)).isZero();
    counters.addLocal(other, FBC, 1_000_000);
    assertThat(counters.limitedAdd(cpu, FBC, 10_000, 100)).as("more than a batch").isTrue();
    assertThat(counters.read(cpu, FBC)).isEqualTo(100);
    assertThat(counters.limitedAdd(cpu, FBC, 200, 1)).as("close: summed").isFalse();
    counters.addLocal(other, FBC, -2_000_000);
    counters.addBatch(cpu, FBC, 20_000, 1);
    assertThat(counters.limitedAdd(cpu, FBC, 10_000, 1)).as("far beyond").isFalse();
    assertThat(counters.limitedAdd(cpu, FBC, 20_100, 1)).as("close: summed").isTrue();
    counters.addLocal(other, FBC, 2_000_000);
    assertThat(counters.limitedAdd(cpu, FBC, 30_000, -1)).as("far below").isFalse();
    machine.leave(other);
  }

  /** T-CT-5: by one CPU, against a plain number, in both directions. */
  @Test
  void limitedAddStopsAtTheLimit() {
    Cpu cpu = machine.enter(0);
    assertThat(counters.initMany(cpu, FBC, 0, Gfp.GFP_KERNEL, N)).isZero();
    Random random = new Random(7);
    long sum = 0;
    for (int i = 0; i < 20_000; i++) {
      long amount = random.nextInt(81) - 40;
      long limit = amount > 0 ? 500 : -500;
      boolean fits = amount > 0 ? sum + amount <= limit : sum + amount >= limit;
      assertThat(counters.limitedAdd(cpu, FBC, limit, amount)).isEqualTo(amount == 0 || fits);
      sum += amount == 0 || fits ? amount : 0;
      if (i % 100 == 0) {
        counters.sync(cpu, FBC);
      }
      assertThat(counters.sum(cpu, FBC)).isEqualTo(sum);
    }
  }

  /** T-CT-5: by all CPUs at once, until nothing fits any more, up and down. */
  @Test
  void limitedAddsOfAllCpusStayWithinTheLimit() throws InterruptedException {
    Cpu boot = machine.enter(0);
    assertThat(counters.initMany(boot, FBC, 0, Gfp.GFP_KERNEL, N)).isZero();
    machine.leave(boot);
    for (int round = 0; round < 20; round++) {
      int sign = (round & 1) == 0 ? 1 : -1;
      long limit = sign * 1000L;
      List<Thread> threads = new ArrayList<>();
      for (int id = 0; id < CPUS; id++) {
        int mine = id;
        threads.add(Thread.ofPlatform().start(() -> addUntilRefused(mine, limit, sign)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      Cpu cpu = machine.enter(0);
      assertThat(sign * counters.sum(cpu, FBC)).isPositive().isLessThanOrEqualTo(1000);
      while (counters.limitedAdd(cpu, FBC, limit, sign)) {
        assertThat(sign * counters.sum(cpu, FBC)).isLessThanOrEqualTo(1000);
      }
      assertThat(counters.sum(cpu, FBC)).isEqualTo(limit);
      machine.leave(cpu);
    }
  }

  private void addUntilRefused(int id, long limit, int sign) {
    Cpu cpu = machine.enter(id);
    Random random = new Random(id);
    for (int largest = 40; largest >= 1; largest /= 2) {
      while (counters.limitedAdd(cpu, FBC, limit, sign * (1 + random.nextInt(largest)))) {
        Thread.onSpinWait();
      }
    }
    machine.leave(cpu);
  }

  /** T-CT-4. */
  @ParameterizedTest
  @CsvSource({"4,32", "16,32", "24,48", "192,384"})
  void theBatchGrowsWithTheCpus(int cpus, int batch) {
    assertThat(PercpuCounters.batch(cpus)).isEqualTo(batch);
  }

  /** INV-CT-3. */
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
