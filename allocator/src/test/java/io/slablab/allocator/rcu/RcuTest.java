package io.slablab.allocator.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RcuTest {
  private static final int CPUS = 4;
  private static final RcuConfig HURRIED = RcuConfig.DEFAULT.hurried();

  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 1));
  private final List<Integer> ran = new ArrayList<>();

  @AfterEach
  void close() {
    machine.close();
  }

  private RcuHead head(int number) {
    return new RcuHead(_ -> ran.add(number));
  }

  private void queue(Cpu cpu, Rcu rcu, int from, int to) {
    for (int i = from; i < to; i++) {
      rcu.callRcu(cpu, head(i));
    }
  }

  private static List<Integer> numbers(int to) {
    return IntStream.range(0, to).boxed().toList();
  }

  // ---- grace periods ----

  /** INV-RCU-1, with this CPU's own nested section. */
  @Test
  void noCallbackRunsBeforeTheSectionItWasQueuedInEnds() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu cpu = machine.enter(0);
    rcu.readLock(cpu);
    rcu.readLock(cpu);
    rcu.callRcu(cpu, head(1));
    cpu.poll();
    rcu.readUnlock(cpu);
    cpu.poll();
    assertThat(ran).isEmpty();
    assertThat(rcu.readLockHeld(cpu)).isTrue();
    rcu.readUnlock(cpu);
    cpu.poll();
    assertThat(ran).containsExactly(1);
    rcu.verify();
  }

  /** INV-RCU-1: a reader on another CPU, which polls inside its section. */
  @Test
  void aReaderElsewhereHoldsCallbacksBack() throws InterruptedException {
    Rcu rcu = new Rcu(machine, HURRIED);
    AtomicInteger stage = new AtomicInteger();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              Cpu cpu = machine.enter(1);
              rcu.readLock(cpu);
              stage.set(1);
              pollWhile(cpu, stage, 1);
              rcu.readUnlock(cpu);
              stage.set(3);
              pollWhile(cpu, stage, 3);
              machine.leave(cpu);
            });
    Cpu cpu = machine.enter(0);
    await(stage, 1);
    rcu.callRcu(cpu, head(7));
    for (int i = 0; i < 2000; i++) {
      cpu.poll();
      Thread.onSpinWait();
    }
    assertThat(ran).isEmpty();
    stage.set(2);
    while (ran.isEmpty()) {
      cpu.poll();
    }
    assertThat(stage).hasValue(3);
    stage.set(4);
    reader.join();
    rcu.verify();
  }

  private static void pollWhile(Cpu cpu, AtomicInteger stage, int value) {
    while (stage.get() == value) {
      cpu.poll();
    }
  }

  private static void await(AtomicInteger stage, int value) {
    while (stage.get() < value) {
      Thread.onSpinWait();
    }
  }

  @Test
  void cpusThatNobodyHoldsOrThatAreOfflineBlockNothing() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu cpu = machine.enter(0);
    rcu.synchronize(cpu);
    machine.hotplug().offline(cpu, 3);
    rcu.synchronize(cpu);
    rcu.barrier(cpu);
    machine.hotplug().online(cpu, 3);
    rcu.synchronize(cpu);
    assertThat(rcu.stats().gracePeriods()).isEqualTo(3);
    rcu.verify();
  }

  @Test
  void aCpuThatLeavesInsideItsSectionStillReads() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu one = machine.enter(1);
    rcu.readLock(one);
    machine.leave(one);
    Cpu cpu = machine.enter(0);
    rcu.callRcu(cpu, head(1));
    cpu.poll();
    cpu.poll();
    assertThat(ran).isEmpty();
    assertThatThrownBy(() -> machine.hotplug().offline(cpu, 1)).hasMessageContaining("section");
  }

  /** The first question comes after a tick, one more per 256 CPUs; expedited at once. */
  @Test
  void aGracePeriodTakesATickUnlessExpedited() {
    long jiffyNs = 20_000_000;
    Rcu rcu = new Rcu(machine, new RcuConfig(10, 10_000, 100, jiffyNs, 3_000_000, 0));
    Cpu cpu = machine.enter(0);
    long start = machine.nowNs();
    rcu.synchronize(cpu);
    assertThat(machine.nowNs() - start).isGreaterThanOrEqualTo(jiffyNs);
    for (int attempt = 0; ; attempt++) { // a machine that is busy may take long all the same
      start = machine.nowNs();
      rcu.synchronizeExpedited(cpu);
      if (machine.nowNs() - start < jiffyNs) {
        break;
      }
      assertThat(attempt).isLessThan(20);
    }
    assertThat(RcuConfig.DEFAULT.scanNs(255)).isEqualTo(4_000_000);
    assertThat(RcuConfig.DEFAULT.scanNs(512)).isEqualTo(12_000_000);
  }

  @Test
  void waitingIsRefusedWhereSleepingIs() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu cpu = machine.enter(0);
    rcu.readLock(cpu);
    assertThatThrownBy(() -> rcu.synchronize(cpu)).isInstanceOf(IllegalStateException.class);
    rcu.readUnlock(cpu);
    cpu.irqOff();
    assertThatThrownBy(() -> rcu.barrier(cpu)).isInstanceOf(IllegalStateException.class);
    cpu.irqOn();
    assertThatThrownBy(() -> rcu.readUnlock(cpu)).isInstanceOf(IllegalStateException.class);
  }

  // ---- callbacks ----

  /** INV-RCU-2. */
  @Test
  void callbacksRunInOrderOnTheirCpuInASoftirq() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu cpu = machine.enter(2);
    Mutex mutex = machine.mutex(new LockClass("m", LockClass.Kind.MUTEX));
    mutex.lock(cpu);
    List<String> where = new ArrayList<>();
    rcu.callRcu(
        cpu,
        new RcuHead(at -> {
          where.add("cpu " + at.id() + " irqsOff " + at.irqsOff() + " softirq " + at.inSoftirq());
          assertThatThrownBy(() -> mutex.lock(at)).hasMessageContaining("softirq");
          assertThatThrownBy(() -> rcu.barrier(at)).isInstanceOf(IllegalStateException.class);
        }));
    queue(cpu, rcu, 0, 5);
    cpu.poll();
    assertThat(where).containsExactly("cpu 2 irqsOff false softirq true");
    assertThat(ran).isEqualTo(numbers(5));
    assertThat(cpu.inSoftirq()).isFalse();
  }

  @Test
  void aHeadIsQueuedOnceAndMayQueueItselfAgain() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu cpu = machine.enter(0);
    RcuHead[] again = new RcuHead[1];
    again[0] =
        new RcuHead(at -> {
          ran.add(1);
          if (ran.size() < 3) {
            rcu.callRcu(at, again[0]);
          }
        });
    rcu.callRcu(cpu, again[0]);
    assertThatThrownBy(() -> rcu.callRcu(cpu, again[0])).hasMessageContaining("twice");
    for (int i = 0; i < 3; i++) {
      cpu.poll();
    }
    assertThat(ran).containsExactly(1, 1, 1);
  }

  @Test
  void aCallbackThatThrowsTakesNoOtherWithIt() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu cpu = machine.enter(0);
    rcu.callRcu(
        cpu,
        new RcuHead(_ -> {
          throw new IllegalArgumentException("planted");
        }));
    queue(cpu, rcu, 0, 3);
    assertThatThrownBy(cpu::poll).hasMessage("planted");
    rcu.barrier(cpu);
    assertThat(ran).containsExactly(0, 1, 2);
    assertThat(rcu.stats()).isEqualTo(new RcuStats(1, 1, 0, 5, 0)); // the barrier's marker too
  }

  /** Section 7: blimit callbacks in a pass. */
  @Test
  void aPassRunsTenCallbacks() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu cpu = machine.enter(0);
    queue(cpu, rcu, 0, 25);
    cpu.poll();
    assertThat(ran).hasSize(10);
    cpu.poll();
    assertThat(ran).hasSize(20);
    cpu.poll();
    assertThat(ran).isEqualTo(numbers(25));
  }

  /** Section 7: or the 128th part of what is ready. */
  @Test
  void aPassRunsAHundredAndTwentyEighthOfWhatIsReady() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu cpu = machine.enter(0);
    queue(cpu, rcu, 0, 128 * 20);
    cpu.poll();
    assertThat(ran).hasSize(20);
    rcu.barrier(cpu);
    assertThat(ran).isEqualTo(numbers(128 * 20));
  }

  /** Section 7: qhimark lifts the limit until qlowmark is reached; qovld counts as overload. */
  @Test
  void tooManyCallbacksLiftTheLimit() {
    RcuConfig small = new RcuConfig(10, 200, 100, 3_600_000_000_000L, 3_000_000_000L, 0);
    Rcu rcu = new Rcu(machine, small);
    Cpu cpu = machine.enter(0);
    queue(cpu, rcu, 0, 200);
    cpu.poll();
    assertThat(ran).isEmpty(); // a tick is an hour
    queue(cpu, rcu, 200, 201);
    cpu.poll();
    cpu.poll();
    assertThat(ran).isEqualTo(numbers(201));
    assertThat(rcu.stats().overloads()).isZero();
    queue(cpu, rcu, 201, 300);
    cpu.poll();
    assertThat(ran).hasSize(201); // the limit is back, and so is the hour
    queue(cpu, rcu, 300, 201 + 402);
    assertThat(rcu.stats().overloads()).isEqualTo(1);
    cpu.poll();
    cpu.poll();
    assertThat(ran).isEqualTo(numbers(201 + 402));
  }

  /** Section 7: a long pass ends after about 3 ms. */
  @Test
  void aLongPassWatchesTheClock() {
    Rcu rcu = new Rcu(machine, new RcuConfig(150, 10_000, 100, 0, 1_000_000, 0));
    Cpu cpu = machine.enter(0);
    for (int i = 0; i < 200; i++) {
      rcu.callRcu(cpu, new RcuHead(_ -> busy(100_000)));
    }
    cpu.poll();
    assertThat(rcu.stats().invoked()).isBetween(1L, 11L);
  }

  private void busy(long ns) {
    long end = machine.nowNs() + ns;
    while (machine.nowNs() < end) {
      Thread.onSpinWait();
    }
  }

  // ---- barrier ----

  /** INV-RCU-3: callbacks of this CPU, of one that nobody holds, and of one that is held. */
  @Test
  void aBarrierWaitsForAllCallbacksOnAllCpus() throws InterruptedException {
    Rcu rcu = new Rcu(machine, HURRIED);
    AtomicInteger done = new AtomicInteger();
    Consumer<Cpu> queueMany =
        at -> {
          for (int i = 0; i < 500; i++) {
            rcu.callRcu(at, new RcuHead(_ -> done.incrementAndGet()));
          }
        };
    Cpu idle = machine.enter(1);
    queueMany.accept(idle);
    machine.leave(idle);
    AtomicInteger stage = new AtomicInteger();
    Thread held =
        Thread.ofPlatform()
            .start(() -> {
              Cpu cpu = machine.enter(2);
              queueMany.accept(cpu);
              stage.set(1);
              pollWhile(cpu, stage, 1);
              machine.leave(cpu);
            });
    Cpu cpu = machine.enter(0);
    queueMany.accept(cpu);
    await(stage, 1);
    rcu.barrier(cpu);
    assertThat(done).hasValue(1500);
    stage.set(2);
    held.join();
    long periods = rcu.stats().gracePeriods();
    rcu.barrier(cpu);
    assertThat(rcu.stats().gracePeriods()).isEqualTo(periods); // nothing to wait for
  }

  // ---- hotplug ----

  /** Section 7 and 2.14: what a dead CPU queued runs on the one that took it down, in order. */
  @Test
  void callbacksOfADeadCpuAreTakenOver() {
    Rcu rcu = new Rcu(machine, HURRIED);
    Cpu one = machine.enter(1);
    rcu.readLock(one);
    queue(one, rcu, 0, 3);
    one.poll();
    queue(one, rcu, 3, 6);
    rcu.readUnlock(one);
    machine.leave(one);
    Cpu zero = machine.enter(0);
    AtomicInteger cpuOfLast = new AtomicInteger(-1);
    one = machine.enter(1);
    rcu.callRcu(one, new RcuHead(at -> cpuOfLast.set(at.id())));
    rcu.readLock(one); // keeps them from running as this CPU is left
    machine.leave(one);
    machine.runIfIdle(zero, 1, rcu::readUnlock);
    machine.hotplug().offline(zero, 1);
    rcu.barrier(zero);
    assertThat(ran).isEqualTo(numbers(6));
    assertThat(cpuOfLast.get()).isIn(0, 1);
    assertThat(rcu.stats().queued()).isZero();

    machine.hotplug().online(zero, 1);
    one = machine.enter(1);
    queue(one, rcu, 6, 7);
    machine.leave(one);
    machine.leave(zero);
    zero = machine.enter(0);
    rcu.barrier(zero);
    assertThat(ran).isEqualTo(numbers(7));
    rcu.verify();
  }

  /** A CPU's callbacks move while others queue, wait and read. */
  @Test
  void cpusComeAndGoUnderUse() throws InterruptedException {
    Rcu rcu = new Rcu(machine, HURRIED);
    AtomicInteger done = new AtomicInteger();
    AtomicInteger stop = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    AtomicInteger queued = new AtomicInteger();
    for (int id = 1; id < 3; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failed.set(e))
              .start(() -> {
                while (stop.get() == 0) {
                  if (machine.hotplug().isOnline(mine)) {
                    useShortly(rcu, mine, queued, done);
                  }
                }
              }));
    }
    Cpu cpu = machine.enter(0);
    for (int i = 0; i < 200; i++) {
      machine.hotplug().offline(cpu, 1 + (i & 1));
      rcu.barrier(cpu);
      machine.hotplug().online(cpu, 1 + (i & 1));
      cpu.poll();
    }
    stop.set(1);
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        cpu.poll();
      }
    }
    rcu.barrier(cpu);
    assertThat(failed.get()).isNull();
    assertThat(done.get()).isPositive().isEqualTo(queued.get());
    rcu.verify();
  }

  private void useShortly(Rcu rcu, int id, AtomicInteger queued, AtomicInteger done) {
    Cpu cpu;
    try {
      cpu = machine.enter(id);
    } catch (IllegalStateException _) {
      return; // went offline since it was looked at
    }
    for (int i = 0; i < 20; i++) {
      rcu.readLock(cpu);
      rcu.callRcu(cpu, new RcuHead(_ -> done.incrementAndGet()));
      queued.incrementAndGet();
      rcu.readUnlock(cpu);
      cpu.poll();
    }
    machine.leave(cpu);
  }

  // ---- readers and writers ----

  /** INV-RCU-1 under threads: what a reader found is never seen freed. */
  @Test
  void readersNeverSeeWhatIsFreed() throws InterruptedException {
    Rcu rcu = new Rcu(machine, HURRIED);
    AtomicReference<Node> shared = new AtomicReference<>(new Node());
    AtomicInteger torn = new AtomicInteger();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < CPUS; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failed.set(e))
              .start(() -> readAndReplace(rcu, mine, shared, torn)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Cpu cpu = machine.enter(0);
    rcu.barrier(cpu);
    assertThat(failed.get()).isNull();
    assertThat(torn).hasValue(0);
    assertThat(rcu.stats().queued()).isZero();
    rcu.verify();
  }

  private static final class Node {
    int value = 1;
  }

  private void readAndReplace(Rcu rcu, int id, AtomicReference<Node> shared, AtomicInteger torn) {
    Cpu cpu = machine.enter(id);
    Random random = new Random(id);
    for (int i = 0; i < 20_000; i++) {
      rcu.readLock(cpu);
      Node seen = shared.getOpaque();
      for (int look = 0; look < 5; look++) {
        if (seen.value != 1) {
          torn.incrementAndGet();
        }
      }
      rcu.readUnlock(cpu);
      if (random.nextInt(8) == 0) {
        Node old = shared.getAndSet(new Node());
        rcu.callRcu(cpu, new RcuHead(_ -> old.value = 0));
      }
      if (random.nextInt(1000) == 0) {
        rcu.synchronize(cpu);
      }
      cpu.poll();
    }
    machine.leave(cpu);
  }
}
