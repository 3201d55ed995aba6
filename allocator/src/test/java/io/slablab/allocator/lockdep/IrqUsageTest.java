package io.slablab.allocator.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.Report.IrqInversion;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.SpinLock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Locks of interrupts and locks that interrupts may hit, in every order of events. */
class IrqUsageTest {
  private static final List<List<Integer>> ORDERS =
      List.of(
          List.of(0, 1, 2),
          List.of(0, 2, 1),
          List.of(1, 0, 2),
          List.of(1, 2, 0),
          List.of(2, 0, 1),
          List.of(2, 1, 0));

  /** What comes in between. */
  enum Interrupt {
    HARD {
      @Override
      void run(LockdepFixture f, CpuTask handler) {
        f.cpu.interrupt(handler);
      }
    },
    SOFT {
      @Override
      void run(LockdepFixture f, CpuTask handler) {
        f.cpu.softirq(handler);
      }
    };

    abstract void run(LockdepFixture f, CpuTask handler);
  }

  private static void take(LockdepFixture f, SpinLock... locks) {
    for (SpinLock lock : locks) {
      lock.lock(f.cpu);
    }
    for (int i = locks.length - 1; i >= 0; i--) {
      locks[i].unlock(f.cpu);
    }
  }

  private static void with(LockdepFixture f, LockMap map, LockMode mode, Runnable inside) {
    map.acquire(f.cpu, mode);
    inside.run();
    map.release(f.cpu);
  }

  /**
   * T-LD-10: one lock, held with interrupts on and wanted in an interrupt, whichever came first.
   */
  @ParameterizedTest
  @EnumSource(Interrupt.class)
  void oneLockInTaskAndInterrupt(Interrupt interrupt) {
    for (boolean taskFirst : new boolean[] {true, false}) {
      try (LockdepFixture f = LockdepFixture.full()) {
        SpinLock lock = f.spin("A");
        if (taskFirst) {
          take(f, lock);
          interrupt.run(f, _ -> take(f, lock));
        } else {
          interrupt.run(f, _ -> take(f, lock));
          take(f, lock);
        }
        assertThat(f.reports()).singleElement().isInstanceOf(IrqInversion.class);
        assertThat(f.reports().getFirst().text()).contains("A -> A (first seen in an interrupt");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Interrupt.class)
  @DisplayName("T-LD-10: with interrupts off in the task there is nothing to find")
  void oneLockWithInterruptsOff(Interrupt interrupt) {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock lock = f.spin("A");
      f.irqsOff(() -> take(f, lock));
      interrupt.run(f, _ -> take(f, lock));
      f.irqsOff(() -> take(f, lock));
      assertThat(f.reports()).isEmpty();
    }
  }

  @Test
  @DisplayName("T-LD-10: interrupts that come on while the lock is held count as on")
  void interruptsComeOnLater() {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock lock = f.spin("A");
      f.cpu.interrupt(_ -> take(f, lock));
      f.cpu.irqOff();
      lock.lock(f.cpu);
      f.cpu.irqOn();
      assertThat(f.reports()).isEmpty();
      lock.unlock(f.cpu);
      assertThat(f.reports()).singleElement().isInstanceOf(IrqInversion.class);
    }
  }

  @Test
  @DisplayName("T-LD-10: a softirq's lock may be held in the softirq with interrupts on")
  void softirqsDoNotInterruptEachOther() {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock lock = f.spin("A");
      f.cpu.softirq(_ -> take(f, lock));
      f.cpu.softirq(_ -> take(f, lock));
      assertThat(f.reports()).isEmpty();
      f.cpu.interrupt(_ -> take(f, lock));
      assertThat(f.reports()).singleElement().isInstanceOf(IrqInversion.class);
    }
  }

  static Stream<Arguments> ordersAndInterrupts() {
    return ORDERS.stream()
        .flatMap(order -> Stream.of(Interrupt.values()).map(i -> Arguments.of(order, i)));
  }

  /** T-LD-11: an interrupt's lock leads to one that is held with interrupts on. */
  @ParameterizedTest
  @MethodSource("ordersAndInterrupts")
  void anInterruptsLockLeadsToAnUnsafeOne(List<Integer> order, Interrupt interrupt) {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock safe = f.spin("safe");
      SpinLock between = f.spin("between");
      SpinLock unsafe = f.spin("unsafe");
      Runnable[] events = {
        () -> interrupt.run(f, _ -> take(f, safe)),
        () -> take(f, unsafe),
        () ->
            f.irqsOff(() -> {
              take(f, safe, between);
              take(f, between, unsafe);
            })
      };
      order.subList(0, 2).forEach(event -> events[event].run());
      assertThat(f.reports()).as("two of three events").isEmpty();
      events[order.get(2)].run();
      assertThat(f.reports()).singleElement().isInstanceOf(IrqInversion.class);
      IrqInversion report = (IrqInversion) f.reports().getFirst();
      assertThat(report.chain())
          .extracting(dependency -> dependency.from() + dependency.to())
          .containsExactlyInAnyOrder("safebetween", "betweenunsafe", "unsafesafe");
    }
  }

  @ParameterizedTest
  @MethodSource("ordersAndInterrupts")
  @DisplayName("T-LD-11: as long as the last one is taken with interrupts off, all is well")
  void anInterruptsLockLeadsToASafeOne(List<Integer> order, Interrupt interrupt) {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock a = f.spin("A");
      SpinLock b = f.spin("B");
      Runnable[] events = {
        () -> interrupt.run(f, _ -> take(f, a)),
        () -> f.irqsOff(() -> take(f, b)),
        () -> f.irqsOff(() -> take(f, a, b))
      };
      order.forEach(event -> events[event].run());
      assertThat(f.reports()).isEmpty();
    }
  }

  /** Three events around a lock with readers (A) and a spin lock (B). */
  enum Readers {
    /** Written with B inside; B with interrupts on; the interrupt reads. */
    INVERSION(true) {
      @Override
      Runnable[] events(LockdepFixture f, Interrupt interrupt, LockMap a, SpinLock b) {
        return new Runnable[] {
          () -> f.irqsOff(() -> with(f, a, LockMode.EXCLUSIVE, () -> take(f, b))),
          () -> take(f, b),
          () -> interrupt.run(f, _ -> with(f, a, LockMode.RECURSIVE_READ, () -> {}))
        };
      }
    },
    /** Read with interrupts on and read in the interrupt, which then takes B. */
    RECURSION(false) {
      @Override
      Runnable[] events(LockdepFixture f, Interrupt interrupt, LockMap a, SpinLock b) {
        return new Runnable[] {
          () -> f.irqsOff(() -> with(f, a, LockMode.EXCLUSIVE, () -> {})),
          () -> with(f, a, LockMode.RECURSIVE_READ, () -> {}),
          () -> interrupt.run(f, _ -> with(f, a, LockMode.RECURSIVE_READ, () -> take(f, b)))
        };
      }
    },
    /** Written under B; read with interrupts on; the interrupt takes B. */
    RECURSION_UNSAFE(true) {
      @Override
      Runnable[] events(LockdepFixture f, Interrupt interrupt, LockMap a, SpinLock b) {
        return new Runnable[] {
          () ->
              f.irqsOff(() -> {
                b.lock(f.cpu);
                with(f, a, LockMode.EXCLUSIVE, () -> {});
                b.unlock(f.cpu);
              }),
          () -> with(f, a, LockMode.RECURSIVE_READ, () -> {}),
          () -> interrupt.run(f, _ -> take(f, b))
        };
      }
    },
    /** As before, but only read under B: a reader does not wait for a reader. */
    RECURSION_OF_READERS(false) {
      @Override
      Runnable[] events(LockdepFixture f, Interrupt interrupt, LockMap a, SpinLock b) {
        return new Runnable[] {
          () ->
              f.irqsOff(() -> {
                b.lock(f.cpu);
                with(f, a, LockMode.RECURSIVE_READ, () -> {});
                b.unlock(f.cpu);
              }),
          () -> with(f, a, LockMode.RECURSIVE_READ, () -> {}),
          () -> interrupt.run(f, _ -> take(f, b))
        };
      }
    },
    /** Written with interrupts on, read in the interrupt. */
    WRITTEN_WITH_INTERRUPTS_ON(true) {
      @Override
      Runnable[] events(LockdepFixture f, Interrupt interrupt, LockMap a, SpinLock b) {
        return new Runnable[] {
          () -> f.irqsOff(() -> take(f, b)),
          () -> with(f, a, LockMode.EXCLUSIVE, () -> {}),
          () -> interrupt.run(f, _ -> with(f, a, LockMode.RECURSIVE_READ, () -> {}))
        };
      }
    };

    final boolean deadlocks;

    Readers(boolean deadlocks) {
      this.deadlocks = deadlocks;
    }

    abstract Runnable[] events(LockdepFixture f, Interrupt interrupt, LockMap a, SpinLock b);
  }

  /** T-LD-12: readers in interrupts, in every order of the three events. */
  @ParameterizedTest
  @EnumSource(Readers.class)
  void readersInInterrupts(Readers scenario) {
    for (Interrupt interrupt : Interrupt.values()) {
      for (List<Integer> order : ORDERS) {
        try (LockdepFixture f = LockdepFixture.full()) {
          Runnable[] events = scenario.events(f, interrupt, f.rwlock("A"), f.spin("B"));
          order.forEach(event -> events[event].run());
          assertThat(f.reports())
              .as("%s %s", interrupt, order)
              .hasSize(scenario.deadlocks ? 1 : 0)
              .allMatch(IrqInversion.class::isInstance);
        }
      }
    }
  }
}
