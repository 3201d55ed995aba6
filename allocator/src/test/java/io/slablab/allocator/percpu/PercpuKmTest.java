package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.PercpuConfig.Backing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** percpu-km: a chunk is one contiguous block, there from its creation to its destruction. */
@Timeout(120)
class PercpuKmTest {
  private static final PercpuConfig KM = PercpuConfig.defaults().withBacking(Backing.KM);
  private static final int UNIT_PAGES = 64;
  private static final int BLOCK_PAGES = 8 * UNIT_PAGES;
  private static final int BLOCK_ORDER = 9;

  private final PercpuFixture on = PercpuFixture.smallUnits(KM);
  private final Percpu percpu = on.percpu;
  private final Cpu cpu = on.cpu;

  @AfterEach
  void close() {
    on.close();
  }

  /** Requests to the page allocator, by order. */
  private List<Integer> requests() {
    List<Integer> orders = new ArrayList<>();
    on.pages.setFailurePolicy((asking, order, _) -> {
      assertThat(asking.irqsOff()).as("INV-PC-9").isFalse();
      orders.add(order);
      return false;
    });
    return orders;
  }

  @Test
  @DisplayName("INV-PC-7 a chunk comes with all its pages, by one request")
  void aChunkIsOneBlock() {
    List<Integer> orders = requests();
    on.fillFirstChunk();
    assertThat(orders).isEmpty();
    long area = percpu.alloc(cpu, 4, 4, Gfp.GFP_KERNEL);
    assertThat(orders).containsExactly(BLOCK_ORDER);
    Chunk chunk = percpu.chunkOf(area);
    assertThat(chunk.populatedPages).isEqualTo(UNIT_PAGES);
    assertThat(chunk.emptyPopulatedPages).isEqualTo(UNIT_PAGES - 1);
    assertThat(percpu.backingPages()).isEqualTo(BLOCK_PAGES);
    assertThat(percpu.stats().populatedPages()).isEqualTo(UNIT_PAGES);
    assertThat(percpu.use().backedBytes())
        .isEqualTo(8 * (KM.firstChunkBytes() + UNIT_PAGES * 4096L));
    on.areas(UNIT_PAGES - 1, 4096);
    assertThat(orders).as("nothing is populated later").hasSize(1);
    assertThat(percpu.warnings()).as("all pages are used").isEmpty();
    on.verify();
  }

  @Test
  @DisplayName("T-PC-3 INV-PC-6 an atomic allocation finds any room that a chunk has")
  void atomicAllocationsNeedNoPopulation() {
    on.fillFirstChunk();
    long first = percpu.alloc(cpu, 4, 4, Gfp.GFP_KERNEL);
    percpu.setAsyncEnabled(false);
    for (int i = 0; i < 7; i++) {
      long area = percpu.alloc(cpu, 32 << 10, 4096, Gfp.GFP_ATOMIC);
      assertThat(percpu.chunkOf(area)).isSameAs(percpu.chunkOf(first));
      assertThat(percpu.memory().getLong(percpu.address(area, 7) + (32 << 10) - 8)).isZero();
    }
    assertThat(percpu.alloc(cpu, 32 << 10, 4096, Gfp.GFP_ATOMIC)).isZero();
    on.verify();
  }

  @Test
  @DisplayName("T-PC-3 after an atomic allocation failed there is a whole chunk more")
  void balancingCreatesAChunk() {
    List<Integer> orders = requests();
    on.fillFirstChunk();
    assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_ATOMIC)).isZero();
    cpu.poll();
    assertThat(orders).containsExactly(BLOCK_ORDER);
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(UNIT_PAGES);
    assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_ATOMIC)).isNotZero();
    on.verify();
  }

  @Test
  @DisplayName("T-PC-6 the pages of a chunk stay, however many of them are empty")
  void emptyPagesStay() {
    on.fillFirstChunk();
    List<Long> one = on.areas(UNIT_PAGES, 4096);
    List<Long> two = on.areas(UNIT_PAGES, 4096);
    one.subList(1, UNIT_PAGES).forEach(area -> percpu.free(cpu, area));
    two.subList(1, UNIT_PAGES).forEach(area -> percpu.free(cpu, area));
    percpu.queueBalance(cpu);
    cpu.poll();
    assertThat(percpu.chunkOf(one.getFirst()).isolated).isFalse();
    assertThat(percpu.chunkOf(two.getFirst()).isolated).isFalse();
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(2 * (UNIT_PAGES - 1));
    assertThat(percpu.backingPages()).isEqualTo(2 * BLOCK_PAGES);
    assertThat(percpu.tlbFlushes()).isZero();
    on.verify();
  }

  @Test
  @DisplayName("T-PC-4 T-PC-9 INV-PC-10 a chunk goes as a whole, and another begins with zeros")
  void aChunkGoesAsAWhole() {
    percpu.setAsyncEnabled(false); // allocations ask for balancing too
    on.fillFirstChunk();
    List<Long> areas = on.areas(2 * UNIT_PAGES, 4096);
    areas.forEach(area -> percpu.memory().putLong(percpu.address(area, 5) + 8, -1));
    percpu.setAsyncEnabled(true);
    percpu.restartPeaks(cpu);
    areas.forEach(area -> percpu.free(cpu, area));
    cpu.poll();
    assertThat(percpu.stats().nrChunks()).isEqualTo(2);
    assertThat(percpu.backingPages()).isEqualTo(BLOCK_PAGES);
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(UNIT_PAGES);
    assertThat(percpu.peakUse().backedBytes() - percpu.use().backedBytes())
        .isEqualTo(BLOCK_PAGES * 4096L);
    on.verify();
    for (long area : on.areas(2 * UNIT_PAGES, 4096)) {
      assertThat(percpu.memory().getLong(percpu.address(area, 5) + 8)).isZero();
    }
    on.verify();
  }

  private static final class NoBlock implements PercpuFaults {
    private int asked;

    @Override
    public boolean allocChunkPages(Cpu cpu, int order, int gfp) {
      assertThat(cpu.irqsOff()).as("INV-PC-9").isFalse();
      assertThat(order).isEqualTo(BLOCK_ORDER);
      asked++;
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  @DisplayName("T-PC-8 without a block there is no chunk, and everything is as before")
  void withoutABlockThereIsNoChunk(boolean byPageAllocator, boolean bulk) {
    on.fillFirstChunk();
    ObjCgroup group = new ObjCgroup(on.machine, 1 << 20);
    percpu.setCgroup(cpu, group);
    NoBlock faults = new NoBlock();
    if (byPageAllocator) {
      on.pages.setFailurePolicy((_, order, _) -> order == BLOCK_ORDER);
    } else {
      percpu.setFaults(faults);
    }
    assertThat(alloc(bulk)).isZero();
    cpu.poll(); // balancing does not get one either
    assertThat(faults.asked).isEqualTo(byPageAllocator ? 0 : 2);
    assertThat(percpu.stats().nrChunks()).isEqualTo(1);
    assertThat(percpu.stats().nrMaxChunks()).isEqualTo(1);
    assertThat(percpu.stats().failures()).isEqualTo(1);
    assertThat(percpu.warnings()).singleElement().asString().endsWith("reason=no chunk");
    assertThat(percpu.backingPages()).isZero();
    assertThat(group.usedBytes()).isZero();
    on.verify();
    percpu.setFaults(PercpuFaults.NONE);
    on.pages.setFailurePolicy((_, _, _) -> false);
    assertThat(alloc(bulk)).isNotZero();
    on.verify();
  }

  private long alloc(boolean bulk) {
    return bulk
        ? percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_KERNEL_ACCOUNT, 3, new long[3])
        : percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL_ACCOUNT);
  }

  @Test
  @DisplayName("T-PC-8 when memory runs out the last chunk is whole, and a free area is enough")
  void memoryRunsOut() {
    long last = 0;
    for (long area = last; (area = percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_KERNEL)) != 0; ) {
      last = area;
    }
    assertThat(percpu.backingPages() % BLOCK_PAGES).isZero();
    assertThat(percpu.backingPages()).isGreaterThan(16 * BLOCK_PAGES);
    on.verify();
    percpu.free(cpu, last);
    assertThat(percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_ATOMIC)).isEqualTo(last);
  }

  @Test
  @DisplayName("units on two nodes, or too large for one block, are refused before any use")
  void whatDoesNotFitInOneBlockIsRefused() {
    assertThatThrownBy(() -> PercpuFixture.of(8, 2, KM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("percpu-km needs all CPUs on one node: groups=2");
    assertThatThrownBy(() -> PercpuFixture.of(24, 1, KM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("units=24 unitBytes=262144");
  }

  @Test
  @DisplayName("small regions make small units, and many of them fit in one block")
  void manySmallUnitsFit() {
    PercpuConfig small = KM.withStatic(4096).withReserved(0).withAtom(4096);
    try (PercpuFixture many = PercpuFixture.of(24, 1, small)) {
      assertThat(many.percpu.stats().unitSize()).isEqualTo(32 << 10);
      many.areas(20, 4096);
      assertThat(many.percpu.backingPages()).as("24 units of 8 pages").isEqualTo(2 * 256);
      assertThat(many.percpu.stats().populatedPages()).isEqualTo(2 * 8);
      assertThat(many.percpu.warnings()).containsExactly("percpu: pages wasted per chunk: 64");
      assertThat(many.inText("atom_size")).containsExactly(4096L);
      assertThat(many.inText("unit_size")).containsExactly(32_768L);
      many.verify();
    }
  }
}
