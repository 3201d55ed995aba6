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
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many areas by one call. */
@Timeout(120)
class PercpuBulkTest {
  private static final int CPUS = 4;
  private final Machine machine = CheckedMachines.of(HostConfig.uniform(CPUS, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
  private final Percpu percpu = new Percpu(machine, pages, PercpuConfig.defaults());
  private final Cpu cpu = machine.enter(0);

  @AfterEach
  void close() {
    machine.close();
  }

  private long acquired(String name) {
    return machine.lockStats().stream()
        .filter(stats -> stats.name().equals(name))
        .mapToLong(LockStats::acquired)
        .sum();
  }

  @Test
  void manyAreasTakeTheMutexOnceAndTheLockOnce() {
    long[] out = new long[32];
    machine.resetLockStats();
    assertThat(percpu.allocBulk(cpu, 16, 8, Gfp.GFP_KERNEL, 32, out)).isEqualTo(32);
    assertThat(acquired("pcpu_alloc_mutex")).isEqualTo(1);
    assertThat(acquired("pcpu_lock")).isEqualTo(1);
    assertThat(Arrays.stream(out).distinct()).hasSize(32);
    percpu.freeBulk(cpu, out, 32);
    assertThat(acquired("pcpu_alloc_mutex")).isEqualTo(1);
    assertThat(acquired("pcpu_lock")).isEqualTo(2);
    assertThat(percpu.stats().nrCurAlloc()).isZero();
    percpu.verify();
  }

  @Test
  void bulkGivesTheSamePointersAsOneByOne() {
    long[] single = new long[200];
    Arrays.setAll(single, _ -> percpu.alloc(cpu, 200, 64, Gfp.GFP_KERNEL));
    percpu.freeBulk(cpu, single, 200);
    long[] bulk = new long[200];
    assertThat(percpu.allocBulk(cpu, 200, 64, Gfp.GFP_KERNEL, 200, bulk)).isEqualTo(200);
    assertThat(bulk).isEqualTo(single);
    percpu.verify();
  }

  /** INV-PC-6 for bulk. */
  @Test
  void areasAreZeroOnEveryCpuAlsoAfterReuse() {
    for (int bytes : new int[] {20, 300}) {
      long[] out = new long[50];
      for (int round = 0; round < 2; round++) {
        assertThat(percpu.allocBulk(cpu, bytes, 4, Gfp.GFP_KERNEL, 50, out)).isEqualTo(50);
        for (long area : out) {
          for (int id = 0; id < CPUS; id++) {
            for (int at = 0; at < bytes; at += 4) {
              assertThat(percpu.memory().getInt(percpu.address(area, id) + at)).isZero();
            }
            percpu.memory().fill(percpu.address(area, id), bytes, (byte) 7);
          }
        }
        percpu.freeBulk(cpu, out, 50);
      }
    }
  }

  @Test
  void withoutMemoryAsManyAsFitAreHandedOut() {
    long[] out = new long[20_000];
    int got = percpu.allocBulk(cpu, 32 << 10, 4, Gfp.GFP_KERNEL, out.length, out);
    assertThat(got).isBetween(100, out.length - 1);
    assertThat(percpu.stats().nrCurAlloc()).isEqualTo(got);
    percpu.verify();
    pages.drainAll(cpu);
    pages.verify(percpu.backingPages());
    percpu.freeBulk(cpu, out, got);
    assertThat(percpu.stats().nrCurAlloc()).isZero();
    cpu.poll();
    percpu.verify();
  }

  @Test
  void anAtomicBulkLivesOffPopulatedPages() {
    long[] out = new long[20];
    int populated = percpu.stats().emptyPopPages();
    assertThat(percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_ATOMIC, 20, out)).isEqualTo(populated);
    cpu.poll(); // the failure asked for four populated pages
    assertThat(percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_ATOMIC, 20, out)).isEqualTo(4);
    percpu.verify();
  }

  @Test
  void theLimitOfTheGroupBoundsTheNumber() {
    long full = 4096L * CPUS + 1024 * 8;
    ObjCgroup group = new ObjCgroup(machine, 5 * full / 4096);
    percpu.setCgroup(cpu, group);
    long[] fill = new long[7];
    percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_KERNEL, 7, fill); // the first chunk is not charged
    long[] out = new long[9];
    assertThat(percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_KERNEL_ACCOUNT, 9, out)).isEqualTo(5);
    assertThat(group.usedBytes()).isEqualTo(5 * full);
    percpu.freeBulk(cpu, out, 5);
    assertThat(group.usedBytes()).isZero();
    percpu.verify();
  }

  @Test
  void areasOfTwoGroupsAreUnchargedFromEach() {
    ObjCgroup[] groups = {new ObjCgroup(machine, 1 << 20), new ObjCgroup(machine, 1 << 20)};
    long[] out = new long[16];
    percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_KERNEL, 7, new long[7]);
    for (int i = 0; i < out.length; i++) {
      percpu.setCgroup(cpu, groups[i / 3 % 2]);
      out[i] = percpu.alloc(cpu, 64, 4, Gfp.GFP_KERNEL_ACCOUNT);
    }
    assertThat(groups[0].usedBytes()).isPositive();
    assertThat(groups[1].usedBytes()).isPositive();
    percpu.freeBulk(cpu, out, out.length);
    assertThat(groups[0].usedBytes()).isZero();
    assertThat(groups[1].usedBytes()).isZero();
  }

  @Test
  void nullsAreSkippedAndInvalidPointersCounted() {
    long area = percpu.alloc(cpu, 64, 8, Gfp.GFP_KERNEL);
    percpu.freeBulk(cpu, new long[] {0, area, area, area + 8, -1}, 5);
    assertThat(percpu.stats().invalidFrees()).isEqualTo(3);
    assertThat(percpu.stats().nrCurAlloc()).isZero();
    percpu.verify();
  }
}
