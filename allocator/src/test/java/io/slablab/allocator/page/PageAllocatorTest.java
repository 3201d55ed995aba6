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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
    assertThat(PcpLimits.batch(262_144)).isEqualTo(63);
    assertThat(PcpLimits.batch(4096)).isEqualTo(1);
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

  @Test
  void aBlockIsFreedOnceAndWithItsOrder() {
    Cpu cpu = machine.enter(0);
    long block = pages.alloc(cpu, 1, Gfp.GFP_KERNEL, 0);
    assertThatThrownBy(() -> pages.free(cpu, block, 0)).hasMessageContaining("allocatedOrder=1");
    pages.free(cpu, block, 1);
    assertThatThrownBy(() -> pages.free(cpu, block, 1)).hasMessageContaining("not allocated");
  }

  @Test
  void requestsThatThePolicyPicksFail() {
    Cpu cpu = machine.enter(0);
    pages.setFailurePolicy((_, order, gfp) -> order == 2 && Gfp.blocking(gfp));
    assertThat(pages.alloc(cpu, 2, Gfp.GFP_KERNEL, 0)).isZero();
    assertThat(pages.alloc(cpu, 2, Gfp.GFP_NOWAIT, 0)).isNotZero();
    assertThat(pages.alloc(cpu, 1, Gfp.GFP_KERNEL, 0)).isNotZero();
    assertThat(pages.stats().failures()).isEqualTo(1);
    assertThat(pages.stats().allocs()).isEqualTo(2);
  }

  private static final int THIS_NODE = Gfp.GFP_KERNEL | Gfp.THISNODE;

  /** Every page of node 0, reserve included. */
  private List<Long> takeAll(Cpu cpu) {
    List<Long> all = new ArrayList<>();
    while (all.size() < PAGES - 1) {
      all.add(pages.alloc(cpu, 0, THIS_NODE | Gfp.NOFAIL, 0));
    }
    assertThat(all).doesNotContain(0L);
    return all;
  }

  /** 1.4: NOFAIL goes on where others fail: the reserve, then reclaim until a page is there. */
  @ParameterizedTest
  @ValueSource(ints = {0, Gfp.NORETRY, Gfp.RETRY_MAYFAIL})
  void whoMustNotFailReclaimsUntilThereIsAPage(int flag) {
    Cpu cpu = machine.enter(0);
    while (pages.alloc(cpu, 0, THIS_NODE, 0) != 0) {
      // until the node is at its mark
    }
    long taken = pages.stats().allocatedPages();
    assertThat(taken).isLessThan(PAGES - 1);
    List<Long> reserve = new ArrayList<>();
    while (taken + reserve.size() < PAGES - 1) {
      reserve.add(pages.alloc(cpu, 0, THIS_NODE | Gfp.NOFAIL, 0));
    }
    assertThat(reserve).isNotEmpty().doesNotContain(0L);
    List<Integer> rounds = new ArrayList<>();
    pages.setReclaimer((by, _, gfp) -> {
      rounds.add(gfp);
      if (rounds.size() == 40) { // more than anyone else would wait
        pages.free(by, reserve.removeLast(), 0);
      }
      return 0;
    });
    assertThat(pages.alloc(cpu, 0, THIS_NODE | Gfp.NOFAIL | flag, 0)).isNotZero();
    assertThat(rounds).hasSize(40);
    pages.verify(PAGES - 1);
  }

  /** 1.4: what others free is taken too; who reclaims already waits for that alone. */
  @ParameterizedTest
  @ValueSource(ints = {0, Cpu.PF_MEMALLOC})
  @Timeout(60)
  void whoMustNotFailTakesWhatOthersFree(int taskFlags) throws Exception {
    Cpu cpu = machine.enter(0);
    List<Long> all = takeAll(cpu);
    CountDownLatch waits = new CountDownLatch(1);
    AtomicInteger rounds = new AtomicInteger();
    pages.setReclaimer((_, _, _) -> {
      rounds.incrementAndGet();
      waits.countDown();
      return 0;
    });
    CompletableFuture<Long> waiter = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> waiter.completeAsync(() -> withoutFail(taskFlags, waits), Runnable::run));
    waits.await();
    pages.free(cpu, all.removeLast(), 0);
    assertThat(waiter.get()).isNotZero();
    assertThat(rounds.get() > 0).as("INV-PA-6").isEqualTo(taskFlags == 0);
    pages.verify(PAGES - 1);
  }

  private long withoutFail(int taskFlags, CountDownLatch waits) {
    Cpu other = machine.enter(1);
    other.setTaskFlags(taskFlags);
    try {
      if (taskFlags != 0) {
        waits.countDown(); // nobody else will
      }
      return pages.alloc(other, 0, THIS_NODE | Gfp.NOFAIL, 0);
    } finally {
      other.setTaskFlags(0);
      machine.leave(other);
    }
  }

  /** 1.4: without DIRECT_RECLAIM there is no way to wait, and nothing else to give back. */
  @Test
  void whoMustNeitherFailNorWaitGetsAnError() {
    Cpu cpu = machine.enter(0);
    takeAll(cpu);
    pages.setReclaimer((_, _, _) -> {
      throw new AssertionError("INV-PA-5");
    });
    int gfp = Gfp.GFP_ATOMIC | Gfp.THISNODE | Gfp.NOFAIL;
    assertThatThrownBy(() -> pages.alloc(cpu, 0, gfp, 0)).isInstanceOf(OutOfPagesException.class);
    pages.verify(PAGES - 1);
  }

  /** 1.4: injection spares who cannot fail, whatever the policy says. */
  @Test
  void whoMustNotFailIsNotInjectedInto() {
    Cpu cpu = machine.enter(0);
    pages.setFailurePolicy((_, _, _) -> true);
    assertThat(pages.alloc(cpu, 0, Gfp.GFP_KERNEL, 0)).isZero();
    assertThat(pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.NOFAIL, 0)).isNotZero();
  }

  @Test
  void waitingDrainsTheListsOfAllCpus() {
    Cpu other = machine.enter(1);
    List<Long> theirs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      theirs.add(pages.alloc(other, 3, Gfp.GFP_KERNEL | Gfp.THISNODE, 0));
    }
    theirs.forEach(block -> pages.free(other, block, 3));
    assertThat(pages.stats().perCpuPages()).isPositive();
    machine.leave(other);
    Cpu cpu = machine.enter(0);
    while (pages.alloc(cpu, 10, Gfp.GFP_KERNEL | Gfp.THISNODE, 0) != 0) {
      // until no block of this order is left
    }
    assertThat(pages.stats().perCpuPages()).isZero();
  }

  @Test
  void fallbackGoesByDistance() {
    int[][] distances = {{10, 30, 20}, {30, 10, 20}, {20, 20, 10}};
    Machine three = HostMachine.of(new HostConfig(3, new int[] {0, 1, 2}, distances, false, 1));
    PageAllocator far = new PageAllocator(three, PageConfig.ofPagesPerNode(1024));
    Cpu cpu = three.enter(0);
    List<Integer> nodes = new ArrayList<>();
    for (long page = far.alloc(cpu, 0, Gfp.GFP_KERNEL, 0);
        page != 0;
        page = far.alloc(cpu, 0, Gfp.GFP_KERNEL, 0)) {
      int node = far.nodeOf(page);
      if (!nodes.contains(node)) {
        nodes.add(node);
      }
    }
    assertThat(nodes).containsExactly(0, 2, 1);
    three.leave(cpu);
    three.close();
  }

  @Test
  void marksFollowTheFormula() {
    // 16 GiB: sqrt(16 * 16777216 kB) = 16384 kB
    assertThat(PageConfig.ofPagesPerNode(2 << 20).minFreePages(4 << 20)).isEqualTo(4096);
    assertThat(PageConfig.ofPagesPerNode(1024).minFreePages(1024)).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32})
  void threadsReturnEverything(long seed) throws Exception {
    try (var executor = Executors.newFixedThreadPool(4)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int id = 0; id < 4; id++) {
        int mine = id;
        workers.add(executor.submit(() -> churn(mine, seed)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
    Cpu cpu = machine.enter(0);
    pages.drainAll(cpu);
    pages.verify(0);
  }

  private void churn(int id, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 31 + id);
    Cpu cpu = machine.enter(id);
    List<Block> live = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      if (live.isEmpty() || random.nextInt(100) < 52) {
        int order = Math.min(5, Integer.numberOfTrailingZeros(random.nextInt()));
        long address = pages.alloc(cpu, order, Gfp.GFP_KERNEL, random.nextInt(2));
        if (address != 0) {
          pages.memory().putLong(address, id + 1);
          live.add(new Block(address, order));
        }
      } else {
        Block block = live.remove(random.nextInt(live.size()));
        assertThat(pages.memory().getLong(block.address())).as("seed %d", seed).isEqualTo(id + 1);
        pages.free(cpu, block.address(), block.order());
      }
      if (step % 4_000 == id) {
        pages.drainAll(cpu);
      }
    }
    live.forEach(block -> pages.free(cpu, block.address(), block.order()));
    machine.leave(cpu);
  }
}
