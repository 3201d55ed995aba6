package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 2.14: what a dead CPU kept of every cache is taken by the one that took it down. */
@Timeout(60)
class CpuDeadTest {
  private static final KmemCacheArgs ALONE = KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE);

  private final Machine machine = HostMachine.of(HostConfig.uniform(3, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
  private final Rcu rcu = new Rcu(machine, RcuConfig.DEFAULT.hurried());

  @AfterEach
  void close() {
    machine.close();
  }

  private Slub slub(MemoryMode mode) {
    return new Slub(machine, pages, SlubConfig.defaults(mode), rcu);
  }

  /** CPU 1 ends up with a slab and a stack of partial ones. */
  private void useOnOne(KmemCache cache) {
    Cpu one = machine.enter(1);
    List<Long> objects = new ArrayList<>();
    for (int i = 0; i < 6 * cache.geometry().objects(); i++) {
      objects.add(cache.alloc(one, Gfp.GFP_KERNEL));
    }
    objects.forEach(object -> cache.free(one, object));
    machine.leave(one);
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void slabAndPartialSlabsAreTaken(MemoryMode mode) {
    Slub slub = slub(mode);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 1024, ALONE);
    useOnOne(cache);
    assertThat(cache.cpus[1].slab).isNotNull();
    assertThat(cache.cpus[1].partial).isNotNull();
    machine.hotplug().offline(cpu, 1);
    assertThat(cache.cpus[1].slab).isNull();
    assertThat(cache.cpus[1].partial).isNull();
    cache.verify();
    assertThat(cache.stats().cpuSlabs()).isZero();
    machine.hotplug().online(cpu, 1);
    useOnOne(cache);
    cache.verify();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    pages.drainAll(cpu);
    pages.verify(0);
  }

  @Test
  void sheavesAreTakenAndThoseForReadersGoTheirWay() {
    Slub slub = slub(MemoryMode.FULL);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 1024, ALONE);
    Sheaves sheaves = slub.sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY);
    Cpu one = machine.enter(1);
    List<Long> objects = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      objects.add(sheaves.alloc(one, Gfp.GFP_KERNEL));
    }
    for (int i = 0; i < 25; i++) {
      sheaves.free(one, objects.get(i));
    }
    cache.kfreeRcu(one, objects.get(25));
    machine.leave(one);
    machine.hotplug().offline(cpu, 1);
    CpuSheaves dead = sheaves.of(1);
    assertThat(dead.main.isEmpty()).isTrue();
    assertThat(dead.spare == null || dead.spare.isEmpty()).isTrue();
    assertThat(dead.rcuFree).isNull();
    rcu.barrier(cpu);
    assertThat(cache.stats().objectsInUse()).isEqualTo(4 + sheaves.objects()); // some in the barn
    for (int i = 26; i < 30; i++) {
      sheaves.free(cpu, objects.get(i));
    }
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    pages.drainAll(cpu);
    pages.verify(0);
  }

  /** CPUs go and come while others allocate, free, shrink and end caches. */
  @Test
  void cpusComeAndGoUnderUse() throws InterruptedException {
    Slub slub = slub(MemoryMode.META);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 512, ALONE);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    AtomicInteger stop = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int id = 1; id < 3; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failed.set(e))
              .start(() -> {
                while (stop.get() == 0) {
                  useShortly(slub, cache, mine);
                }
              }));
    }
    for (int i = 0; i < 100 && failed.get() == null; i++) {
      machine.hotplug().offline(cpu, 1 + (i & 1));
      cache.shrink(cpu);
      machine.hotplug().online(cpu, 1 + (i & 1));
      cpu.poll();
    }
    stop.set(1);
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        cpu.poll();
      }
    }
    assertThat(failed.get()).isNull();
    cache.verify();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    pages.drainAll(cpu);
    pages.verify(0);
  }

  private void useShortly(Slub slub, KmemCache cache, int id) {
    Cpu cpu;
    try {
      cpu = machine.enter(id);
    } catch (IllegalStateException _) {
      return; // offline
    }
    long[] objects = new long[100];
    for (int round = 0; round < 5; round++) {
      assertThat(cache.allocBulk(cpu, Gfp.GFP_KERNEL, 100, objects)).isEqualTo(100);
      cache.freeBulk(cpu, 100, objects);
      cpu.poll();
    }
    KmemCache own = slub.create(cpu, "own" + id, 512, ALONE);
    own.kfreeRcu(cpu, own.alloc(cpu, Gfp.GFP_KERNEL));
    assertThat(slub.destroy(cpu, own)).isEqualTo(DestroyResult.DONE);
    machine.leave(cpu);
  }
}
