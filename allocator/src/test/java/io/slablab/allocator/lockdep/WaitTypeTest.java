package io.slablab.allocator.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.Report.MaySleep;
import io.slablab.allocator.lockdep.Report.WaitContext;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.page.Gfp;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may wait inside of what. */
class WaitTypeTest {

  /** Where something is done. */
  enum Inside {
    NOTHING((_, body) -> body.run(), true, true),
    A_MUTEX(
        (f, body) -> {
          Mutex mutex = f.mutex("outer mutex");
          mutex.lock(f.cpu);
          body.run();
          mutex.unlock(f.cpu);
        },
        true,
        true),
    A_SPIN_LOCK(
        (f, body) -> {
          SpinLock lock = f.machine.spinLock(PLAIN);
          lock.lock(f.cpu);
          body.run();
          lock.unlock(f.cpu);
        },
        true,
        false),
    A_RAW_SPIN_LOCK(
        (f, body) -> {
          SpinLock lock = f.raw("outer raw");
          lock.lockIrqsave(f.cpu);
          body.run();
          lock.unlockIrqrestore(f.cpu);
        },
        false,
        false),
    A_HARDIRQ((f, body) -> f.cpu.interrupt(_ -> body.run()), true, false),
    A_SOFTIRQ((f, body) -> f.cpu.softirq(_ -> body.run()), true, false),
    IRQS_OFF(LockdepFixture::irqsOff, true, false),
    AN_RCU_READER(
        (f, body) -> {
          f.cpu.begin(Section.RCU_READER);
          body.run();
          f.cpu.end(Section.RCU_READER);
        },
        true,
        false);

    private final BiConsumer<LockdepFixture, Runnable> around;
    private final boolean spins;
    private final boolean sleeps;

    Inside(BiConsumer<LockdepFixture, Runnable> around, boolean spins, boolean sleeps) {
      this.around = around;
      this.spins = spins;
      this.sleeps = sleeps;
    }
  }

  private static final LockClass PLAIN = new LockClass("outer spin", LockClass.Kind.SPIN);

  /** T-LD-13: a mutex where nothing may sleep is reported, elsewhere not. */
  @ParameterizedTest
  @EnumSource(Inside.class)
  void mutexInside(Inside inside) {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      Mutex mutex = f.mutex("M");
      inside.around.accept(
          f,
          () -> {
            mutex.lock(f.cpu);
            mutex.unlock(f.cpu);
          });
      assertThat(f.reports())
          .hasSize(inside.sleeps ? 0 : 1)
          .allMatch(WaitContext.class::isInstance);
    }
  }

  /** T-LD-13: a spin lock under a raw one is reported, elsewhere not. */
  @ParameterizedTest
  @EnumSource(Inside.class)
  void spinLockInside(Inside inside) {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      SpinLock lock = f.spin("S");
      inside.around.accept(
          f,
          () -> {
            lock.lockIrqsave(f.cpu);
            lock.unlockIrqrestore(f.cpu);
          });
      assertThat(f.reports()).hasSize(inside.spins ? 0 : 1).allMatch(WaitContext.class::isInstance);
    }
  }

  @ParameterizedTest
  @EnumSource(Inside.class)
  @DisplayName("T-LD-13: a raw spin lock, an RCU reader and a tried mutex may be anywhere")
  void whatMayBeAnywhere(Inside inside) {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      SpinLock raw = f.raw("R");
      Mutex mutex = f.mutex("M");
      inside.around.accept(
          f,
          () -> {
            raw.lockIrqsave(f.cpu);
            raw.unlockIrqrestore(f.cpu);
            f.cpu.begin(Section.RCU_READER);
            f.cpu.begin(Section.RCU_READER);
            f.cpu.end(Section.RCU_READER);
            f.cpu.end(Section.RCU_READER);
            assertThat(mutex.tryLock(f.cpu)).isTrue();
            mutex.unlock(f.cpu);
          });
      assertThat(f.reports()).isEmpty();
    }
  }

  /** T-LD-13: a call that may sleep is reported even when it does not. */
  @ParameterizedTest
  @EnumSource(Inside.class)
  void sleepersInside(Inside inside) {
    try (LockdepFixture f = LockdepFixture.of(LockdepLevel.LOCKS)) {
      inside.around.accept(
          f,
          () -> {
            f.cpu.mightAlloc(Gfp.GFP_ATOMIC);
            f.cpu.mightAlloc(Gfp.GFP_KERNEL);
            f.cpu.mightSleep();
          });
      assertThat(f.reports()).hasSize(inside.sleeps ? 0 : 2).allMatch(MaySleep.class::isInstance);
    }
  }
}
