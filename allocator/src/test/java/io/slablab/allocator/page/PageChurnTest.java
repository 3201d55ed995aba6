package io.slablab.allocator.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * INV-PA-1 to INV-PA-6 after every step of a seeded script on four virtual CPUs and two nodes, with
 * requests of all types, orders and flags on memory that is nearly always short.
 */
@SuppressWarnings("NullAway.Init") // set at the start of the one test
class PageChurnTest {
  private static final int CPUS = 4;
  private static final int PAGES = 2048;
  private static final int STEPS = 6_000;
  private static final int[] TYPES = {0, Gfp.MOVABLE, Gfp.RECLAIMABLE};
  private static final int[] KINDS = {
    Gfp.GFP_KERNEL,
    Gfp.GFP_KERNEL | Gfp.NORETRY,
    Gfp.GFP_NOWAIT,
    Gfp.GFP_ATOMIC,
    Gfp.GFP_KERNEL | Gfp.MEMALLOC,
    Gfp.GFP_ATOMIC | Gfp.NOMEMALLOC
  };

  private record Block(long address, int order) {
    int firstFrame() {
      return (int) (address >>> PageAllocator.PAGE_SHIFT);
    }
  }

  private final List<Block> live = new ArrayList<>();
  private final BitSet inUse = new BitSet();
  private PageAllocator pages;
  private SplittableRandom random;
  private int asked;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theInvariantsHoldAfterEveryStep(long seed) {
    Machine machine = CheckedMachines.of(HostConfig.uniform(CPUS, 2));
    pages =
        new PageAllocator(
            machine,
            PageConfig.ofPagesPerNode(PAGES).withWatermarkBoostFactor(seed % 2 == 0 ? 15_000 : 0));
    random = new SplittableRandom(seed);
    pages.setReclaimer(this::reclaim);
    for (int step = 0; step < STEPS; step++) {
      try {
        Cpu cpu = machine.enter(random.nextInt(CPUS));
        step(cpu);
        machine.leave(cpu);
        pages.verify(inUse.cardinality()); // INV-PA-1 to 3
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed=" + seed + " step=" + step, e);
      }
    }
    Cpu cpu = machine.enter(0);
    live.forEach(block -> pages.free(cpu, block.address(), block.order()));
    pages.drainAll(cpu);
    pages.verify(0);
    assertThat(Arrays.stream(new int[] {0, 1}).mapToLong(n -> pages.zoneStats(n).claims()).sum())
        .isPositive();
    machine.leave(cpu);
    machine.close();
  }

  private void step(Cpu cpu) {
    int dice = random.nextInt(100);
    if (dice == 0) {
      pages.drainAll(cpu);
    } else if (dice == 1) {
      pages.endBoost(cpu, random.nextInt(2));
    } else if (!live.isEmpty() && dice < 48) {
      free(cpu);
    } else {
      alloc(cpu);
    }
  }

  private void alloc(Cpu cpu) {
    int order = Math.min(10, Integer.numberOfTrailingZeros(random.nextInt() | 1 << 10));
    int node = random.nextInt(2);
    int gfp = KINDS[random.nextInt(KINDS.length)] | TYPES[random.nextInt(TYPES.length)];
    gfp |= random.nextInt(4) == 0 ? Gfp.THISNODE : 0;
    cpu.setTaskFlags(random.nextInt(16) == 0 ? Cpu.PF_MEMALLOC : 0);
    int before = asked;
    long address = pages.alloc(cpu, order, gfp, node);
    if (!Gfp.blocking(gfp) || cpu.taskFlags() != 0) {
      assertThat(asked).as("INV-PA-5, INV-PA-6").isEqualTo(before);
    }
    cpu.setTaskFlags(0);
    if (address != 0) {
      took(new Block(address, order), (gfp & Gfp.THISNODE) != 0 ? node : -1);
    }
  }

  private void took(Block block, int node) {
    assertThat(block.firstFrame() % (1 << block.order())).as("INV-PA-3").isZero();
    if (node >= 0) {
      assertThat(pages.nodeOf(block.address())).as("INV-PA-4").isEqualTo(node);
    }
    int end = block.firstFrame() + (1 << block.order());
    assertThat(inUse.nextSetBit(block.firstFrame()))
        .satisfiesAnyOf(
            next -> assertThat(next).isNegative(),
            next -> assertThat(next).isGreaterThanOrEqualTo(end));
    inUse.set(block.firstFrame(), end);
    live.add(block);
  }

  private void free(Cpu cpu) {
    Block block = live.remove(random.nextInt(live.size()));
    inUse.clear(block.firstFrame(), block.firstFrame() + (1 << block.order()));
    pages.free(cpu, block.address(), block.order());
  }

  /** Frees a few blocks of this task's own; the allocator holds no lock here. */
  private long reclaim(Cpu cpu, int node, int gfp) {
    asked++;
    assertThat(Gfp.blocking(gfp)).as("INV-PA-5").isTrue();
    assertThat(cpu.taskFlags() & Cpu.PF_MEMALLOC).as("INV-PA-6").isZero();
    int freed = Math.min(live.size(), random.nextInt(3));
    for (int i = 0; i < freed; i++) {
      free(cpu);
    }
    return freed;
  }
}
