package io.slablab.allocator.lockdep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.lockdep.Report.FreedWhileHeld;
import io.slablab.allocator.lockdep.Report.InitWhileHeld;
import io.slablab.allocator.lockdep.Report.NotHeld;
import io.slablab.allocator.lockdep.Report.StillHeld;
import io.slablab.allocator.lockdep.Report.TooDeep;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockClass.Kind;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Work;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Locks that are held when they should not be, and the other way round. */
class HeldLocksTest {
  private static final LockClass FIELD = new LockClass("field", Kind.RAW_SPIN_IRQSAVE);

  @Test
  @DisplayName("T-LD-8: a second unlock is reported and does not happen")
  void doubleUnlock() {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      SpinLock spin = f.spin("S");
      Mutex mutex = f.mutex("M");
      spin.lockIrqsave(f.cpu);
      spin.unlockIrqrestore(f.cpu);
      mutex.lock(f.cpu);
      mutex.unlock(f.cpu);
      assertThat(f.reports()).isEmpty();
      Cpu other = f.machine.enter(1);
      spin.lock(other);
      spin.unlock(f.cpu); // the other CPU's
      assertThat(f.reports()).singleElement().isInstanceOf(NotHeld.class);
      assertThat(spin.tryLock(f.cpu)).as("still the other's").isFalse();
      mutex.unlock(f.cpu);
      assertThat(f.reports()).hasSize(2).allMatch(NotHeld.class::isInstance);
    }
  }

  @Test
  @DisplayName("T-LD-8: an interrupt does not release what it interrupted the holder of")
  void unlockInAnInterrupt() {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      Mutex mutex = f.mutex("M");
      mutex.lock(f.cpu);
      f.cpu.interrupt(_ -> mutex.unlock(f.cpu));
      assertThat(f.reports()).singleElement().isInstanceOf(NotHeld.class);
      mutex.unlock(f.cpu);
      assertThat(f.reports()).hasSize(1);
    }
  }

  @Test
  @DisplayName("T-LD-8: locks may be released in any order")
  void anyOrderOfRelease() {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      Mutex a = f.mutex("A");
      Mutex b = f.mutex("B");
      Mutex c = f.mutex("C");
      a.lock(f.cpu);
      b.lock(f.cpu);
      a.unlock(f.cpu);
      c.lock(f.cpu);
      b.unlock(f.cpu);
      c.unlock(f.cpu);
      assertThat(f.reports()).isEmpty();
      assertThat(f.lockdep.dependencies())
          .extracting(dependency -> dependency.from() + dependency.to())
          .containsExactlyInAnyOrder("AB", "BC");
    }
  }

  @Test
  @DisplayName("T-LD-9: a lock initialised while held is reported; a free one, or another, is not")
  void initWhileHeld() {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      EmbeddedSpinLock lock = f.machine.embeddedSpinLock(FIELD);
      Memory memory = f.machine.memory("objects", 64);
      lock.init(f.cpu, memory, 16);
      lock.lockIrqsave(f.cpu, memory, 16);
      lock.init(f.cpu, memory, 24);
      assertThat(f.reports()).isEmpty();
      lock.init(f.cpu, memory, 16);
      assertThat(f.reports()).singleElement().isInstanceOf(InitWhileHeld.class);
    }
  }

  @Test
  @DisplayName("T-LD-9: an object freed with a held lock in it is reported; its neighbour is not")
  void freedWhileHeld() {
    try (LockdepFixture f = LockdepFixture.full()) {
      PageAllocator pages = new PageAllocator(f.machine, PageConfig.ofPagesPerNode(4096));
      Slub slub = new Slub(f.machine, pages, SlubConfig.defaults(MemoryMode.META));
      slub.install(f.lockdep.hooks(pages.memory()));
      KmemCache cache = slub.create(f.cpu, "objects", 64, KmemCacheArgs.NONE);
      EmbeddedSpinLock lock = f.machine.embeddedSpinLock(FIELD);
      long object = cache.alloc(f.cpu, Gfp.GFP_KERNEL);
      long neighbour = cache.alloc(f.cpu, Gfp.GFP_KERNEL);
      lock.init(f.cpu, pages.memory(), object + 60);
      lock.lockIrqsave(f.cpu, pages.memory(), object + 60);
      cache.free(f.cpu, neighbour);
      assertThat(f.reports()).isEmpty();
      cache.free(f.cpu, object);
      assertThat(f.reports()).singleElement().isInstanceOf(FreedWhileHeld.class);
    }
  }

  @Test
  @DisplayName("T-LD-25: 48 locks are followed; one more is reported, and its release is not")
  void depth() {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      List<Mutex> locks = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        locks.add(f.mutex("level " + i));
      }
      locks.forEach(lock -> lock.lock(f.cpu));
      assertThat(f.reports()).isEmpty();
      Mutex more = f.mutex("level 48");
      more.lock(f.cpu);
      assertThat(f.reports()).singleElement().isInstanceOf(TooDeep.class);
      more.unlock(f.cpu);
      locks.reversed().forEach(lock -> lock.unlock(f.cpu));
      assertThat(f.reports()).hasSize(1);
      locks.getFirst().unlock(f.cpu);
      assertThat(f.reports()).last().isInstanceOf(NotHeld.class);
    }
  }

  @Test
  @DisplayName("T-LD-28: work runs, interrupts end and CPUs are left with nothing held")
  void stillHeld() {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      Mutex mutex = f.mutex("M");
      Mutex leaked = f.mutex("leaked");
      f.cpu.queue(
          new Work(
              "w",
              cpu -> {
                mutex.lock(cpu);
                mutex.unlock(cpu);
              }));
      f.cpu.poll();
      f.cpu.interrupt(_ -> {});
      assertThat(f.reports()).isEmpty();
      mutex.lock(f.cpu);
      f.cpu.queue(new Work("w", _ -> {}));
      f.cpu.poll();
      mutex.unlock(f.cpu);
      assertThat(f.reports()).hasSize(1);
      f.cpu.queue(new Work("w", cpu -> leaked.tryLock(cpu)));
      f.cpu.poll();
      assertThat(f.reports()).hasSize(2);
      mutex.lock(f.cpu);
      f.machine.leave(f.cpu);
      assertThat(f.reports()).hasSize(3).allMatch(StillHeld.class::isInstance);
      assertThat(f.reports().getLast().text()).contains("holding [M]", "leaves its CPU");
    }
  }

  @Test
  @DisplayName("two locks of one name but of two kinds are refused")
  void oneNameOneKind() {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      f.mutex("A");
      assertThatThrownBy(() -> f.spin("A")).hasMessageContaining("two lock classes of one name");
      assertThatThrownBy(() -> f.leaf("A", 0)).hasMessageContaining("two lock classes of one name");
    }
  }
}
