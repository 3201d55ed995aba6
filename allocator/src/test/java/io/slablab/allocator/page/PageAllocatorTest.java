package io.slablab.allocator.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageAllocatorTest {
  private static final int PAGES = 8192;
  private final Machine machine = HostMachine.of(HostConfig.uniform(4, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(PAGES));

  @AfterEach
  void close() {
    machine.close();
  }

  private record Block(long address, int order) {}

  @Test
  void batchIsAsInTheKernel() {
    assertThat(PageAllocator.batch(262_144)).isEqualTo(63);
    assertThat(PageAllocator.batch(4096)).isEqualTo(1);
  }

  @Test
  void blocksAreAlignedLocalAndNeverNull() {
    Cpu cpu = machine.enter(3);
    for (int order = 0; order <= PageAllocator.MAX_PAGE_ORDER; order++) {
      long block = pages.alloc(cpu, order, Gfp.GFP_KERNEL, PageAllocator.NUMA_NO_NODE);
      assertThat(block).isPositive();
      assertThat(block % ((long) PageAllocator.PAGE_BYTES << order)).isZero();
      assertThat(pages.nodeOf(block)).isEqualTo(1);
    }
  }

  @Test
  void aFullNodeFallsBackUnlessThisNodeIsAsked() {
    Cpu cpu = machine.enter(0);
    while (pages.alloc(cpu, 3, Gfp.GFP_KERNEL | Gfp.THISNODE, 0) != 0) {
      // until the node is at its mark
    }
    long elsewhere = pages.alloc(cpu, 3, Gfp.GFP_KERNEL, 0);
    assertThat(pages.nodeOf(elsewhere)).isEqualTo(1);
    assertThat(pages.stats().failures()).isEqualTo(1);
  }

  @Test
  void atomicCallersReachBelowTheMark() {
    Cpu cpu = machine.enter(0);
    int gfp = Gfp.GFP_KERNEL | Gfp.THISNODE;
    while (pages.alloc(cpu, 0, gfp, 0) != 0) {
      // until the node is at its mark
    }
    assertThat(pages.alloc(cpu, 0, gfp, 0)).isZero();
    assertThat(pages.alloc(cpu, 0, Gfp.GFP_ATOMIC | Gfp.THISNODE, 0)).isNotZero();
  }

  @Test
  void zeroedPagesAreZero() {
    Cpu cpu = machine.enter(0);
    long page = pages.alloc(cpu, 0, Gfp.GFP_KERNEL, 0);
    pages.memory().fill(page, PageAllocator.PAGE_BYTES, (byte) 1);
    pages.free(cpu, page, 0);
    long again = pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.ZERO, 0);
    assertThat(again).isEqualTo(page);
    assertThat(pages.memory().getLong(again)).isZero();
  }

  @Test
  void misuseIsRefused() {
    Cpu cpu = machine.enter(0);
    assertThatThrownBy(() -> pages.alloc(cpu, 11, Gfp.GFP_KERNEL, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pages.free(cpu, 4097, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomUseKeepsTheInvariantsAndReturnsEverything(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Block> live = new ArrayList<>();
    long allocated = 0;
    for (int step = 0; step < 20_000; step++) {
      Cpu cpu = machine.enter(random.nextInt(4));
      if (live.isEmpty() || random.nextInt(100) < 55) {
        int order = Math.min(10, Integer.numberOfTrailingZeros(random.nextInt() | 1 << 10));
        long address = pages.alloc(cpu, order, Gfp.GFP_KERNEL, random.nextInt(2));
        if (address != 0) {
          live.add(new Block(address, order));
          allocated += 1L << order;
        }
      } else {
        Block block = live.remove(random.nextInt(live.size()));
        pages.free(cpu, block.address(), block.order());
        allocated -= 1L << block.order();
      }
      machine.leave(cpu);
      if (step % 500 == 0) {
        pages.verify(allocated);
      }
    }
    Cpu cpu = machine.enter(0);
    live.forEach(block -> pages.free(cpu, block.address(), block.order()));
    pages.drainAll(cpu);
    pages.verify(0);
    assertThat(pages.stats().freePages()).as("seed %d", seed).isEqualTo(2L * PAGES - 1);
  }
}
