package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spare chunks, empty pages, and pages taken from chunks that have many. */
@Timeout(120)
class PercpuBalanceTest {
  private final PercpuFixture on = PercpuFixture.smallUnits(PercpuConfig.defaults());
  private final Percpu percpu = on.percpu;
  private final Cpu cpu = on.cpu;

  @AfterEach
  void close() {
    on.close();
  }

  /** Two chunks of areas of a page; returns those of the first, then those of the second. */
  private List<List<Long>> twoFullChunks() {
    on.fillFirstChunk();
    List<Long> one = on.areas(64, 4096);
    List<Long> two = on.areas(64, 4096);
    cpu.poll();
    return List.of(one, two);
  }

  @Test
  @DisplayName(
      "T-PC-6 a chunk with many empty pages is isolated, depopulated, sidelined, and reused")
  void manyEmptyPagesAreGivenBack() {
    List<List<Long>> chunks = twoFullChunks();
    int spares = percpu.stats().emptyPopPages();
    assertThat(spares).isBetween(1, 4);
    int chunksBefore = percpu.stats().nrChunks();
    Chunk one = percpu.chunkOf(chunks.get(0).getFirst());
    Chunk two = percpu.chunkOf(chunks.get(1).getFirst());
    percpu.setAsyncEnabled(false);
    for (int i = 0; i < 10; i++) {
      percpu.free(cpu, chunks.get(0).get(i)); // too few to be taken, enough to be the reserve
    }
    for (int i = 0; i < 15; i++) {
      percpu.free(cpu, chunks.get(1).get(2 * i));
    }
    assertThat(two.isolated).isFalse();
    percpu.setAsyncEnabled(true);
    percpu.free(cpu, chunks.get(1).get(30)); // the sixteenth of 64 pages
    assertThat(two.isolated).isTrue();
    assertThat(two.slot).isEqualTo(percpu.books().lists.slots.toDepopulate);
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(spares + 10);
    on.verify();
    assertThat(percpu.statsText(cpu)).contains("Chunk (to_depopulate)\n");
    cpu.poll();
    assertThat(two.slot).isEqualTo(percpu.books().lists.slots.sidelined);
    assertThat(two.populatedPages).isEqualTo(64 - 16);
    assertThat(two.emptyPopulatedPages).isZero();
    assertThat(percpu.tlbFlushes()).as("one for 16 ranges").isEqualTo(1);
    assertThat(percpu.statsText(cpu)).contains("Chunk (sidelined):\n");
    on.verify();
    fillTo(one, two, chunksBefore);
  }

  /** The sidelined chunk is the last resort before a new one, and is a usual chunk then. */
  private void fillTo(Chunk one, Chunk two, int chunksBefore) {
    long area = 0;
    while (two.isolated) {
      assertThat(percpu.stats().nrChunks()).isEqualTo(chunksBefore);
      area = percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL);
    }
    assertThat(percpu.chunkOf(area)).isSameAs(two);
    assertThat(one.map.emptyPages()).as("used up before").isZero();
    assertThat(two.slot).isEqualTo(percpu.books().lists.slots.of(two.map));
    on.verify();
  }

  @Test
  @DisplayName(
      "T-PC-6 with four empty pages elsewhere a chunk keeps its own, with five it does not")
  void fourEmptyPagesElsewhereAreKept() {
    List<List<Long>> chunks = twoFullChunks();
    Chunk two = percpu.chunkOf(chunks.get(1).getFirst());
    percpu.setAsyncEnabled(false);
    int missing = 4 - percpu.stats().emptyPopPages();
    chunks.get(0).subList(0, missing).forEach(area -> percpu.free(cpu, area));
    chunks.get(1).subList(0, 20).forEach(area -> percpu.free(cpu, area));
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(4 + 20);
    assertThat(two.isolated).isFalse();
    percpu.free(cpu, chunks.get(0).get(missing));
    assertThat(two.isolated).as("looked at when it is freed from").isFalse();
    percpu.free(cpu, chunks.get(1).get(20));
    assertThat(two.isolated).isTrue();
    on.verify();
  }

  @Test
  @DisplayName("T-PC-6 an isolated chunk whose pages are wanted after all keeps them")
  void wantedPagesAreReintegrated() {
    List<List<Long>> chunks = twoFullChunks();
    Chunk two = percpu.chunkOf(chunks.get(1).getFirst());
    percpu.setAsyncEnabled(false);
    for (int i = 0; i < 6; i++) {
      percpu.free(cpu, chunks.get(0).get(i));
    }
    for (int i = 0; i < 17; i++) {
      percpu.free(cpu, chunks.get(1).get(i));
    }
    assertThat(two.isolated).isTrue();
    int spares = percpu.stats().emptyPopPages();
    percpu.setAsyncEnabled(true);
    on.areas(spares - 1, 4096);
    assertThat(two.isolated).isTrue();
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(1);
    cpu.poll(); // one spare page is less than the four that are kept
    assertThat(two.isolated).isFalse();
    assertThat(two.emptyPopulatedPages).isPositive();
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(1 + two.emptyPopulatedPages);
    on.verify();
  }

  @Test
  @DisplayName("T-PC-4 the free that makes a second chunk wholly free asks for balancing by itself")
  void aSecondFreeChunkAsksForBalancing() {
    PercpuConfig neverShort = PercpuConfig.defaults().withEmptyPages(0, 64);
    try (PercpuFixture many = PercpuFixture.smallUnits(neverShort)) {
      many.fillFirstChunk();
      List<Long> areas = many.areas(2 * 64, 4096);
      areas.subList(1, areas.size()).forEach(area -> many.percpu.free(many.cpu, area));
      many.cpu.poll();
      assertThat(many.percpu.stats().nrChunks()).as("one of them is the spare one").isEqualTo(3);
      many.percpu.free(many.cpu, areas.getFirst());
      many.cpu.poll();
      assertThat(many.percpu.stats().nrChunks()).isEqualTo(2);
      assertThat(many.percpu.stats().populatedPages()).isEqualTo(64);
      many.verify();
    }
  }

  @Test
  @DisplayName("T-PC-6 an isolated chunk that becomes wholly free is a spare chunk")
  void aWholeFreeIsolatedChunkIsReintegrated() {
    List<List<Long>> chunks = twoFullChunks();
    Chunk two = percpu.chunkOf(chunks.get(1).getFirst());
    percpu.setAsyncEnabled(false);
    chunks.get(0).subList(0, 10).forEach(area -> percpu.free(cpu, area));
    chunks.get(1).subList(0, 63).forEach(area -> percpu.free(cpu, area));
    assertThat(two.isolated).isTrue();
    percpu.setAsyncEnabled(true);
    percpu.free(cpu, chunks.get(1).get(63));
    cpu.poll();
    assertThat(two.isolated).isFalse();
    assertThat(two.slot).isEqualTo(percpu.books().lists.slots.free);
    assertThat(two.populatedPages).isZero();
    on.verify();
  }

  @Test
  @DisplayName("T-PC-4 INV-PC-10 freeing all leaves one spare chunk and no charge")
  void freeingAllLeavesOneSpareChunk() {
    List<Long> areas = new ArrayList<>(on.areas(600, 4096));
    assertThat(percpu.stats().nrChunks()).isGreaterThan(8);
    areas.forEach(area -> percpu.free(cpu, area));
    cpu.poll();
    assertThat(percpu.stats().nrChunks()).isLessThanOrEqualTo(2);
    assertThat(percpu.stats().liveBytes()).isZero();
    assertThat(percpu.stats().nrMaxChunks()).isGreaterThan(8);
    on.verify();
  }

  @Test
  @DisplayName("T-PC-4 areas freed by one call")
  void freeingAllByOneCall() {
    long[] areas = new long[600];
    assertThat(percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_KERNEL, 600, areas)).isEqualTo(600);
    percpu.freeBulk(cpu, areas, 600);
    cpu.poll();
    assertThat(percpu.stats().nrChunks()).isLessThanOrEqualTo(2);
    on.verify();
  }

  @Test
  @DisplayName("T-PC-3 an atomic failure makes balancing populate four pages")
  void anAtomicFailureIsMended() {
    for (int i = 0; i < 7; i++) {
      assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_ATOMIC)).isNotZero();
    }
    assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_ATOMIC)).isZero();
    assertThat(percpu.stats().failures()).isEqualTo(1);
    cpu.poll();
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_ATOMIC)).isNotZero();
    }
    on.verify();
  }

  @Test
  @DisplayName("T-PC-3 an atomic failure populates four more pages though four are there")
  void anAtomicFailureOfALargeAreaPopulatesAlthoughPagesAreThere() {
    on.fillFirstChunk();
    on.areas(1, 4096);
    cpu.poll();
    int before = percpu.stats().emptyPopPages();
    assertThat(before).isEqualTo(4);
    assertThat(percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_ATOMIC)).isZero();
    cpu.poll();
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(before + 4);
    on.verify();
  }

  @Test
  @DisplayName("balancing keeps between LOW and HIGH empty pages, and stops at an error")
  void fewEmptyPagesAreRefilled() {
    on.fillFirstChunk();
    percpu.setFaults(
        new PercpuFaults() {
          @Override
          public boolean populatePage(Cpu cpu, int page, int unitCpu, int gfp) {
            return (gfp & Gfp.NORETRY) != 0; // what balancing asks for
          }
        });
    on.areas(1, 4096);
    cpu.poll();
    assertThat(percpu.stats().emptyPopPages()).isZero();
    on.verify();
    percpu.setFaults(PercpuFaults.NONE);
    on.areas(1, 4096);
    cpu.poll();
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(4);
    on.areas(2, 4096);
    cpu.poll();
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(2);
    on.areas(1, 4096);
    cpu.poll();
    assertThat(percpu.stats().emptyPopPages()).isEqualTo(4);
    on.verify();
  }

  @Test
  @DisplayName("before workqueues are up nothing is balanced")
  void withoutWorkqueuesNothingIsBalanced() {
    percpu.setAsyncEnabled(false);
    on.fillFirstChunk();
    on.areas(3, 4096);
    cpu.poll();
    assertThat(percpu.stats().emptyPopPages()).isZero();
    on.verify();
  }
}
