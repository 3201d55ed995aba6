package io.slablab.allocator.lockdep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.lockdep.Report.CircularOrder;
import io.slablab.allocator.lockdep.Report.NotHeld;
import io.slablab.allocator.lockdep.Report.Recursion;
import io.slablab.allocator.lockdep.Report.StillHeld;
import io.slablab.allocator.lockdep.Report.WaitContext;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuHotplug;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The locks of CPU hotplug in the order of all others. */
@Timeout(60)
class HotplugLockTest {

  private static Slub slub(Machine machine) {
    PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
    return new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META));
  }

  /** A cache lives, a CPU goes and comes, the cache is shrunk and ends. */
  private static void everyUser(Cpu cpu, CpuHotplug hotplug, Slub slub) {
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    cache.free(cpu, cache.alloc(cpu, Gfp.GFP_KERNEL));
    hotplug.offline(cpu, 1);
    hotplug.online(cpu, 1);
    cache.shrink(cpu);
    slub.destroy(cpu, cache);
  }

  @Test
  @DisplayName("T-LD-35: changes of CPUs, shrinking and destruction keep one order")
  void everyUserKeepsTheOrder() {
    try (LockdepFixture f = LockdepFixture.full()) {
      everyUser(f.cpu, f.machine.hotplug(), slub(f.machine));
      assertThat(f.reports()).isEmpty();
      assertThat(f.lockdep.dependencies())
          .extracting(d -> d.from() + " -> " + d.to())
          .contains(
              "cpu_add_remove_lock -> cpu_hotplug_lock",
              "cpu_hotplug_lock -> slab_mutex",
              "cpu_hotplug_lock -> flush_lock");
    }
  }

  @Test
  @DisplayName("T-LD-35: cpu_hotplug_lock under slab_mutex, which its holders take")
  void wantedUnderSlabMutex() {
    try (LockdepFixture f = LockdepFixture.full()) {
      Slub slub = slub(f.machine);
      slub.destroy(f.cpu, slub.create(f.cpu, "c", 256, KmemCacheArgs.NONE));
      Mutex slabMutex = f.mutex("slab_mutex");
      slabMutex.lock(f.cpu);
      f.machine.hotplug().readLock(f.cpu);
      assertThat(f.reports()).singleElement().isInstanceOf(CircularOrder.class);
      assertThat(f.reports().getFirst().text())
          .contains("wants cpu_hotplug_lock while it holds slab_mutex")
          .contains("cpu_hotplug_lock -> slab_mutex");
    }
  }

  @Test
  @DisplayName("T-LD-35: a change of CPUs under slab_mutex is refused before the CPU goes")
  void changeUnderSlabMutex() {
    Machine bare = HostMachine.of(HostConfig.uniform(2, 1));
    Lockdep lockdep = Lockdep.strict(bare, LockdepLevel.FULL);
    Machine machine = lockdep.machine();
    Cpu cpu = machine.enter(0);
    everyUser(cpu, machine.hotplug(), slub(machine));
    Mutex slabMutex = machine.mutex(new LockClass("slab_mutex", LockClass.Kind.MUTEX));
    slabMutex.lock(cpu);
    assertThatThrownBy(() -> machine.hotplug().offline(cpu, 1))
        .isInstanceOf(LockdepException.class)
        .hasMessageContaining("wants cpu_add_remove_lock while it holds slab_mutex");
    assertThat(machine.hotplug().isOnline(1)).isTrue();
    slabMutex.unlock(cpu);
    machine.hotplug().offline(cpu, 1);
    assertThat(machine.hotplug().isOffline(1)).isTrue();
    machine.leave(cpu);
    machine.close();
  }

  @Test
  @DisplayName("T-LD-35: readers do not nest, since a writer in between keeps the inner one out")
  void readersDoNotNest() {
    try (LockdepFixture f = LockdepFixture.full()) {
      f.machine.hotplug().readLock(f.cpu);
      assertThatThrownBy(() -> f.machine.hotplug().readLock(f.cpu))
          .isInstanceOf(LockdepException.class);
      assertThat(f.reports()).singleElement().isInstanceOf(Recursion.class);
      f.machine.hotplug().readUnlock(f.cpu);
    }
  }

  @Test
  @DisplayName("T-LD-35: it sleeps, so not under a spin lock nor with interrupts off")
  void sleeps() {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock spin = f.spin("spin");
      spin.lockIrqsave(f.cpu);
      f.machine.hotplug().readLock(f.cpu);
      f.machine.hotplug().readUnlock(f.cpu);
      spin.unlockIrqrestore(f.cpu);
      assertThat(f.reports()).singleElement().isInstanceOf(WaitContext.class);
    }
    try (LockdepFixture f = LockdepFixture.full()) {
      f.irqsOff(() -> f.machine.hotplug().readLock(f.cpu));
      assertThat(f.reports()).singleElement().isInstanceOf(WaitContext.class);
    }
  }

  @Test
  @DisplayName("T-LD-35: released by who does not hold it, and left held")
  void heldOrNot() {
    try (LockdepFixture f = LockdepFixture.full()) {
      CpuHotplug hotplug = f.machine.hotplug();
      hotplug.readUnlock(f.cpu);
      assertThat(f.reports()).singleElement().isInstanceOf(NotHeld.class);
      hotplug.offline(f.cpu, 1); // the lock is as it was
      hotplug.online(f.cpu, 1);
      hotplug.readLock(f.cpu);
      f.machine.leave(f.cpu);
      assertThat(f.reports()).hasSize(2).hasAtLeastOneElementOfType(StillHeld.class);
    }
  }
}
