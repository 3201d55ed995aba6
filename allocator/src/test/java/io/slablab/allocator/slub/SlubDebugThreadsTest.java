package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Threads that free each other's objects under every debug flag, while slabs are validated, shrunk
 * and their users listed: whoever looks under list_lock finds bytes, lists and counts in order.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set at the start of the one test
class SlubDebugThreadsTest {
  private static final int THREADS = 3;
  private static final int STEPS = 6_000;
  private static final int BYTES = 120;

  private Slub slub;
  private LiveObjects objects;
  private KmemCache cache;
  private Machine machine;
  private final Queue<Long> exchange = new ConcurrentLinkedQueue<>();

  @ParameterizedTest(name = "{0} constructed {1}")
  @CsvSource({"FZPU,false", "FZPU,true", "ZPT,true"})
  void nothingIsToldWhereNothingIsWrong(String mode, boolean constructed) throws Exception {
    machine = HostMachine.of(HostConfig.uniform(THREADS, 1));
    PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
    slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL).withSlubDebug(mode));
    objects = new LiveObjects(slub.memory());
    Cpu boot = machine.enter(0);
    cache = slub.create(boot, "shared", BYTES, constructed ? objects.args() : KmemCacheArgs.NONE);
    machine.leave(boot);
    runWorkers();
    Cpu cpu = machine.enter(0);
    exchange.forEach(object -> cache.free(cpu, object));
    cache.validate(cpu);
    cache.verify();
    assertThat(slub.log().errors()).isEmpty();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(objects.constructed()).isZero();
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
    machine.close();
  }

  private void runWorkers() throws InterruptedException {
    List<Future<?>> workers = new ArrayList<>();
    try (var executor = Executors.newFixedThreadPool(THREADS)) {
      for (int id = 0; id < THREADS; id++) {
        int mine = id;
        workers.add(executor.submit(() -> work(mine)));
      }
    }
    for (Future<?> worker : workers) {
      try {
        worker.get();
      } catch (ExecutionException e) {
        throw new AssertionError(e.getCause());
      }
    }
  }

  private void work(int id) {
    Cpu cpu = machine.enter(id);
    try {
      SplittableRandom random = new SplittableRandom(id);
      for (int step = 0; step < STEPS; step++) {
        int what = random.nextInt(1000);
        if (what < 510) {
          long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
          assertThat(object).isNotZero();
          slub.memory().fill(object + 8, BYTES - 8L, (byte) id);
          exchange.add(object);
        } else if (what < 990) {
          Long object = exchange.poll();
          if (object != null) {
            cache.free(cpu, object);
          }
        } else {
          inspect(cpu, what);
        }
        cpu.poll();
      }
    } finally {
      machine.leave(cpu);
    }
  }

  private void inspect(Cpu cpu, int what) {
    if (what < 994) {
      cache.validate(cpu);
    } else if (what < 997) {
      cache.shrink(cpu);
    } else if ((cache.flags() & SlabFlags.STORE_USER) != 0) {
      long listed = cache.allocTraces(cpu).stream().mapToLong(CallSiteUse::objects).sum();
      assertThat(listed).isNotNegative();
    }
  }
}
