package io.slablab.allocator.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which pageblock a request of each type comes from. */
class MigrateTypeTest {
  private static final int BLOCK = MigrateType.PAGEBLOCK_PAGES;
  private static final int MOVABLE = Gfp.GFP_KERNEL | Gfp.MOVABLE;

  private final Machine machine = HostMachine.of(HostConfig.uniform(1, 1));
  private final Cpu cpu = machine.enter(0);

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private PageAllocator of(int pages) {
    return new PageAllocator(machine, PageConfig.ofPagesPerNode(pages));
  }

  private static long pageblock(long address) {
    return address >>> PageAllocator.PAGE_SHIFT + MigrateType.PAGEBLOCK_ORDER;
  }

  @Test
  void typesFollowTheRequestsBits() {
    assertThat(MigrateType.of(Gfp.GFP_KERNEL)).isEqualTo(MigrateType.UNMOVABLE);
    assertThat(MigrateType.of(MOVABLE)).isEqualTo(MigrateType.MOVABLE);
    assertThat(MigrateType.of(Gfp.GFP_ATOMIC | Gfp.RECLAIMABLE)).isEqualTo(MigrateType.RECLAIMABLE);
  }

  @Test
  void typesDoNotShareAPageblockWhileThereAreWholeOnes() {
    PageAllocator pages = of(8192);
    List<Long> unmovable = new ArrayList<>();
    List<Long> reclaimable = new ArrayList<>();
    List<Long> movable = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      unmovable.add(pageblock(pages.alloc(cpu, 0, Gfp.GFP_KERNEL, 0)));
      reclaimable.add(pageblock(pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.RECLAIMABLE, 0)));
      movable.add(pageblock(pages.alloc(cpu, 0, MOVABLE, 0)));
    }
    assertThat(unmovable)
        .doesNotContainAnyElementsOf(reclaimable)
        .doesNotContainAnyElementsOf(movable);
    assertThat(reclaimable).doesNotContainAnyElementsOf(movable);
    pages.verify(900);
    assertThat(pages.zoneStats(0).steals()).isZero();
    assertThat(pages.zoneStats(0).claims()).isEqualTo(2);
  }

  /** Fills the node with single pages of a type down to the reserve. */
  private static List<Long> fill(Cpu cpu, PageAllocator pages, int gfp) {
    List<Long> held = new ArrayList<>();
    for (long page = pages.alloc(cpu, 0, gfp | Gfp.MEMALLOC, 0);
        page != 0;
        page = pages.alloc(cpu, 0, gfp | Gfp.MEMALLOC, 0)) {
      held.add(page);
    }
    return held;
  }

  /** Gives back every page of a pageblock whose number, modulo 512, the predicate picks. */
  private void release(
      PageAllocator pages, List<Long> held, long block, java.util.function.IntPredicate picks) {
    held.removeIf(page -> {
      int offset = (int) (page >>> PageAllocator.PAGE_SHIFT) % BLOCK;
      if (pageblock(page) != block || !picks.test(offset)) {
        return false;
      }
      pages.free(cpu, page, 0);
      return true;
    });
    pages.drainAll(cpu);
  }

  @Test
  void aPageblockThatIsHalfFreeIsClaimed() {
    PageAllocator pages = of(1024);
    List<Long> held = fill(cpu, pages, MOVABLE);
    release(pages, held, 1, offset -> offset % 2 == 0 || offset < 64);
    long got = pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0);
    assertThat(pageblock(got)).isEqualTo(1);
    assertThat(pages.zoneStats(0).claims()).isEqualTo(1);
    assertThat(pages.zoneStats(0).nrFree(MigrateType.MOVABLE)).containsOnly(0);
    pages.verify(held.size() + 1);
  }

  @Test
  void aPageblockInUseByMovablePagesIsLeftAndOneBlockStolen() {
    PageAllocator pages = of(1024);
    List<Long> held = fill(cpu, pages, MOVABLE);
    release(pages, held, 1, offset -> offset < 8 || offset >= 504);
    long got = pages.alloc(cpu, 3, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0);
    assertThat(pageblock(got)).isEqualTo(1);
    assertThat(pages.zoneStats(0).claims()).isZero();
    assertThat(pages.zoneStats(0).steals()).isGreaterThanOrEqualTo(1);
    pages.free(cpu, got, 3);
    pages.drainAll(cpu);
    assertThat(pages.zoneStats(0).nrFree(MigrateType.MOVABLE)[3]).isEqualTo(2);
    pages.verify(held.size());
  }

  /** What reclaimable pages of a pageblock are to an unmovable request: unlike. */
  @Test
  void reclaimableRequestsFallBackToUnmovableFirst() {
    PageAllocator pages = of(2048);
    List<Long> held = fill(cpu, pages, Gfp.GFP_KERNEL);
    long kept = held.getFirst();
    long block = pageblock(kept);
    release(pages, held, block, _ -> true);
    long got = pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.RECLAIMABLE | Gfp.MEMALLOC, 0);
    assertThat(pageblock(got)).isEqualTo(block);
    assertThat(pages.zoneStats(0).nrFree(MigrateType.UNMOVABLE)).containsOnly(0);
    pages.verify(held.size() + 1);
  }

  @Test
  void wholePageblocksOfTwoTypesMergeToTheTypeFreedLast() {
    PageAllocator pages = of(2048);
    long first = pages.alloc(cpu, 9, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0);
    long second = pages.alloc(cpu, 9, Gfp.GFP_KERNEL | Gfp.MEMALLOC, 0);
    long third = pages.alloc(cpu, 9, MOVABLE | Gfp.MEMALLOC, 0);
    assertThat(third).isNotZero();
    pages.free(cpu, third, 9);
    pages.free(cpu, second, 9);
    pages.free(cpu, first, 9);
    pages.verify(0);
    assertThat(pages.zoneStats(0).nrFree(MigrateType.UNMOVABLE)[10]).isEqualTo(1);
  }

  @Test
  void theTextsCountEveryFreeBlockOnce() {
    PageAllocator pages = of(2048);
    assertThat(pages.buddyInfo())
        .isEqualTo(
            "Node 0, zone   Normal "
                + " ".repeat(5)
                + String.join("      ", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1")
                + " \n");
    assertThat(pages.zoneStats(0).pageTypeInfo().lines())
        .hasSize(4)
        .first()
        .isEqualTo("Node    0, zone   Normal, type    Unmovable " + "     0 ".repeat(11));
  }
}
