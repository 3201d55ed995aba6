package io.slablab.allocator.machine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every kind of mutex owes, and what tells them apart. */
@Timeout(60)
class MutexKindTest {
  private static final int CPUS = 4;
  private static final LockClass CLASS = new LockClass("m", LockClass.Kind.MUTEX_KILLABLE);

  private long plainCounter;

  private static Machine machine(MutexKind kind) {
    return HostMachine.of(HostConfig.uniform(CPUS, 1).withMutexKind(kind));
  }

  private static Thread start(Machine machine, int id, Consumer<Cpu> body) {
    return Thread.ofPlatform()
        .start(() -> {
          Cpu cpu = machine.enter(id);
          body.accept(cpu);
          machine.leave(cpu);
        });
  }

  /** Until a thread sleeps: for the mutex, as it waits for nothing else. */
  private static void untilAsleep(Thread waiter) {
    while (waiter.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @EnumSource
  void excludesAndCounts(MutexKind kind) throws InterruptedException {
    Machine machine = machine(kind);
    Mutex mutex = machine.mutex(CLASS);
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < CPUS; id++) {
      threads.add(
          start(
              machine,
              id,
              cpu -> {
                for (int i = 0; i < 3_000; i++) {
                  mutex.lock(cpu);
                  plainCounter++;
                  mutex.unlock(cpu);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(plainCounter).isEqualTo(CPUS * 3_000L);
    LockStats stats = machine.lockStats().getFirst();
    assertThat(stats.acquired()).isEqualTo(CPUS * 3_000L);
    if (kind == MutexKind.FAIR) {
      assertThat(stats.stolen()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSleeperThatIsToldToDieGivesUp(MutexKind kind) throws InterruptedException {
    Machine machine = machine(kind);
    Mutex mutex = machine.mutex(CLASS);
    Cpu holder = machine.enter(0);
    mutex.lock(holder);
    List<Boolean> got = Collections.synchronizedList(new ArrayList<>());
    Thread dying = start(machine, 1, cpu -> got.add(mutex.lockKillable(cpu)));
    untilAsleep(dying);
    machine.post(1, cpu -> cpu.setFatalSignalPending(true));
    dying.join();
    assertThat(got).containsExactly(false);
    mutex.unlock(holder);
    assertThat(mutex.tryLock(holder)).as("nobody has it, nobody waits").isTrue();
    mutex.unlock(holder);
  }

  @ParameterizedTest
  @EnumSource
  void aSleeperServesTheHolder(MutexKind kind) throws InterruptedException {
    Machine machine = machine(kind);
    Mutex mutex = machine.mutex(CLASS);
    Cpu holder = machine.enter(0);
    mutex.lock(holder);
    Thread waiter =
        start(
            machine,
            1,
            cpu -> {
              mutex.lock(cpu);
              mutex.unlock(cpu);
            });
    untilAsleep(waiter);
    machine.onEachCpu(holder, _ -> plainCounter++);
    assertThat(plainCounter).isEqualTo(CPUS);
    mutex.unlock(holder);
    waiter.join();
  }

  @ParameterizedTest
  @EnumSource
  void misuseIsRefused(MutexKind kind) {
    Machine machine = machine(kind);
    Mutex mutex = machine.mutex(CLASS);
    Cpu cpu = machine.enter(0);
    assertThatThrownBy(() -> mutex.unlock(cpu)).isInstanceOf(IllegalStateException.class);
    mutex.lock(cpu);
    assertThat(mutex.tryLock(cpu)).isFalse();
    cpu.softirq(
        softirq -> assertThatThrownBy(() -> mutex.lock(softirq)).hasMessageContaining("softirq"));
    mutex.unlock(cpu);
  }

  @Test
  void aFairMutexGoesToWhoHasWaitedLongest() throws InterruptedException {
    Machine machine = machine(MutexKind.FAIR);
    Mutex mutex = machine.mutex(CLASS);
    Cpu holder = machine.enter(0);
    mutex.lock(holder);
    List<Integer> order = new ArrayList<>(); // under the mutex
    List<Thread> waiters = new ArrayList<>();
    for (int id = 1; id < CPUS; id++) {
      Thread waiter =
          start(
              machine,
              id,
              cpu -> {
                mutex.lock(cpu);
                order.add(cpu.id());
                mutex.unlock(cpu);
              });
      untilAsleep(waiter);
      waiters.add(waiter);
    }
    mutex.unlock(holder);
    mutex.lock(holder);
    assertThat(order).as("all of them were before us").containsExactly(1, 2, 3);
    mutex.unlock(holder);
    for (Thread waiter : waiters) {
      waiter.join();
    }
    assertThat(machine.lockStats().getFirst().contended()).isBetween(3L, 4L);
  }
}
