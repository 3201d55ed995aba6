package io.slablab.allocator.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far down each kind of request gets, and what background and direct reclaim are asked. */
@Timeout(60)
class WatermarkTest {
  private static final int PAGES = 8192;
  private final Machine machine = HostMachine.of(HostConfig.uniform(1, 1));
  private final PageAllocator pages =
      new PageAllocator(machine, PageConfig.ofPagesPerNode(PAGES).withMinFreeKbytes(4096));
  private final Cpu cpu = machine.enter(0);

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  @Test
  void marksFollowTheKnobs() {
    ZoneStats zone = pages.zoneStats(0);
    assertThat(List.of(zone.min(), zone.low(), zone.high(), zone.promo()))
        .containsExactly(1024L, 1280L, 1536L, 1792L);
    PageConfig wide = PageConfig.ofPagesPerNode(PAGES).withMinFreeKbytes(400);
    ZoneMarks scaled = ZoneMarks.of(wide.withWatermarkScaleFactor(1000), PAGES - 1, PAGES - 1);
    assertThat(scaled.low() - scaled.min()).isEqualTo(819);
    assertThatThrownBy(() -> wide.withWatermarkScaleFactor(0)).hasMessageContaining("1..3000");
  }

  /** gfp, task flags, pages of the min mark of 1024 that stay. */
  @ParameterizedTest
  @CsvSource({
    "KERNEL,0,1024", "NOWAIT,0,1024", "HIGH,0,512", "ATOMIC,0,384", "ATOMIC_NOMEMALLOC,0,512",
    "KERNEL,8,512", "ATOMIC,8,192", "KERNEL,1,0", "MEMALLOC,0,0", "MEMALLOC_NOMEMALLOC,0,1024"
  })
  void eachRequestLeavesItsPartOfTheReserve(String gfp, int taskFlags, long left) {
    int flags =
        switch (gfp) {
          case "KERNEL" -> Gfp.GFP_KERNEL;
          case "NOWAIT" -> Gfp.GFP_NOWAIT;
          case "HIGH" -> Gfp.GFP_KERNEL | Gfp.HIGH;
          case "ATOMIC" -> Gfp.GFP_ATOMIC;
          case "ATOMIC_NOMEMALLOC" -> Gfp.GFP_ATOMIC | Gfp.NOMEMALLOC;
          case "MEMALLOC" -> Gfp.GFP_KERNEL | Gfp.MEMALLOC;
          default -> Gfp.GFP_KERNEL | Gfp.MEMALLOC | Gfp.NOMEMALLOC;
        };
    cpu.setTaskFlags(taskFlags);
    long taken = 0;
    for (long page = pages.alloc(cpu, 4, flags, 0);
        page != 0;
        page = pages.alloc(cpu, 4, flags, 0)) {
      taken += 16;
    }
    cpu.setTaskFlags(0);
    long free = PAGES - 1 - taken;
    assertThat(free).isGreaterThanOrEqualTo(left).isLessThan(left + 32);
  }

  @Test
  void blocksFromBelowTheMarksAreMarked() {
    long above = pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0);
    assertThat(pages.pfmemalloc(above)).isFalse();
    while (pages.alloc(cpu, 4, Gfp.GFP_KERNEL, 0) != 0) {
      // until the node is at its mark
    }
    long below = pages.alloc(cpu, 4, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0);
    assertThat(pages.pfmemalloc(below)).isTrue();
    pages.free(cpu, below, 4);
    assertThat(pages.pfmemalloc(below)).isFalse();
  }

  /** 1.4: who frees memory gets to the reserve only when the min mark has nothing for it. */
  @Test
  void aBlockBetweenTheMarksIsNotOfTheReserve() {
    long last = 0;
    for (long block = pages.alloc(cpu, 4, Gfp.GFP_KERNEL, 0);
        block != 0;
        block = pages.alloc(cpu, 4, Gfp.GFP_KERNEL, 0)) {
      last = block;
    }
    pages.free(cpu, last, 4);
    ZoneStats zone = pages.zoneStats(0);
    assertThat(zone.free()).isGreaterThan(zone.min()).isLessThan(zone.low());
    long block = pages.alloc(cpu, 4, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0);
    assertThat(block).isNotZero();
    assertThat(pages.pfmemalloc(block)).isFalse();
  }

  /** 1.4: NOFAIL takes what is left, but not as one that frees memory. */
  @Test
  void aBlockForWhoCannotFailIsNotOfTheReserve() {
    while (pages.alloc(cpu, 4, Gfp.GFP_KERNEL, 0) != 0) {
      // until the node is at its mark
    }
    long block = pages.alloc(cpu, 4, Gfp.GFP_KERNEL | Gfp.NOFAIL, 0);
    assertThat(block).isNotZero();
    assertThat(pages.pfmemalloc(block)).isFalse();
  }

  /** 1.4: rounds that helped give the CPUs' lists back, not only the first. */
  @Test
  void everyRoundThatHelpsDrainsTheLists() {
    List<Long> held = new ArrayList<>();
    for (long page = pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0);
        page != 0;
        page = pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0)) {
      held.add(page);
    }
    pages.setReclaimer(
        new Idle() {
          @Override
          public long reclaim(Cpu by, int node, int gfp) {
            super.reclaim(by, node, gfp);
            if (rounds.size() == 2) { // onto this CPU's list, which keeps most of them
              held.subList(0, 1100).forEach(page -> pages.free(by, page, 0));
            }
            return 1;
          }
        });
    assertThat(pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.RETRY_MAYFAIL, 0)).isNotZero();
  }

  /** Counts what it is asked; never helps. */
  private static class Idle implements Reclaimer {
    final List<Integer> rounds = new ArrayList<>();
    int wakes;
    int kills;

    @Override
    public long reclaim(Cpu cpu, int node, int gfp) {
      rounds.add(gfp);
      return 0;
    }

    @Override
    public void wake(Cpu cpu, int node) {
      wakes++;
    }

    @Override
    public long reclaimable(Cpu cpu, int node) {
      return PAGES;
    }

    @Override
    public boolean outOfMemory(Cpu cpu, int order, int gfp) {
      kills++;
      return false;
    }
  }

  /** INV-PA-5, INV-PA-6 and the retry rules by order and flag. */
  @ParameterizedTest
  @CsvSource({
    "0,KERNEL,0,17,1", "3,KERNEL,0,17,1", "4,KERNEL,0,1,0", "4,MAYFAIL,0,17,0",
    "0,NORETRY,0,1,0", "0,MAYFAIL,0,17,0", "0,NOWAIT,0,0,0", "0,KERNEL,1,0,0"
  })
  void roundsOfReclaim(int order, String gfp, int taskFlags, int rounds, int kills) {
    while (pages.alloc(cpu, 4, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0) != 0) {
      // until no block of order 4 is left, whoever asks
    }
    while (pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0) != 0) {
      // and no page
    }
    Idle idle = new Idle();
    pages.setReclaimer(idle);
    int flags =
        switch (gfp) {
          case "KERNEL" -> Gfp.GFP_KERNEL;
          case "NORETRY" -> Gfp.GFP_KERNEL | Gfp.NORETRY;
          case "MAYFAIL" -> Gfp.GFP_KERNEL | Gfp.RETRY_MAYFAIL;
          default -> Gfp.GFP_NOWAIT;
        };
    cpu.setTaskFlags(taskFlags);
    assertThat(pages.alloc(cpu, order, flags, 0)).isZero();
    cpu.setTaskFlags(0);
    assertThat(idle.rounds).hasSize(rounds);
    assertThat(idle.kills).isEqualTo(kills);
    assertThat(idle.wakes).isEqualTo(1);
  }

  @Test
  void marksRiseWhenTypesMixAndFallWhenBackgroundReclaimEnds() {
    PageAllocator boosted =
        new PageAllocator(
            machine, PageConfig.ofPagesPerNode(2048).withWatermarkBoostFactor(15_000));
    List<Long> held = new ArrayList<>();
    int movable = Gfp.GFP_KERNEL | Gfp.MOVABLE | Gfp.MEMALLOC;
    for (long page = boosted.alloc(cpu, 0, movable, 0);
        page != 0;
        page = boosted.alloc(cpu, 0, movable, 0)) {
      held.add(page);
    }
    long min = boosted.zoneStats(0).min();
    held.subList(0, 400).forEach(page -> boosted.free(cpu, page, 0));
    boosted.drainAll(cpu);
    assertThat(boosted.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0)).isNotZero();
    assertThat(boosted.zoneStats(0).min()).isEqualTo(min + MigrateType.PAGEBLOCK_PAGES);
    boosted.endBoost(cpu, 0);
    assertThat(boosted.zoneStats(0).min()).isEqualTo(min);
  }

  @Test
  void requestsFailByChanceOfTheirKindAlone() {
    pages.setFailurePolicy(new FailPageAlloc(500, 1, false));
    int failed = 0;
    for (int i = 0; i < 400; i++) {
      long block = pages.alloc(cpu, 1, Gfp.GFP_NOWAIT, 0);
      failed += block == 0 ? 1 : 0;
      if (block != 0) {
        pages.free(cpu, block, 1);
      }
      long page = pages.alloc(cpu, 0, Gfp.GFP_NOWAIT, 0);
      assertThat(page).isNotZero();
      pages.free(cpu, page, 0);
      long waited = pages.alloc(cpu, 1, Gfp.GFP_KERNEL, 0);
      assertThat(waited).isNotZero();
      pages.free(cpu, waited, 1);
    }
    assertThat(failed).isBetween(140, 260);
    assertThat(pages.stats().failures()).isEqualTo(failed);
    assertThat(pages.stats().pgalloc() - pages.stats().pgfree()).isZero();
  }
}
