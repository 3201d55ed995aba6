package io.slablab.allocator.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many pages a CPU keeps and how many it moves at a time. */
class PerCpuPagesTest {
  private static final int PAGES = 64 << 10;
  private static final int BATCH = 31;
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages =
      new PageAllocator(machine, PageConfig.ofPagesPerNode(PAGES).withPcpBatch(BATCH));
  private final Cpu cpu = machine.enter(0);

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private long zoneLocks() {
    return machine.lockStats().stream()
        .filter(lock -> lock.name().equals("zone->lock"))
        .mapToLong(LockStats::acquired)
        .sum();
  }

  private List<Long> take(int order, int count) {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(pages.alloc(cpu, order, Gfp.GFP_KERNEL, 0));
    }
    return blocks;
  }

  @Test
  void limitsFollowTheZone() {
    PcpLimits limits = PcpLimits.of(1 << 18, 2560, 4, 0);
    assertThat(limits).isEqualTo(new PcpLimits(63, 640, 8192));
    assertThat(PcpLimits.of(4096, 80, 4, 0)).isEqualTo(new PcpLimits(1, 20, 128));
  }

  @Test
  void fetchesDoubleWhileOnlyAllocating() {
    long before = zoneLocks();
    take(0, BATCH);
    assertThat(zoneLocks() - before).isEqualTo(1);
    take(0, 2 * BATCH);
    assertThat(zoneLocks() - before).isEqualTo(2);
    take(0, 1000);
    assertThat(zoneLocks() - before).isLessThan(2 + 1000 / BATCH / 4);
    long higher = zoneLocks();
    take(2, BATCH >> 2);
    assertThat(zoneLocks() - higher).isEqualTo(1);
  }

  @Test
  void aRowOfFreesGoesBackInFewSteps() {
    List<Long> held = take(0, 8000);
    long before = zoneLocks();
    held.forEach(page -> pages.free(cpu, page, 0));
    assertThat(zoneLocks() - before).isLessThan(8000 / BATCH / 4);
    long kept = pages.stats().perCpuPages();
    assertThat(kept).isLessThanOrEqualTo(PAGES / 8 / 2);
    pages.verify(0);
  }

  @Test
  void theOldestPagesGoBackAndTheNewestComeOutFirst() {
    PcpLimits limits = new PcpLimits(2, 8, 8);
    BuddyLists buddy = new BuddyLists(0, 1024);
    PerCpuPages list = new PerCpuPages(machine.spinLock(lockClass()), machine.line("pcp"), limits);
    boolean full = false;
    for (int pfn = 1; !full; pfn++) {
      full = list.put(pfn * 2, 0, MigrateType.UNMOVABLE);
    }
    assertThat(list.pages()).isEqualTo(8);
    int surplus = list.surplus(true);
    assertThat(surplus).isEqualTo(6);
    list.giveBack(buddy, surplus);
    assertThat(buddy.freePages()).isEqualTo(6);
    assertThat(list.pop(0, MigrateType.UNMOVABLE)).isEqualTo(16);
    assertThat(list.pop(0, MigrateType.UNMOVABLE)).isEqualTo(14);
    assertThat(list.pop(0, MigrateType.UNMOVABLE)).isEqualTo(PageRing.NONE);
  }

  private static io.slablab.allocator.machine.LockClass lockClass() {
    return new io.slablab.allocator.machine.LockClass(
        "test", io.slablab.allocator.machine.LockClass.Kind.SPIN);
  }

  @Test
  void aShortZoneLowersWhatACpuKeeps() {
    PerCpuPages list =
        new PerCpuPages(
            machine.spinLock(lockClass()), machine.line("pcp"), new PcpLimits(4, 16, 200));
    for (int i = 0; i < 5; i++) {
      list.wanted(0, false);
    }
    int raised = list.high();
    assertThat(raised).isGreaterThan(16);
    for (int pfn = 0; pfn < raised; pfn++) {
      list.put(pfn, 0, MigrateType.MOVABLE);
    }
    list.surplus(true);
    assertThat(list.high()).isLessThan(raised);
    list.surplus(true);
    assertThat(list.high()).isEqualTo(16);
  }
}
