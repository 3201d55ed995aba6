package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not come, and what is undone then. */
@Timeout(120)
class PercpuFailureTest {
  private static final int CPUS = 8;
  private final PercpuFixture on = PercpuFixture.smallUnits(PercpuConfig.defaults());
  private final Percpu percpu = on.percpu;
  private final Cpu cpu = on.cpu;

  @AfterEach
  void close() {
    on.close();
  }

  private record PageOfCpu(int page, int failing) implements PercpuFaults {
    @Override
    public boolean populatePage(Cpu cpu, int at, int unitCpu, int gfp) {
      assertThat(cpu.irqsOff()).as("INV-PC-9").isFalse();
      return at == page && unitCpu == failing;
    }
  }

  private record NoChunk() implements PercpuFaults {
    @Override
    public boolean createChunk(Cpu cpu, int gfp) {
      assertThat(cpu.irqsOff()).as("INV-PC-9").isFalse();
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({"0,4", "-4,4", "32769,4", "4,0", "4,3", "4,8192", "4,-8"})
  @DisplayName("T-PC-1 sizes and alignments that there are not")
  void illegalRequestsGiveNull(int bytes, int align) {
    assertThat(percpu.alloc(cpu, bytes, align, Gfp.GFP_KERNEL | Gfp.NOWARN)).isZero();
    assertThat(percpu.warnings()).isEmpty();
    assertThat(percpu.alloc(cpu, bytes, align, Gfp.GFP_KERNEL)).isZero();
    assertThat(percpu.allocBulk(cpu, bytes, align, Gfp.GFP_KERNEL, 3, new long[3])).isZero();
    assertThat(percpu.allocReserved(cpu, bytes, align, Gfp.GFP_KERNEL)).isZero();
    assertThat(percpu.stats().failures()).isEqualTo(4);
    assertThat(percpu.warnings()).singleElement().asString().contains("bytes=" + bytes);
    on.verify();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "4,1", "5,2", "32768,4096", "4096,4096", "20,8"})
  @DisplayName("T-PC-1 what there is, is aligned")
  void legalRequestsAreAligned(int bytes, int align) {
    on.areas(1, 4);
    long area = percpu.alloc(cpu, bytes, align, Gfp.GFP_KERNEL);
    assertThat(area).isNotZero();
    assertThat(area % Math.max(4, align)).isZero();
    assertThat(percpu.stats().liveBytes()).isEqualTo(4 + (bytes + 3) / 4 * 4);
    on.verify();
  }

  @Test
  @DisplayName("T-PC-5 invalid and double frees change nothing and warn once")
  void invalidFreesWarnOnce() {
    long area = percpu.alloc(cpu, 64, 8, Gfp.GFP_KERNEL);
    String before = percpu.statsText(cpu);
    long[] invalid = {
      area + 8, area + 1, area + 64, -area, 4, 1L << 60, percpu.address(area, 3), 221_184
    };
    for (long pointer : invalid) {
      percpu.free(cpu, pointer);
    }
    percpu.freeBulk(cpu, invalid, invalid.length);
    assertThat(percpu.statsText(cpu)).isEqualTo(before);
    percpu.free(cpu, area);
    percpu.free(cpu, area);
    percpu.free(cpu, 0);
    assertThat(percpu.stats().invalidFrees()).isEqualTo(2 * invalid.length + 1);
    assertThat(percpu.warnings()).hasSize(1);
    assertThat(percpu.stats().nrDealloc()).isEqualTo(1);
    on.verify();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "0,7", "3,0", "3,4", "7,7"})
  @DisplayName("T-PC-8 INV-PC-9 populate failure at page k of CPU j frees everything")
  void aFailedPopulationRestoresEverything(int page, int failing) {
    on.fillFirstChunk();
    ObjCgroup group = new ObjCgroup(on.machine, 1 << 20);
    percpu.setCgroup(cpu, group);
    percpu.setAsyncEnabled(false);
    percpu.setFaults(new PageOfCpu(page, failing));
    long pagesBefore = on.pages.stats().allocatedPages();
    assertThat(percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_KERNEL_ACCOUNT)).isZero();
    assertThat(on.pages.stats().allocatedPages()).isEqualTo(pagesBefore);
    assertThat(group.usedBytes()).isZero();
    assertThat(percpu.stats().nrCurAlloc()).isEqualTo(7);
    assertThat(percpu.stats().populatedPages()).isZero();
    on.verify();
    percpu.setFaults(PercpuFaults.NONE);
    assertThat(percpu.alloc(cpu, 32 << 10, 4, Gfp.GFP_KERNEL_ACCOUNT)).isNotZero();
    on.verify();
  }

  @Test
  @DisplayName("T-PC-8 pages populated earlier stay, for later use")
  void earlierRangesStay() {
    on.fillFirstChunk();
    percpu.setAsyncEnabled(false);
    List<Long> areas = on.areas(3, 4096);
    Chunk chunk = percpu.chunkOf(areas.getFirst());
    percpu.free(cpu, areas.get(0));
    percpu.free(cpu, areas.get(2));
    percpu.setFaults(new PageOfCpu(1, 0)); // page 1 is populated: no request for it
    assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL)).isEqualTo(areas.get(0));
    percpu.setFaults(new PageOfCpu(4, 2)); // pages 2 (populated), 3 and 4
    assertThat(percpu.alloc(cpu, 3 * 4096, 4, Gfp.GFP_KERNEL)).isZero();
    assertThat(chunk.populatedPages).isEqualTo(3);
    assertThat(chunk.emptyPopulatedPages).isEqualTo(1);
    on.verify();
  }

  @Test
  @DisplayName("T-PC-8 a bulk allocation keeps what came before the failure")
  void aBulkKeepsWhatCameBefore() {
    on.fillFirstChunk();
    percpu.setAsyncEnabled(false);
    percpu.setFaults(new PageOfCpu(5, 6));
    long[] out = new long[9];
    assertThat(percpu.allocBulk(cpu, 4096, 4, Gfp.GFP_KERNEL, 9, out)).isEqualTo(5);
    assertThat(percpu.stats().nrCurAlloc()).isEqualTo(7 + 5);
    on.verify();
  }

  @Test
  @DisplayName("T-PC-8 page allocator failures at every call in turn")
  void everyPageFailsInTurn() {
    on.fillFirstChunk();
    percpu.setAsyncEnabled(false);
    AtomicInteger left = new AtomicInteger();
    on.pages.setFailurePolicy((_, _, _) -> left.decrementAndGet() == 0);
    for (int failing = 1; failing <= 3 * CPUS; failing++) {
      left.set(failing);
      assertThat(percpu.alloc(cpu, 3 * 4096, 4, Gfp.GFP_KERNEL)).as("at %d", failing).isZero();
      on.verify();
    }
    left.set(3 * CPUS + 1);
    assertThat(percpu.alloc(cpu, 3 * 4096, 4, Gfp.GFP_KERNEL)).isNotZero();
  }

  @Test
  @DisplayName("a chunk that is not to be had fails the allocation and is undone")
  void withoutAChunkThereIsNoArea() {
    on.fillFirstChunk();
    ObjCgroup group = new ObjCgroup(on.machine, 1 << 20);
    percpu.setCgroup(cpu, group);
    percpu.setFaults(new NoChunk());
    assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL_ACCOUNT)).isZero();
    cpu.poll();
    assertThat(percpu.stats().nrChunks()).isEqualTo(1);
    assertThat(group.usedBytes()).isZero();
    on.verify();
    percpu.setFaults(PercpuFaults.NONE);
    assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL_ACCOUNT)).isNotZero();
    on.verify();
  }

  @Test
  @DisplayName("failed allocations warn ten times, then a last time that no more will follow")
  void warningsAreLimited() {
    on.fillFirstChunk();
    percpu.setFaults(new NoChunk());
    for (int i = 0; i < 5; i++) {
      percpu.alloc(cpu, 64, 16, Gfp.GFP_KERNEL | Gfp.NOWARN);
    }
    assertThat(percpu.warnings()).isEmpty();
    for (int i = 0; i < 30; i++) {
      percpu.alloc(cpu, 64, 16, i % 2 == 0 ? Gfp.GFP_KERNEL : Gfp.GFP_ATOMIC);
    }
    assertThat(percpu.warnings()).hasSize(11);
    assertThat(percpu.warnings().getFirst())
        .isEqualTo("percpu: allocation failed: bytes=64 align=16 blocking reason=no chunk");
    assertThat(percpu.warnings().getLast()).contains("limit");
    assertThat(percpu.stats().failures()).isEqualTo(35);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("T-PC-7 a waiter on the mutex that was told to die gets null and its charge back")
  void aKilledWaiterGetsNull(boolean bulk) throws InterruptedException {
    on.fillFirstChunk();
    CountDownLatch holds = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    percpu.setFaults(holder(holds, release));
    Thread other = Thread.ofPlatform().start(() -> allocAs(1));
    holds.await();
    ObjCgroup group = new ObjCgroup(on.machine, 1 << 20);
    percpu.setCgroup(cpu, group);
    cpu.setFatalSignalPending(true);
    long[] out = new long[4];
    long got =
        bulk
            ? percpu.allocBulk(cpu, 64, 4, Gfp.GFP_KERNEL_ACCOUNT, 4, out)
            : percpu.alloc(cpu, 64, 4, Gfp.GFP_KERNEL_ACCOUNT);
    assertThat(got).isZero();
    assertThat(group.usedBytes()).isZero();
    assertThat(percpu.stats().failures()).isEqualTo(1);
    assertThat(percpu.warnings()).isEmpty();
    release.countDown();
    other.join();
    assertThat(percpu.alloc(cpu, 64, 4, Gfp.GFP_KERNEL_ACCOUNT)).as("mutex is free").isNotZero();
    on.verify();
  }

  @Test
  @DisplayName("T-PC-7 who cannot handle failure waits though told to die")
  void nofailWaits() throws InterruptedException {
    on.fillFirstChunk();
    CountDownLatch holds = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    percpu.setFaults(holder(holds, release));
    Thread other = Thread.ofPlatform().start(() -> allocAs(1));
    holds.await();
    cpu.setFatalSignalPending(true);
    Thread later =
        Thread.ofPlatform()
            .start(() -> {
              sleep(50);
              release.countDown();
            });
    assertThat(percpu.alloc(cpu, 64, 4, Gfp.GFP_KERNEL | Gfp.NOFAIL)).isNotZero();
    other.join();
    later.join();
    on.verify();
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Holds the mutex from the creation of a chunk until released. */
  private static PercpuFaults holder(CountDownLatch holds, CountDownLatch release) {
    return new PercpuFaults() {
      @Override
      public boolean createChunk(Cpu cpu, int gfp) {
        holds.countDown();
        try {
          release.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return false;
      }
    };
  }

  private void allocAs(int id) {
    Cpu other = on.machine.enter(id);
    percpu.alloc(other, 64, 4, Gfp.GFP_KERNEL);
    on.machine.leave(other);
  }

  @Test
  @DisplayName("INV-PC-8 a free takes the spin lock alone")
  void aFreeTakesOneLock() {
    long area = percpu.alloc(cpu, 64, 4, Gfp.GFP_KERNEL);
    on.machine.resetLockStats();
    percpu.setFaults(new NoChunk());
    on.pages.setFailurePolicy((_, _, _) -> {
      throw new IllegalStateException("allocates");
    });
    percpu.free(cpu, area);
    assertThat(on.acquired("pcpu_alloc_mutex")).isZero();
    assertThat(on.acquired("pcpu_lock")).isEqualTo(1);
  }
}
