package io.slablab.allocator.machine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.machine.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostMachineTest {
  private static final int CPUS = 4;
  private static final int ROUNDS = 50_000;
  private static final LockClass CLASS = new LockClass("l", LockClass.Kind.SPIN_IRQSAVE);

  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 2));
  private long plainCounter;

  @AfterEach
  void close() {
    machine.close();
  }

  @Test
  void cpusAreSpreadOverNodes() {
    assertThat(machine.nodeOf(1)).isZero();
    assertThat(machine.nodeOf(2)).isEqualTo(1);
    assertThat(machine.distance(0, 0)).isEqualTo(10);
    assertThat(machine.distance(0, 1)).isEqualTo(20);
  }

  @Test
  void spinLockExcludesAndCountsEveryAcquisition() throws InterruptedException {
    SpinLock lock = machine.spinLock(CLASS);
    onAllCpus(cpu -> {
      for (int i = 0; i < ROUNDS; i++) {
        lock.lockIrqsave(cpu);
        plainCounter++;
        lock.unlockIrqrestore(cpu);
      }
    });
    assertThat(plainCounter).isEqualTo((long) CPUS * ROUNDS);
    LockStats stats = machine.lockStats().getFirst();
    assertThat(stats.acquired()).isEqualTo((long) CPUS * ROUNDS);
    assertThat(stats.contended()).isLessThanOrEqualTo(stats.acquired());
    assertThat(stats.maxWaitNs()).isGreaterThanOrEqualTo(stats.minWaitNs());
    machine.resetLockStats();
    assertThat(machine.lockStats().getFirst().acquired()).isZero();
  }

  @Test
  void spinLocksMayBeReleasedInAnyOrder() throws InterruptedException {
    SpinLock a = machine.spinLock(CLASS);
    SpinLock b = machine.spinLock(CLASS);
    onAllCpus(cpu -> {
      for (int i = 0; i < ROUNDS / 10; i++) {
        a.lock(cpu);
        b.lock(cpu);
        plainCounter++;
        a.unlock(cpu);
        b.unlock(cpu);
      }
    });
    assertThat(plainCounter).isEqualTo((long) CPUS * ROUNDS / 10);
  }

  @Test
  void tryLockNeverWaits() {
    SpinLock lock = machine.spinLock(CLASS);
    Cpu cpu = machine.enter(0);
    assertThat(lock.tryLock(cpu)).isTrue();
    assertThat(lock.tryLock(cpu)).isFalse();
    lock.unlock(cpu);
    assertThat(lock.tryLock(cpu)).isTrue();
  }

  @Test
  void mutexExcludesAlsoWhenHoldersAreSlow() throws InterruptedException {
    Mutex mutex = machine.mutex(CLASS);
    onAllCpus(cpu -> {
      for (int i = 0; i < 3_000; i++) {
        assertThat(mutex.lockKillable(cpu)).isTrue();
        long before = plainCounter;
        if (i % 500 == 0) {
          busy(2_000_000); // longer than the spinners' patience: some sleep
        }
        plainCounter = before + 1;
        mutex.unlock(cpu);
      }
    });
    assertThat(plainCounter).isEqualTo(CPUS * 3_000L);
    assertThat(machine.lockStats().getFirst().acquired()).isEqualTo(CPUS * 3_000L);
  }

  @Test
  void aTaskToldToDieDoesNotWaitForAMutex() throws InterruptedException {
    Mutex mutex = machine.mutex(CLASS);
    Cpu holder = machine.enter(0);
    mutex.lock(holder);
    List<Boolean> got = new ArrayList<>();
    Thread dying =
        Thread.ofPlatform()
            .start(() -> {
              Cpu cpu = machine.enter(1);
              cpu.setFatalSignalPending(true);
              got.add(mutex.lockKillable(cpu));
              machine.leave(cpu);
            });
    dying.join();
    assertThat(got).containsExactly(false);
    mutex.unlock(holder);
  }

  @Test
  void mutexMisuseIsRefused() {
    Mutex mutex = machine.mutex(CLASS);
    Cpu cpu = machine.enter(0);
    assertThatThrownBy(() -> mutex.unlock(cpu)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void embeddedLocksExcludePerField() throws InterruptedException {
    Memory memory = machine.memory("m", 4096);
    EmbeddedSpinLock locks = machine.embeddedSpinLock(CLASS);
    onAllCpus(cpu -> {
      for (int i = 0; i < ROUNDS; i++) {
        long field = (i & 1) * 64L;
        locks.lockIrqsave(cpu, memory, field);
        memory.putLong(field + 8, memory.getLong(field + 8) + 1);
        locks.unlockIrqrestore(cpu, memory, field);
      }
    });
    assertThat(memory.getLong(8)).isEqualTo((long) CPUS * ROUNDS / 2);
    assertThat(memory.getLong(72)).isEqualTo((long) CPUS * ROUNDS / 2);
    assertThat(machine.lockStats().getFirst().acquired()).isEqualTo((long) CPUS * ROUNDS);
  }

  @Test
  void wordAddsAreNotLost() throws InterruptedException {
    Word word = machine.word(machine.line("w"), 5);
    onAllCpus(cpu -> {
      for (int i = 0; i < ROUNDS; i++) {
        long seen;
        do {
          seen = word.getAcquire(cpu);
        } while (!word.compareAndSet(cpu, seen, seen + 1));
        word.getAndAdd(cpu, 1);
      }
    });
    assertThat(word.peek()).isEqualTo(5 + 2L * CPUS * ROUNDS);
  }

  @Test
  void queuedWorkRunsOnceAtThePollOutsideInterruptsOff() {
    Cpu cpu = machine.enter(2);
    AtomicInteger runs = new AtomicInteger();
    Work work = new Work("w", at -> runs.addAndGet(1 + at.id() * 100));
    cpu.irqOff();
    cpu.queue(work);
    cpu.queue(work);
    cpu.poll();
    assertThat(runs).hasValue(0);
    cpu.irqOn();
    cpu.poll();
    cpu.poll();
    assertThat(runs).hasValue(201);
    cpu.queue(work);
    machine.leave(cpu);
    assertThat(runs).hasValue(402);
  }

  @Test
  void onEachCpuReachesIdleBusyAndAskingCpus() throws InterruptedException {
    AtomicInteger[] seen = new AtomicInteger[CPUS];
    for (int i = 0; i < CPUS; i++) {
      seen[i] = new AtomicInteger();
    }
    int asks = 200;
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < CPUS - 1; id++) { // the last CPU is held by nobody
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                Cpu cpu = machine.enter(mine);
                for (int i = 0; i < asks; i++) {
                  machine.onEachCpu(cpu, at -> seen[at.id()].incrementAndGet());
                  cpu.poll();
                }
                machine.leave(cpu);
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (AtomicInteger count : seen) {
      assertThat(count).hasValue((CPUS - 1) * asks);
    }
  }

  @Test
  void aMutexWaiterServesTheHoldersRequests() throws InterruptedException {
    Mutex mutex = machine.mutex(CLASS);
    onAllCpus(cpu -> {
      for (int i = 0; i < 50; i++) {
        mutex.lock(cpu);
        machine.onEachCpu(cpu, _ -> plainCounter++);
        mutex.unlock(cpu);
        cpu.poll();
      }
    });
    assertThat(plainCounter).isEqualTo(50L * CPUS * CPUS);
  }

  @Test
  void memoryIsZeroedDiscardableAndBounded() {
    Memory memory = machine.memory("m", 1 << 20);
    memory.putLong(8192, -1);
    memory.discard(8192, 4096);
    assertThat(memory.getLong(8192)).isZero();
    memory.fill(100, 10, (byte) 0x6b);
    assertThat(memory.getByte(109)).isEqualTo((byte) 0x6b);
    assertThat(memory.getByte(110)).isZero();
    assertThatThrownBy(() -> memory.getInt(1 << 20)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void tokensAreExclusiveAndMisuseIsRefused() {
    Cpu cpu = machine.enter(0);
    assertThatThrownBy(() -> machine.enter(0)).isInstanceOf(IllegalStateException.class);
    cpu.irqOff();
    assertThatThrownBy(() -> machine.leave(cpu)).hasMessageContaining("interrupts off");
    cpu.irqOn();
    machine.leave(cpu);
    assertThatThrownBy(() -> machine.leave(cpu)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(cpu::irqOn).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void randomStreamsDifferByCpuAndRepeatBySeed() {
    Cpu zero = machine.enter(0);
    Cpu one = machine.enter(1);
    long first = zero.nextRandom();
    assertThat(first).isNotEqualTo(one.nextRandom());
    Machine again = HostMachine.of(HostConfig.uniform(CPUS, 2));
    assertThat(again.enter(0).nextRandom()).isEqualTo(first);
    again.close();
  }

  private void onAllCpus(Consumer<Cpu> body) throws InterruptedException {
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < CPUS; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> {
                synchronized (failures) {
                  failures.add(e);
                }
              })
              .start(() -> {
                Cpu cpu = machine.enter(mine);
                try {
                  body.accept(cpu);
                } finally {
                  machine.leave(cpu);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  private static void busy(long ns) {
    long end = System.nanoTime() + ns;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
