package io.slablab.allocator.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.page.Reclaimer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ReclaimTest {
  private final Machine machine = CheckedMachines.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
  private final Shrinkers shrinkers = new Shrinkers(machine);
  private final PagePool pool = new PagePool(machine, pages, 4096);
  private final List<Long> scans = new ArrayList<>();

  @AfterEach
  void close() {
    machine.close();
  }

  private Shrinker shrinker(long freeable, int seeks, long batch) {
    return new Shrinker() {
      @Override
      public long countObjects(Cpu cpu, int node, int gfp) {
        return freeable;
      }

      @Override
      public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
        scans.add(toScan);
        return toScan;
      }

      @Override
      public int seeks() {
        return seeks;
      }

      @Override
      public long batch() {
        return batch;
      }
    };
  }

  // Worked by hand from the rule: delta, min with twice freeable, whole batches, the rest put back.
  @ParameterizedTest
  @CsvSource({
    "0, 2, 0, 0, 0, 0",
    "1000, 2, 0, 12, 0, 0",
    "1000, 2, 0, 4, 0, 124",
    "1000, 2, 0, 2, 384, 116",
    "1000, 2, 0, 0, 1920, 80",
    "1000, 0, 0, 12, 384, 116",
    "1000, 1, 0, 0, 1920, 2000",
    "40, 2, 0, 0, 80, 0",
    "40, 2, 16, 1, 32, 8",
    "8192, 8, 100, 3, 500, 12"
  })
  @DisplayName("8.1: do_shrink scans and puts back by golden numbers")
  void goldenNumbers(long freeable, int seeks, long batch, int priority, long scanned, long left) {
    Cpu cpu = machine.enter(0);
    shrinkers.register(cpu, shrinker(freeable, seeks, batch));
    assertThat(shrinkers.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, priority)).isEqualTo(scanned);
    assertThat(shrinkers.slabsScanned()).isEqualTo(scanned);
    assertThat(scans.stream().mapToLong(Long::longValue).sum()).isEqualTo(scanned);
    assertThat(shrinkers.deferred(0)).containsExactly(left);
    machine.leave(cpu);
  }

  @Test
  @DisplayName("8.1: what was put back adds to the next pressure; an ended shrinker is not asked")
  void whatWasPutBackAdds() {
    Cpu cpu = machine.enter(0);
    Shrinker shrinker = shrinker(1000, 2, 0);
    shrinkers.register(cpu, shrinker);
    shrinkers.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, 4); // leaves 124
    assertThat(shrinkers.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, 3)).isEqualTo(256); // 15 + 250
    assertThat(shrinkers.deferred(0)).containsExactly(124L + 250 - 256);
    shrinkers.unregister(cpu, shrinker);
    assertThat(shrinkers.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, 0)).isZero();
    machine.leave(cpu);
  }

  /** A shrinker of two nodes that leaves 124 of 1000 undone each time at priority 4. */
  private static Shrinker lazy(boolean numaAware) {
    return new Shrinker() {
      @Override
      public long countObjects(Cpu cpu, int node, int gfp) {
        return 1000;
      }

      @Override
      public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
        return toScan;
      }

      @Override
      public boolean numaAware() {
        return numaAware;
      }
    };
  }

  @Test
  @DisplayName("8.1: what is left undone is kept by node only for shrinkers that know nodes")
  void undoneByNode() {
    Machine twoNodes = CheckedMachines.of(HostConfig.uniform(2, 2));
    Shrinkers both = new Shrinkers(twoNodes);
    Cpu cpu = twoNodes.enter(0);
    both.register(cpu, lazy(true));
    both.register(cpu, lazy(false));
    assertThat(both.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, 4)).isZero();
    assertThat(both.deferred(0)).containsExactly(124, 124);
    assertThat(both.deferred(1)).containsExactly(0, 124);
    both.shrinkNode(cpu, 1, Gfp.GFP_KERNEL, 4); // (124 >> 4) + 124 = 131: a batch of 128
    assertThat(both.deferred(0)).containsExactly(124, 2L * 124 - 128);
    assertThat(both.deferred(1)).containsExactly(124, 2L * 124 - 128);
    twoNodes.leave(cpu);
    twoNodes.close();
  }

  private List<Long> exhaust(Cpu cpu) {
    List<Long> blocks = new ArrayList<>();
    long page = pages.alloc(cpu, 0, Gfp.NOWARN, 0);
    while (page != 0) {
      blocks.add(page);
      page = pages.alloc(cpu, 0, Gfp.NOWARN, 0);
    }
    return blocks;
  }

  @Test
  @DisplayName("8.2: direct reclaim takes 32 pages from the pool; kswapd goes on to the high mark")
  void directReclaimThenKswapd() {
    Cpu cpu = machine.enter(0);
    pages.setReclaimer(new Reclaim(pages, 1, shrinkers, pool, _ -> {}));
    assertThat(pool.fill(cpu, 0, 2000)).isEqualTo(2000);
    exhaust(cpu);
    assertThat(pages.alloc(cpu, 0, Gfp.DIRECT_RECLAIM, 0)).isNotZero();
    assertThat(pool.size(cpu, 0)).isEqualTo(2000 - Reclaim.SWAP_CLUSTER_MAX);
    assertThat(cpu.taskFlags() & Cpu.PF_MEMALLOC).isZero();
    assertThat(cpu.reclaiming()).isFalse();

    exhaust(cpu);
    assertThat(pages.aboveHighMark(0)).isFalse();
    pages.alloc(cpu, 0, Gfp.GFP_NOWAIT, 0);
    cpu.poll();
    assertThat(pages.aboveHighMark(0)).isTrue();
    machine.leave(cpu);
  }

  /** Answers as told and counts. */
  private static final class Script implements Reclaimer {
    int rounds;
    int wakes;
    int ooms;
    boolean hope;

    @Override
    public long reclaim(Cpu cpu, int node, int gfp) {
      rounds++;
      return 0;
    }

    @Override
    public void wake(Cpu cpu, int node) {
      wakes++;
    }

    @Override
    public long reclaimable(Cpu cpu, int node) {
      return hope ? 4096 : 0;
    }

    @Override
    public boolean outOfMemory(Cpu cpu, int order, int gfp) {
      ooms++;
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    // extra flags, task flags, hope, order: rounds, ooms
    "0, 0, true, 0, 17, 1",
    "0, 0, false, 0, 1, 1",
    "128, 0, true, 0, 1, 0",
    "256, 0, true, 0, 17, 0",
    "0, 0, true, 4, 1, 0",
    "256, 0, true, 4, 17, 0",
    "0, 1, true, 4, 0, 0",
  })
  @DisplayName("1.4: rounds of direct reclaim by flags; INV-PA-6 none with PF_MEMALLOC")
  void rounds(int flags, int task, boolean hope, int order, int rounds, int ooms) {
    Cpu cpu = machine.enter(0);
    Script script = new Script();
    script.hope = hope;
    pages.setReclaimer(script);
    List<Long> all = exhaust(cpu);
    long reserve = task == 0 ? 0 : pages.alloc(cpu, 0, Gfp.MEMALLOC, 0);
    while (reserve != 0) {
      all.add(reserve);
      reserve = pages.alloc(cpu, 0, Gfp.MEMALLOC, 0);
    }
    cpu.setTaskFlags(task);
    assertThat(pages.alloc(cpu, order, Gfp.DIRECT_RECLAIM | flags, 0)).isZero();
    cpu.setTaskFlags(0);
    assertThat(script.rounds).isEqualTo(rounds);
    assertThat(script.ooms).isEqualTo(ooms);
    assertThat(script.wakes).isZero();
    pages.verify(all.size());
    machine.leave(cpu);
  }

  @Test
  @DisplayName("INV-PA-5 a request that cannot wait never reclaims; it wakes kswapd if it may")
  void nonBlockingNeverReclaims() {
    Cpu cpu = machine.enter(0);
    Script script = new Script();
    pages.setReclaimer(script);
    exhaust(cpu);
    assertThat(pages.alloc(cpu, 0, Gfp.NOWARN, 0)).isZero();
    assertThat(script.wakes).isZero();
    assertThat(pages.alloc(cpu, 0, Gfp.GFP_NOWAIT, 0)).isZero();
    assertThat(script.wakes).isEqualTo(1);
    assertThat(script.rounds).isZero();
    machine.leave(cpu);
  }
}
