package io.slablab.allocator.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.slub.DeferredDtor;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the time of the credit means to a reclaimer whose shrinker empties deferred slabs. */
@Timeout(60)
class SlabCreditTest {
  private final Machine machine = CheckedMachines.of(HostConfig.uniform(1, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(1024));
  private final Slub slub =
      new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META).withCpuPartial(false));

  @AfterEach
  void close() {
    machine.close();
  }

  /** Frees the oldest objects first, so that whole slabs become empty. */
  private record Oldest(KmemCache cache, Deque<Long> objects) implements Shrinker {
    @Override
    public long countObjects(Cpu cpu, int node, int gfp) {
      return objects.size();
    }

    @Override
    public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
      long freed = 0;
      for (; freed < toScan && !objects.isEmpty(); freed++) {
        cache.free(cpu, objects.removeFirst());
      }
      return freed;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AT_QUEUE, true, false",
    "BY_WORKER, false, false",
    "AT_QUEUE_AND_WAIT, true, true",
    "NEVER, false, false"
  })
  @DisplayName("8.3: credit without pages, no credit at all, or credit with pages")
  void creditAndPages(DeferredDtor.Credit credit, boolean progress, boolean freed) {
    Cpu cpu = machine.enter(0);
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withDtor((_, _) -> {})
            .withDeferredDtor(new DeferredDtor(100_000, credit));
    KmemCache cache = slub.create(cpu, "inodes", 512, args);
    Deque<Long> objects = new ArrayDeque<>();
    for (int i = 0; i < 4000; i++) {
      objects.add(cache.alloc(cpu, Gfp.GFP_KERNEL));
    }
    assertThat(objects).doesNotContain(0L);
    Shrinkers shrinkers = new Shrinkers(machine);
    shrinkers.register(cpu, new Oldest(cache, objects));
    PagePool none = new PagePool(machine, pages, 0);
    Reclaim reclaim = new Reclaim(pages, 1, shrinkers, none, slub::waitForDeferred);
    long before = pages.stats().allocatedPages();
    long counted = reclaim.reclaim(cpu, 0, Gfp.GFP_KERNEL);
    assertThat(counted >= Reclaim.SWAP_CLUSTER_MAX).isEqualTo(progress);
    assertThat(pages.stats().allocatedPages() < before).isEqualTo(freed);

    cpu.poll();
    slub.trimDeferred(cpu);
    assertThat(pages.stats().allocatedPages()).isLessThan(before);
    while (!objects.isEmpty()) {
      cache.free(cpu, objects.removeFirst());
    }
    assertThat(slub.destroy(cpu, cache).destroyed()).isTrue();
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }
}
