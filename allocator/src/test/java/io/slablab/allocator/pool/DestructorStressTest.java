package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.reclaim.PagePool;
import io.slablab.allocator.reclaim.Reclaim;
import io.slablab.allocator.reclaim.Shrinker;
import io.slablab.allocator.reclaim.Shrinkers;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.Stat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Constructed objects, areas and reclaim on all CPUs at once, with next to no memory. */
class DestructorStressTest {
  private static final int CPUS = 4;
  private static final int PAGES = 4096;
  private static final int STEPS = 2000;
  private static final long WATCHDOG_MS = 40_000;

  /** Objects that can be given up: freed by whichever CPU reclaims. */
  private static final class Idle implements Shrinker {
    final Deque<Long> objects = new ConcurrentLinkedDeque<>();
    final AtomicLong freedInReclaim = new AtomicLong();
    private final KmemCache cache;

    Idle(KmemCache cache) {
      this.cache = cache;
    }

    @Override
    public long countObjects(Cpu cpu, int node, int gfp) {
      return objects.size();
    }

    @Override
    public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
      long freed = 0;
      for (; freed < toScan; freed++) {
        Long object = objects.pollFirst();
        if (object == null) {
          break;
        }
        cache.free(cpu, object);
      }
      freedInReclaim.addAndGet(freed);
      return freed;
    }
  }

  /**
   * T-CD-10: percpu memory is used up, every CPU reclaims, and reclaim runs destructors that free
   * percpu memory: no deadlock, no broken rule of locks, nothing lost.
   */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  @Timeout(60)
  void everyCpuRunsOutAndReclaims(long seed) throws InterruptedException {
    StackConfig config = StackConfig.checked(PAGES).withLockdep(LockdepLevel.FULL);
    try (TestStack test = TestStack.of(CPUS, config)) {
      Cpu boot = test.enter(0);
      MmStruct type = MmStruct.of(boot, test.stack, ObjectType.Form.CONSTRUCTED, false);
      KmemCache cache = test.stack.createCache(boot, type, ObjectLife.BY_SLAB);
      Idle idle = new Idle(cache);
      Shrinkers shrinkers = new Shrinkers(test.stack.machine());
      shrinkers.register(boot, idle);
      PagePool none = new PagePool(test.stack.machine(), test.stack.pages(), 0);
      test.stack.pages().setReclaimer(new Reclaim(test.stack.pages(), 1, shrinkers, none, _ -> {}));
      test.leave(boot);

      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      List<Thread> threads = new ArrayList<>();
      AtomicLong refused = new AtomicLong();
      for (int id = 0; id < CPUS; id++) {
        int mine = id;
        Worker worker = new Worker(test, cache, idle, refused, seed * 31 + id);
        threads.add(Thread.ofPlatform().start(() -> worker.run(mine, failure)));
      }
      long deadline = System.nanoTime() + WATCHDOG_MS * 1_000_000;
      for (Thread thread : threads) {
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        assertThat(thread.isAlive()).as("hangs at %s", List.of(thread.getStackTrace())).isFalse();
      }
      assertThat(failure.get()).isNull();

      Cpu last = test.enter(0);
      assertThat(refused.get()).as("percpu memory was used up").isPositive();
      assertThat(idle.freedInReclaim.get()).as("objects freed in reclaim").isPositive();
      assertThat(cache.stats().event(Stat.DTOR_CALLS)).isPositive();
      idle.objects.forEach(object -> cache.free(last, object));
      assertThat(test.stack.slub().destroy(last, cache).destroyed()).isTrue();
      assertThat(test.stack.percpuBytesInUse()).isZero();
      type.close(last);
      test.stack.checkNothingLeaked(last);
      test.leave(last);
      assertThat(test.stack.lockReports()).isEmpty();
    }
  }

  /** One CPU: objects and areas until there are no more, then some back. */
  private record Worker(TestStack test, KmemCache cache, Idle idle, AtomicLong refused, long seed) {

    void run(int id, AtomicReference<@Nullable Throwable> failure) {
      Cpu cpu = test.enter(id);
      Deque<Long> areas = new ArrayDeque<>();
      SplittableRandom random = new SplittableRandom(seed);
      try {
        // Workers that meet rarely leave each other memory: on, until it was used up once.
        for (int step = 0; more(step) && failure.get() == null; step++) {
          step(cpu, random, areas);
          cpu.poll();
        }
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      } finally {
        areas.forEach(area -> test.stack.percpu().free(cpu, area));
        test.leave(cpu);
      }
    }

    private boolean more(int step) {
      return step < STEPS || refused.get() == 0 || idle.freedInReclaim.get() == 0;
    }

    private void step(Cpu cpu, SplittableRandom random, Deque<Long> areas) {
      int what = random.nextInt(100);
      if (what < 40) {
        long object = cache.alloc(cpu, Gfp.GFP_KERNEL | Gfp.NOWARN);
        if (object != 0) {
          idle.objects.addLast(object);
        }
      } else if (what < 85) {
        takeArea(cpu, 1 + random.nextInt(16_384), areas);
      } else if (what < 88) {
        cache.shrink(cpu);
      } else {
        for (int i = 0; i < 2 && !areas.isEmpty(); i++) {
          test.stack.percpu().free(cpu, areas.removeFirst());
        }
      }
    }

    private void takeArea(Cpu cpu, int bytes, Deque<Long> areas) {
      long area = test.stack.percpu().alloc(cpu, bytes, 8, Gfp.GFP_KERNEL | Gfp.NOWARN);
      if (area == 0) {
        refused.incrementAndGet();
      } else {
        areas.addLast(area);
      }
    }
  }
}
