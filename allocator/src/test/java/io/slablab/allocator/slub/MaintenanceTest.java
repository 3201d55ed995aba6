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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 2.7, 2.14: tunables at their ends, memory that goes, and maintenance while CPUs come and go. */
@Timeout(60)
class MaintenanceTest {
  private static final int GFP = Gfp.GFP_KERNEL;
  private static final KmemCacheArgs ALONE = KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE);

  private final Machine machine = HostMachine.of(HostConfig.uniform(3, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));

  @AfterEach
  void close() {
    machine.close();
  }

  private static List<Long> take(Cpu cpu, KmemCache cache, int n) {
    List<Long> objects = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      objects.add(cache.alloc(cpu, GFP));
    }
    return objects;
  }

  /** INV-SLUB-5, INV-SLUB-13: a node keeps min_partial empty slabs, a destroyed cache no page. */
  @ParameterizedTest
  @CsvSource({"OPT_IN,true", "OPT_IN,false", "ALL,false"})
  void aNodeKeepsFewEmptySlabsAndADestroyedCacheNone(SheafMode mode, boolean cpuPartial) {
    SlubConfig config = SlubConfig.defaults(MemoryMode.META).withSheaves(mode);
    Slub slub = new Slub(machine, pages, config.withCpuPartial(cpuPartial));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 1024, ALONE);
    List<Long> objects = take(cpu, cache, 30 * cache.geometry().objects());
    machine.leave(cpu);
    Cpu other = machine.enter(1);
    objects.forEach(object -> cache.free(other, object));
    int kept = cache.tunables.minPartial;
    assertThat(cache.nodes[0].nrPartial).isLessThanOrEqualTo(kept + 1); // one that has an object
    cache.flush().flushAll(other);
    cache.verify();
    assertThat(cache.nodes[0].nrPartial).isBetween(1, kept);
    assertThat(slub.destroy(other, cache)).isEqualTo(DestroyResult.DONE);
    pages.drainAll(other);
    pages.verify(0);
    machine.leave(other);
  }

  /** 2.14: every cache is flushed and shrunk; what is in use stays. */
  @ParameterizedTest
  @CsvSource({"OPT_IN", "ALL"})
  void memoryThatGoesLeavesNoEmptySlab(SheafMode mode) {
    Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META).withSheaves(mode));
    Cpu cpu = machine.enter(0);
    KmemCache a = slub.create(cpu, "a", 256, ALONE);
    KmemCache b = slub.create(cpu, "b", 1024, ALONE);
    long inUse = a.alloc(cpu, GFP);
    take(cpu, a, 100).forEach(object -> a.free(cpu, object));
    take(cpu, b, 100).forEach(object -> b.free(cpu, object));
    assertThat(b.stats().slabs()).isPositive();
    slub.memoryGoingOffline(cpu);
    assertThat(a.stats().slabs()).isOne();
    assertThat(b.stats().slabs()).isZero();
    a.free(cpu, inUse);
    assertThat(slub.destroy(cpu, a)).isEqualTo(DestroyResult.DONE);
    machine.leave(cpu);
  }

  /** 2.7 E: with cpu_partial at 0 a walk takes one slab, and no others for a stack. */
  @Test
  void withoutPartialObjectsTheStackGetsNothing() {
    Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 1024, ALONE);
    slub.store(cpu, cache, "cpu_partial", "0");
    List<Long> objects = take(cpu, cache, 4 * cache.geometry().objects());
    for (int slab = 0; slab < 3; slab++) {
      cache.free(cpu, objects.get(slab * cache.geometry().objects()));
    }
    cache.shrink(cpu); // all of them to the node's list
    assertThat(cache.nodes[0].nrPartial).isEqualTo(3);
    assertThat(cache.alloc(cpu, GFP)).isNotZero();
    assertThat(cache.nodes[0].nrPartial).isEqualTo(2);
    assertThat(cache.cpus[0].partial).isNull();
    assertThat(cache.stats().event(Stat.CPU_PARTIAL_NODE)).isZero();
    machine.leave(cpu);
  }

  /** 2.7 E: a ratio of 0 means never, not one time in 1024. */
  @Test
  void withADefragRatioOfNothingOtherNodesAreNeverTried() {
    Cpu cpu = machine.enter(0);
    SlubConfig config = SlubConfig.defaults(MemoryMode.META);
    CacheTunables tunables =
        new CacheTunables(CacheGeometry.of(64, KmemCacheArgs.NONE, config, 3), config);
    int tries = 0;
    for (int i = 0; i < 1000; i++) {
      tries += tunables.triesOtherNodes(cpu) ? 1 : 0;
    }
    assertThat(tries).isGreaterThan(900);
    tunables.remoteNodeDefragRatio = 0;
    for (int i = 0; i < 20_000; i++) {
      assertThat(tunables.triesOtherNodes(cpu)).isFalse();
    }
    machine.leave(cpu);
  }

  /** 2.7 E: the zonelist's order, in which equally distant nodes follow one's own number. */
  @Test
  void otherNodesAreTriedInTheOrderOfTheZonelist() {
    Machine four = HostMachine.of(HostConfig.uniform(4, 4));
    PageAllocator ofFour = new PageAllocator(four, PageConfig.ofPagesPerNode(1024));
    Slub slub = new Slub(four, ofFour, SlubConfig.defaults(MemoryMode.META));
    assertThat(slub.zonelist(2)).containsExactly(2, 3, 0, 1);
    four.close();
  }

  /** 0.4: cpu_hotplug_lock comes before slab_mutex, in whoever writes to a file too. */
  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // who waits, spins
  void filesAreWrittenWhileCpusComeAndGo() throws Exception {
    Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 256, ALONE);
    AtomicInteger stores = new AtomicInteger();
    CompletableFuture<Void> hotplug =
        CompletableFuture.runAsync(() -> {
          Cpu two = machine.enter(2);
          for (int i = 0; i < 200 || stores.get() < 10; i++) { // on a busy host it starts first
            machine.hotplug().offline(two, 1);
            machine.hotplug().online(two, 1);
          }
          machine.leave(two);
        });
    while (!hotplug.isDone()) {
      slub.store(cpu, cache, "shrink", "1");
      slub.store(cpu, cache, "cpu_partial", "30");
      stores.incrementAndGet();
    }
    hotplug.get(30, TimeUnit.SECONDS);
    assertThat(stores.get()).isGreaterThanOrEqualTo(10);
    machine.leave(cpu);
  }
}
