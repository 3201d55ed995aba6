package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class PercpuTest {
  private static final int CPUS = 4;
  private final Machine machine = CheckedMachines.of(HostConfig.uniform(CPUS, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
  private final Percpu percpu = new Percpu(machine, pages, PercpuConfig.defaults());

  @AfterEach
  void close() {
    machine.close();
  }

  private static List<List<Integer>> nodes(int nodes, int cpusPerNode) {
    return IntStream.range(0, nodes)
        .mapToObj(
            node -> IntStream.range(0, cpusPerNode).mapToObj(i -> node * cpusPerNode + i).toList())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "1,24,221184,262144,8,17,18,19,20", "2,96,221184,262144,8,17,18,19,20",
    "1,4,221184,524288,4,18,19,20,21", "1,1,221184,2097152,1,20,21,22,23",
    "8,2,221184,1048576,2,19,20,21,22", "1,24,241664,524288,4,18,19,20,21"
  })
  void unitsAreAsInTheReference(
      int nodes,
      int cpusPerNode,
      int staticBytes,
      int unit,
      int upa,
      int sidelined,
      int free,
      int toDepopulate,
      int slots) {
    UnitGeometry geometry =
        UnitGeometry.of(
            nodes(nodes, cpusPerNode), nodes * cpusPerNode, staticBytes + 8192 + 28672, 2 << 20);
    assertThat(geometry.unitBytes()).isEqualTo(unit);
    assertThat(geometry.unitsPerAlloc()).isEqualTo(upa);
    Slots lists = new Slots(unit);
    assertThat(lists.sidelined).isEqualTo(sidelined);
    assertThat(lists.free).isEqualTo(free);
    assertThat(lists.toDepopulate).isEqualTo(toDepopulate);
    assertThat(lists.count).isEqualTo(slots);
  }

  @ParameterizedTest
  @CsvSource({
    "4,1",
    "15,1",
    "16,2",
    "31,2",
    "32,3",
    "64,4",
    "128,5",
    "256,6",
    "4096,10",
    "32768,13",
    "262143,15",
    "262144,18"
  })
  void slotsFollowTheFormula(int bytes, int slot) {
    assertThat(new Slots(262_144).of(bytes)).isEqualTo(slot);
  }

  @Test
  @DisplayName("T-PC-9 INV-PC-6 areas are zero on every CPU also after reuse")
  void areasAreZeroOnEveryCpuAlsoAfterReuse() {
    Cpu cpu = machine.enter(0);
    long area = percpu.alloc(cpu, 20, 4, Gfp.GFP_KERNEL);
    for (int id = 0; id < CPUS; id++) {
      percpu.memory().fill(percpu.address(area, id), 20, (byte) 7);
    }
    percpu.free(cpu, area);
    long again = percpu.alloc(cpu, 20, 4, Gfp.GFP_KERNEL);
    assertThat(again).isEqualTo(area);
    for (int id = 0; id < CPUS; id++) {
      for (int at = 0; at < 20; at++) {
        assertThat(percpu.memory().getByte(percpu.address(again, id) + at)).isZero();
      }
    }
  }

  @Test
  void oneAllocationTakesTheMutexOnceAndTheLockOnce() {
    Cpu cpu = machine.enter(0);
    percpu.free(cpu, percpu.alloc(cpu, 16, 8, Gfp.GFP_KERNEL));
    machine.resetLockStats();
    percpu.free(cpu, percpu.alloc(cpu, 16, 8, Gfp.GFP_KERNEL));
    assertThat(acquired("pcpu_alloc_mutex")).isEqualTo(1);
    assertThat(acquired("pcpu_lock")).isEqualTo(2);
  }

  private long acquired(String name) {
    return machine.lockStats().stream()
        .filter(stats -> stats.name().equals(name))
        .mapToLong(LockStats::acquired)
        .sum();
  }

  @Test
  @DisplayName("T-PC-7 tasks told to die while others hold the mutex get null and leave no charge")
  void aTaskToldToDieGetsNullWhileTheMutexIsTaken() throws InterruptedException {
    ObjCgroup group = new ObjCgroup(machine, 1 << 20);
    Cpu cpu = machine.enter(0);
    percpu.setCgroup(cpu, group);
    List<Thread> others = new ArrayList<>();
    for (int id = 1; id < CPUS; id++) {
      int mine = id;
      others.add(
          Thread.ofPlatform()
              .start(() -> {
                Cpu busy = machine.enter(mine);
                for (int i = 0; i < 20_000; i++) {
                  percpu.free(busy, percpu.alloc(busy, 64, 8, Gfp.GFP_KERNEL));
                }
                machine.leave(busy);
              }));
    }
    cpu.setFatalSignalPending(true);
    for (int i = 0; i < 20_000; i++) {
      percpu.free(cpu, percpu.alloc(cpu, 64, 8, Gfp.GFP_KERNEL_ACCOUNT));
    }
    for (Thread other : others) {
      other.join();
    }
    assertThat(group.usedBytes()).as("refunded").isZero();
    percpu.verify();
  }

  @Test
  @DisplayName("T-PC-8 out of memory: everything is restored, and one free area is enough to go on")
  void aFailedPopulationRestoresEverything() {
    Cpu cpu = machine.enter(0);
    List<Long> areas = new ArrayList<>();
    for (long area = percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_KERNEL);
        area != 0;
        area = percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_KERNEL)) {
      areas.add(area);
    }
    percpu.verify();
    pages.drainAll(cpu);
    pages.verify(percpu.backingPages());
    percpu.free(cpu, areas.removeLast());
    assertThat(percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_KERNEL)).isNotZero();
  }

  @Test
  void overTheLimitNothingIsAllocatedOrCharged() {
    ObjCgroup group = new ObjCgroup(machine, 2);
    Cpu cpu = machine.enter(0);
    percpu.setCgroup(cpu, group);
    assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL_ACCOUNT)).isZero();
    assertThat(group.usedBytes()).isZero();
    assertThat(percpu.stats().nrCurAlloc()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("T-PC-15 with the hint defect a starved chunk makes the allocator create another")
  void aStarvedChunkIsAbandoned(boolean hintBug) {
    PercpuConfig config = PercpuConfig.defaults().withHintBug(hintBug);
    try (PercpuFixture on = PercpuFixture.smallUnits(config)) {
      on.percpu.setAsyncEnabled(false);
      List<Long> first = on.areas(7 * 256, 16);
      List<Long> starved = on.areas(16_384, 16);
      Chunk chunk = on.percpu.chunkOf(starved.getFirst());
      for (int i = 256; i < starved.size(); i++) {
        if (i % 256 != 255) {
          on.percpu.free(on.cpu, starved.get(i));
        }
      }
      assertThat(chunk.map.freeBytes()).isEqualTo(257_040);
      assertThat(chunk.slot).isEqualTo(hintBug ? 0 : 9);
      long next = on.percpu.alloc(on.cpu, 16, 4, Gfp.GFP_KERNEL);
      assertThat(on.percpu.chunkOf(next) == chunk).isNotEqualTo(hintBug);
      assertThat(on.percpu.stats().nrChunks()).isEqualTo(hintBug ? 3 : 2);
      assertThat(first).doesNotContain(next);
      on.verify();
    }
  }

  @Test
  @DisplayName("two first charges of one chunk at a time keep one another's")
  void firstChargesOfAChunkMeet() throws InterruptedException {
    Cpu cpu = machine.enter(0);
    ObjCgroup group = new ObjCgroup(machine, 1 << 24);
    long[] fill = new long[7];
    percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_KERNEL, 7, fill);
    long[] areas = new long[4096];
    assertThat(percpu.allocBulk(cpu, 64, 4, Gfp.GFP_KERNEL, areas.length, areas))
        .isEqualTo(areas.length);
    List<Thread> threads = new ArrayList<>();
    for (int id = 1; id < CPUS; id++) {
      int mine = id;
      threads.add(Thread.ofPlatform().start(() -> chargeEachThird(mine, areas, group)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(group.usedBytes()).isEqualTo(areas.length * (64L * CPUS + 16 * 8));
    percpu.freeBulk(cpu, areas, areas.length);
    assertThat(group.usedBytes()).isZero();
  }

  private void chargeEachThird(int id, long[] areas, ObjCgroup group) {
    Cpu mine = machine.enter(id);
    percpu.setCgroup(mine, group);
    for (int i = id - 1; i < areas.length; i += 3) {
      percpu.charge(mine, areas[i], 64);
    }
    machine.leave(mine);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void threadsNeverShareAnArea(long seed) throws InterruptedException {
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < CPUS; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> {
                synchronized (failures) {
                  failures.add(e);
                }
              })
              .start(() -> churn(mine, seed)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).as("seed %d", seed).isEmpty();
    percpu.verify();
    assertThat(percpu.stats().nrCurAlloc()).isZero();
    Cpu cpu = machine.enter(0);
    pages.drainAll(cpu);
    pages.verify(percpu.backingPages());
  }

  private void churn(int mine, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 31 + mine);
    Cpu cpu = machine.enter(mine);
    long[] areas = new long[64];
    for (int i = 0; i < 20_000; i++) {
      int slot = random.nextInt(areas.length);
      if (areas[slot] == 0) {
        areas[slot] = percpu.alloc(cpu, 16, 8, Gfp.GFP_KERNEL);
        for (int id = 0; id < CPUS; id++) {
          long address = percpu.address(areas[slot], id);
          if (percpu.memory().getLong(address) != 0) {
            throw new IllegalStateException("not zero");
          }
          percpu.memory().putLong(address, mine + 1);
        }
      } else {
        for (int id = 0; id < CPUS; id++) {
          if (percpu.memory().getLong(percpu.address(areas[slot], id)) != mine + 1) {
            throw new IllegalStateException("area has two owners");
          }
        }
        percpu.free(cpu, areas[slot]);
        areas[slot] = 0;
      }
      cpu.poll();
    }
    for (long area : areas) {
      percpu.free(cpu, area);
    }
    machine.leave(cpu);
  }
}
