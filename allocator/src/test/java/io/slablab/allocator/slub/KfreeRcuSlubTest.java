package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Work;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KfreeRcuSlubTest {
  private static final int CPUS = 5;
  private static final KmemCacheArgs ALONE = KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE);

  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
  private final Rcu rcu = new Rcu(machine, RcuConfig.DEFAULT);
  private final Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL), rcu);

  @AfterEach
  void close() {
    machine.close();
  }

  /** T-SLUB-7: destroy waits for what kfree_rcu was given. */
  @Test
  void destroyRightAfterKfreeRcu() {
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, ALONE);
    KmemCache other = slub.create(cpu, "other", 200, ALONE);
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    long foreign = other.alloc(cpu, Gfp.GFP_KERNEL);
    cache.kfreeRcu(cpu, object);
    other.kfreeRcu(cpu, foreign);
    assertThat(cache.stats().objectsInUse()).isEqualTo(1);
    assertThatThrownBy(() -> cache.kfreeRcu(cpu, foreign))
        .isInstanceOf(IllegalArgumentException.class);
    DestroyResult result = slub.destroy(cpu, cache);
    assertThat(result.errors()).isEmpty();
    assertThat(result).isEqualTo(DestroyResult.DONE);
    assertThat(slub.destroy(cpu, other)).isEqualTo(DestroyResult.DONE);
    assertThat(slub.log().errors()).isEmpty();
    pages.drainAll(cpu);
    pages.verify(0);
  }

  /**
   * T-SLUB-8: the same from a work item, ten rounds, each destroying after 0 to 255 ms. The rounds
   * go on side by side on all CPUs, so that the test takes a fraction of the sum.
   */
  @Test
  void destroyByAWorkItemSomeTimeAfterKfreeRcu() throws InterruptedException {
    List<DestroyResult> results = new ArrayList<>();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < CPUS; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failed.set(e))
              .start(() -> twoRounds(mine, results)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failed.get()).isNull();
    assertThat(results).hasSize(10).allMatch(DestroyResult.DONE::equals);
    assertThat(slub.log().errors()).isEmpty();
  }

  private void twoRounds(int id, List<DestroyResult> results) {
    Cpu cpu = machine.enter(id);
    Random random = new Random(id);
    for (int round = 0; round < 2; round++) {
      long endNs = machine.nowNs() + random.nextInt(256) * 1_000_000L;
      KmemCache cache = slub.create(cpu, "c" + id, 64, ALONE);
      cache.kfreeRcu(cpu, cache.alloc(cpu, Gfp.GFP_KERNEL));
      DestroyResult[] result = new DestroyResult[1];
      Work destroy = new Work("destroy", at -> result[0] = slub.destroy(at, cache));
      while (machine.nowNs() < endNs) {
        cpu.poll();
        Thread.yield();
      }
      cpu.queue(destroy);
      cpu.poll();
      synchronized (results) {
        results.add(result[0]);
      }
    }
    machine.leave(cpu);
  }
}
