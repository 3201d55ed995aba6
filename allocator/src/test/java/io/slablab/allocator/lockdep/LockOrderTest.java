package io.slablab.allocator.lockdep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.lockdep.Report.CircularOrder;
import io.slablab.allocator.lockdep.Report.Recursion;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockClass.Kind;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Orders in the manner of the kernel's locking selftest: each with every kind of lock. */
class LockOrderTest {

  /** A kind of lock in the table's columns. */
  enum Column {
    SPIN {
      @Override
      Runnable[] lock(LockdepFixture f, String name) {
        SpinLock lock = f.spin(name);
        return new Runnable[] {() -> lock.lockIrqsave(f.cpu), () -> lock.unlockIrqrestore(f.cpu)};
      }
    },
    MUTEX {
      @Override
      Runnable[] lock(LockdepFixture f, String name) {
        Mutex lock = f.mutex(name);
        return new Runnable[] {() -> lock.lock(f.cpu), () -> lock.unlock(f.cpu)};
      }
    },
    EMBEDDED {
      @Override
      Runnable[] lock(LockdepFixture f, String name) {
        EmbeddedSpinLock lock =
            f.machine.embeddedSpinLock(new LockClass(name, Kind.RAW_SPIN_IRQSAVE));
        Memory memory = f.machine.memory(name, 64);
        return new Runnable[] {
          () -> lock.lockIrqsave(f.cpu, memory, 8), () -> lock.unlockIrqrestore(f.cpu, memory, 8)
        };
      }
    },
    WRITER {
      @Override
      Runnable[] lock(LockdepFixture f, String name) {
        LockMap map = f.rwlock(name);
        return new Runnable[] {
          () -> map.acquire(f.cpu, LockMode.EXCLUSIVE), () -> map.release(f.cpu)
        };
      }
    },
    READER {
      @Override
      Runnable[] lock(LockdepFixture f, String name) {
        LockMap map = f.rwlock(name);
        return new Runnable[] {
          () -> map.acquire(f.cpu, LockMode.RECURSIVE_READ), () -> map.release(f.cpu)
        };
      }
    };

    /** How to take and how to release a new lock. */
    abstract Runnable[] lock(LockdepFixture f, String name);
  }

  /** Takes pairs of locks: "ABBA" is B under A, then A under B. */
  private static void run(LockdepFixture f, Column column, String pairs) {
    Map<Character, Runnable[]> locks = new HashMap<>();
    for (int i = 0; i < pairs.length(); i += 2) {
      Runnable[] outer = locks.computeIfAbsent(pairs.charAt(i), c -> column.lock(f, "" + c));
      Runnable[] inner = locks.computeIfAbsent(pairs.charAt(i + 1), c -> column.lock(f, "" + c));
      outer[0].run();
      inner[0].run();
      inner[1].run();
      outer[1].run();
    }
  }

  static Stream<Arguments> circles() {
    String[][] cases = {
      {"T-LD-2", "ABBA"},
      {"T-LD-3", "ABBCCA"},
      {"T-LD-4", "ABCABC"},
      {"T-LD-5", "ABBCCDDA"},
      {"T-LD-6", "ABCDBDDA"},
      {"T-LD-7", "ABCDBCDA"},
    };
    return Stream.of(cases)
        .flatMap(row -> Stream.of(Column.values()).map(c -> Arguments.of(row[0], row[1], c)));
  }

  /**
   * T-LD-2, T-LD-3, T-LD-4, T-LD-5, T-LD-6, T-LD-7: each circle is found with the pair that closes
   * it, for every kind of lock but recursive readers, who never wait for one another.
   */
  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("circles")
  void circlesAreFoundWithTheirLastPair(String id, String pairs, Column column) {
    try (LockdepFixture f = LockdepFixture.full()) {
      run(f, column, pairs.substring(0, pairs.length() - 2));
      assertThat(f.reports()).as("before the last pair").isEmpty();
    }
    try (LockdepFixture f = LockdepFixture.full()) {
      run(f, column, pairs);
      if (column == Column.READER) {
        assertThat(f.reports()).isEmpty();
        return;
      }
      assertThat(f.reports()).singleElement().isInstanceOf(CircularOrder.class);
      CircularOrder report = (CircularOrder) f.reports().getFirst();
      assertThat(report.chain().getFirst().from()).isEqualTo("" + pairs.charAt(pairs.length() - 2));
      assertThat(report.chain().getLast().to()).isEqualTo(report.chain().getFirst().from());
      assertThat(report.where().trace()).anyMatch(call -> call.contains("LockOrderTest"));
      assertThat(report.text()).contains("other way round").doesNotContain("\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"ABABAB", "ABBCAC", "ABACBCADBDCD", "ABBCCDAD"})
  @DisplayName("T-LD-2..7: an order that holds everywhere is no circle")
  void oneOrderIsNoCircle(String pairs) {
    for (Column column : Column.values()) {
      try (LockdepFixture f = LockdepFixture.full()) {
        run(f, column, pairs);
        assertThat(f.reports()).as("%s", column).isEmpty();
      }
    }
  }

  /** T-LD-1: a lock that its holder wants again is refused before the wait, whatever the mode. */
  @ParameterizedTest
  @EnumSource(Column.class)
  void ownLockAgain(Column column) {
    try (LockdepFixture f = LockdepFixture.full()) {
      Runnable[] lock = column.lock(f, "A");
      lock[0].run();
      lock[1].run();
      lock[0].run();
      if (column == Column.READER) {
        lock[0].run();
        assertThat(f.reports()).isEmpty();
        return;
      }
      assertThatThrownBy(lock[0]::run)
          .isInstanceOf(LockdepException.class)
          .hasMessageContaining("holds itself");
      assertThat(f.reports()).singleElement().isInstanceOf(Recursion.class);
    }
  }

  @Test
  @DisplayName("T-LD-1: another lock of a class that is held may be in anybody's order")
  void twoLocksOfOneClass() {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock one = f.spin("A");
      SpinLock other = f.spin("A");
      one.lockIrqsave(f.cpu);
      other.lockIrqsave(f.cpu);
      other.unlockIrqrestore(f.cpu);
      one.unlockIrqrestore(f.cpu);
      assertThat(f.reports()).singleElement().isInstanceOf(Recursion.class);
      assertThat(f.reports().getFirst().text()).contains("another lock of that class");
    }
  }

  @Test
  @DisplayName("T-LD-2: a reader that a waiting writer keeps out makes circles as a writer does")
  void readersThatWaitForWriters() {
    try (LockdepFixture f = LockdepFixture.full()) {
      LockMap a = f.rwlock("A");
      SpinLock b = f.spin("B");
      f.irqsOff(() -> {
        a.acquire(f.cpu, LockMode.READ);
        b.lock(f.cpu);
        b.unlock(f.cpu);
        a.release(f.cpu);
        b.lock(f.cpu);
        a.acquire(f.cpu, LockMode.RECURSIVE_READ);
        a.release(f.cpu);
        b.unlock(f.cpu);
        assertThat(f.reports()).as("a recursive reader does not wait for a reader").isEmpty();
        b.lock(f.cpu);
        a.acquire(f.cpu, LockMode.READ);
        a.release(f.cpu);
        b.unlock(f.cpu);
      });
      assertThat(f.reports()).singleElement().isInstanceOf(CircularOrder.class);
    }
  }

  @Test
  @DisplayName("T-LD-2: what is only tried is ordered after nothing; what follows it is")
  void aTriedLockWaitsForNothing() {
    try (LockdepFixture f = LockdepFixture.full()) {
      SpinLock a = f.spin("A");
      SpinLock b = f.spin("B");
      f.irqsOff(() -> {
        a.lock(f.cpu);
        assertThat(b.tryLock(f.cpu)).isTrue();
        b.unlock(f.cpu);
        a.unlock(f.cpu);
        b.lock(f.cpu);
        a.lock(f.cpu);
        a.unlock(f.cpu);
        b.unlock(f.cpu);
        assertThat(f.reports()).isEmpty();
        assertThat(a.tryLock(f.cpu)).isTrue();
        b.lock(f.cpu);
      });
      assertThat(f.reports()).singleElement().isInstanceOf(CircularOrder.class);
    }
  }

  @Test
  @DisplayName("T-LD-2: the two halves of a circle may be seen on two CPUs, years apart")
  void halvesOnTwoCpus() {
    try (LockdepFixture f = LockdepFixture.full()) {
      Mutex a = f.mutex("A");
      Mutex b = f.mutex("B");
      Cpu other = f.machine.enter(1);
      a.lock(f.cpu);
      b.lock(f.cpu);
      b.unlock(f.cpu);
      a.unlock(f.cpu);
      b.lock(other);
      a.lock(other);
      a.unlock(other);
      b.unlock(other);
      CircularOrder report = (CircularOrder) f.reports().getFirst();
      assertThat(report.where().cpu()).isEqualTo(1);
      assertThat(report.chain().get(1).held()).containsExactly("A");
      assertThat(report.text())
          .startsWith("CPU 1 (task, holding [B]) wants A while it holds B")
          .contains("A -> B (first seen in task holding [A])");
      assertThat(f.lockdep.dependencies()).hasSize(2);
    }
  }

  @Test
  @DisplayName("T-LD-2: a task told of at an onEachCpu call is waited for, wherever it runs")
  void whatOtherCpusDoForACaller() {
    try (LockdepFixture f = LockdepFixture.full()) {
      Mutex held = f.mutex("held");
      f.machine.onEachCpu(
          f.cpu,
          cpu -> {
            held.lock(cpu);
            held.unlock(cpu);
          });
      assertThat(f.reports()).isEmpty();
      held.lock(f.cpu);
      f.machine.onEachCpu(f.cpu, _ -> {});
      held.unlock(f.cpu);
      assertThat(f.reports()).singleElement().isInstanceOf(CircularOrder.class);
    }
  }
}
