package io.slablab.allocator.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pageblocks kept for requests of higher orders that cannot wait. */
class HighAtomicTest {
  private static final int PAGES = 64 << 10; // 256 MiB: a 100th is more than a pageblock
  private final Machine machine = HostMachine.of(HostConfig.uniform(1, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(PAGES));
  private final Cpu cpu = machine.enter(0);
  private long held;

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  /** Down to the mark of a request that may not use reserves, without reclaim. */
  private void fill(int order) {
    int gfp = Gfp.KSWAPD_RECLAIM | Gfp.NOMEMALLOC;
    while (pages.alloc(cpu, order, gfp, 0) != 0) {
      held += 1L << order;
    }
  }

  private void reserveOne() {
    fill(4);
    assertThat(pages.alloc(cpu, 4, Gfp.GFP_ATOMIC, 0)).isNotZero();
    held += 16;
    assertThat(pages.zoneStats(0).highatomic()).isEqualTo(MigrateType.PAGEBLOCK_PAGES);
    pages.verify(held);
  }

  @Test
  void anUrgentRequestBelowTheMarkReservesItsPageblock() {
    reserveOne();
    int[] reserved = pages.zoneStats(0).nrFree(MigrateType.HIGHATOMIC);
    assertThat(reserved).contains(1);
    assertThat(pages.alloc(cpu, 4, Gfp.KSWAPD_RECLAIM | Gfp.NOMEMALLOC, 0)).isZero();
    assertThat(pages.alloc(cpu, 4, Gfp.GFP_ATOMIC, 0)).isNotZero();
    assertThat(pages.zoneStats(0).nrFree(MigrateType.HIGHATOMIC)).isNotEqualTo(reserved);
    pages.verify(held + 16);
  }

  @Test
  void freePagesOfReservedPageblocksAreNotFreeForOthers() {
    reserveOne();
    ZoneStats zone = pages.zoneStats(0);
    int reserved = 0;
    for (int order = 0; order <= PageAllocator.MAX_PAGE_ORDER; order++) {
      reserved += zone.nrFree(MigrateType.HIGHATOMIC)[order] << order;
    }
    assertThat(zone.free() - reserved).isLessThanOrEqualTo(zone.min());
    assertThat(pages.alloc(cpu, 0, Gfp.KSWAPD_RECLAIM | Gfp.NOMEMALLOC, 0)).isZero();
  }

  @Test
  void aWaitingRequestGetsThePageblockBeforeItFails() {
    reserveOne();
    assertThat(pages.alloc(cpu, 0, Gfp.GFP_KERNEL, 0)).isZero();
    assertThat(pages.zoneStats(0).highatomic()).isZero();
    assertThat(pages.zoneStats(0).nrFree(MigrateType.HIGHATOMIC)).containsOnly(0);
    pages.verify(held);
  }

  @Test
  void smallZonesReserveNothing() {
    Machine small = HostMachine.of(HostConfig.uniform(1, 1));
    PageAllocator few = new PageAllocator(small, PageConfig.ofPagesPerNode(4096));
    Cpu on = small.enter(0);
    while (few.alloc(on, 4, Gfp.GFP_ATOMIC, 0) != 0) {
      // until an urgent request fails
    }
    assertThat(few.zoneStats(0).highatomic()).isZero();
    small.leave(on);
    small.close();
  }
}
