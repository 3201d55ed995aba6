package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * Real threads on their own CPUs: objects wander to other CPUs before they are freed, while slabs
 * are shrunk away and caches come and go. An object in two hands, a lost one or a lost page shows.
 */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // set at the start of the one test
class SlubThreadsTest {
  private static final int STEPS = 50_000;
  private static final int BULK = 16;
  private static final int INBOX_LIMIT = 500;

  private Machine machine;
  private PageAllocator pages;
  private Slub slub;
  private LiveObjects objects;
  private KmemCache shared;
  private final List<Queue<Long>> inboxes = new ArrayList<>();

  @ParameterizedTest(name = "{0} seed {1} threads {2} cpuPartial {3}")
  @CsvSource({
    "META,21,2,true", "META,22,4,true", "META,23,4,false",
    "FULL,24,2,true", "FULL,25,4,true", "FULL,26,4,false"
  })
  void nothingIsLostOrDoubled(MemoryMode mode, long seed, int threads, boolean cpuPartial)
      throws InterruptedException {
    machine = CheckedMachines.of(HostConfig.uniform(threads, 2));
    pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
    slub = new Slub(machine, pages, SlubConfig.defaults(mode).withCpuPartial(cpuPartial));
    objects = new LiveObjects(slub.memory());
    Cpu boot = machine.enter(0);
    shared = slub.create(boot, "shared", 248, objects.args());
    machine.leave(boot);
    for (int id = 0; id < threads; id++) {
      inboxes.add(new ConcurrentLinkedQueue<>());
    }
    List<Future<?>> workers = new ArrayList<>();
    try (var executor = Executors.newFixedThreadPool(threads)) {
      for (int id = 0; id < threads; id++) {
        int mine = id;
        workers.add(executor.submit(() -> new Worker(mine, seed).run()));
      }
    }
    for (Future<?> worker : workers) {
      try {
        worker.get();
      } catch (ExecutionException e) {
        throw new AssertionError("seed=" + seed, e.getCause());
      }
    }
    Cpu cpu = machine.enter(0);
    inboxes.forEach(inbox -> inbox.forEach(object -> shared.free(cpu, object)));
    shared.verify();
    assertThat(shared.stats().objectsInUse()).as("seed %d", seed).isZero();
    assertThat(objects.constructed()).isEqualTo(shared.stats().totalObjects());
    assertThat(slub.destroy(cpu, shared)).isEqualTo(DestroyResult.DONE);
    assertThat(objects.constructed()).isZero();
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
    machine.close();
  }

  /** One CPU. An object in use carries its holder's mark behind what the constructor wrote. */
  private final class Worker {
    private static final int MARK_OFFSET = 8;
    private final int id;
    private final SplittableRandom random;
    private final Cpu cpu;
    private final Deque<Long> live = new ArrayDeque<>();

    Worker(int id, long seed) {
      this.id = id;
      this.random = new SplittableRandom(seed * 31 + id);
      this.cpu = machine.enter(id);
    }

    void run() {
      try {
        for (int step = 0; step < STEPS; step++) {
          step();
          cpu.poll();
        }
        live.forEach(object -> shared.free(cpu, unmarked(object)));
      } finally {
        machine.leave(cpu);
      }
    }

    private void step() {
      int what = random.nextInt(1000);
      if (what < 480) {
        took(shared.alloc(cpu, Gfp.GFP_KERNEL));
      } else if (what < 500) {
        allocBulk();
      } else if (what < 700) {
        giveAway();
      } else if (what < 960) {
        if (!live.isEmpty()) {
          shared.free(cpu, unmarked(random.nextBoolean() ? live.pollFirst() : live.pollLast()));
        }
      } else if (what < 985) {
        freeBulk();
      } else if (what < 988) {
        shared.shrink(cpu);
      } else if (what < 991) {
        aCacheComesAndGoes();
      }
      Long given = inboxes.get(id).poll();
      if (given != null) {
        shared.free(cpu, given);
      }
    }

    private void took(long object) {
      if (object == 0) {
        return;
      }
      if (!objects.isConstructed(object) || slub.memory().getLong(object + MARK_OFFSET) != 0) {
        throw new IllegalStateException("object in two hands: " + object);
      }
      slub.memory().putLong(object + MARK_OFFSET, id + 1);
      live.addLast(object);
    }

    private long unmarked(long object) {
      if (slub.memory().getLong(object + MARK_OFFSET) != id + 1) {
        throw new IllegalStateException("object changed hands: " + object);
      }
      slub.memory().putLong(object + MARK_OFFSET, 0);
      return object;
    }

    private void giveAway() {
      Queue<Long> inbox = inboxes.get((id + 1 + random.nextInt(inboxes.size())) % inboxes.size());
      if (!live.isEmpty() && inbox.size() < INBOX_LIMIT) {
        inbox.add(unmarked(live.pollFirst()));
      }
    }

    private void allocBulk() {
      long[] out = new long[BULK];
      int got = shared.allocBulk(cpu, Gfp.GFP_KERNEL, BULK, out);
      for (int i = 0; i < got; i++) {
        took(out[i]);
      }
    }

    private void freeBulk() {
      long[] given = new long[Math.min(BULK, live.size())];
      for (int i = 0; i < given.length; i++) {
        given[i] = unmarked(live.pollFirst());
      }
      shared.freeBulk(cpu, given.length, given);
    }

    private void aCacheComesAndGoes() {
      KmemCache own = slub.create(cpu, "own-" + id, 120, objects.args());
      long[] out = new long[100];
      int got = own.allocBulk(cpu, Gfp.GFP_KERNEL, out.length, out);
      own.freeBulk(cpu, got, out);
      if (!slub.destroy(cpu, own).destroyed()) {
        throw new IllegalStateException("cache did not go");
      }
    }
  }
}
