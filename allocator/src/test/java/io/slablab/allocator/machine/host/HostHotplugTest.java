package io.slablab.allocator.machine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuHotplug;
import io.slablab.allocator.machine.HotplugPart;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostHotplugTest {
  private static final int CPUS = 3;
  private static final long SECOND_NS = 1_000_000_000;

  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 1));
  private final CpuHotplug hotplug = machine.hotplug();
  private final List<String> log = new ArrayList<>();

  @AfterEach
  void close() {
    machine.close();
  }

  private HotplugPart part(String name) {
    return new HotplugPart() {
      @Override
      public void online(Cpu caller, int cpu) {
        log.add(name + " online " + cpu + " by " + caller.id() + " " + hotplug.isOnline(cpu));
      }

      @Override
      public void dead(Cpu caller, int cpu) {
        log.add(name + " dead " + cpu + " by " + caller.id() + " " + hotplug.isDying(cpu));
      }
    };
  }

  @Test
  void allCpusAreOnlineAtFirst() {
    assertThat(hotplug.onlineCpus()).isEqualTo(CPUS);
    assertThat(hotplug.isOnline(2)).isTrue();
    assertThat(hotplug.isDying(2)).isFalse();
  }

  @Test
  void partsSettleADeadCpuInReverseOrder() {
    hotplug.register(part("a"));
    hotplug.register(part("b"));
    Cpu cpu = machine.enter(0);
    hotplug.offline(cpu, 2);
    hotplug.offline(cpu, 2);
    assertThat(hotplug.isOnline(2)).isFalse();
    assertThat(hotplug.isDying(2)).isFalse();
    assertThat(hotplug.onlineCpus()).isEqualTo(2);
    hotplug.online(cpu, 2);
    hotplug.online(cpu, 2);
    assertThat(hotplug.isOnline(2)).isTrue();
    assertThat(log)
        .containsExactly(
            "b dead 2 by 0 true",
            "a dead 2 by 0 true",
            "a online 2 by 0 false",
            "b online 2 by 0 false");
    assertThatThrownBy(() -> hotplug.offline(cpu, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOfflineCpuCannotBeEnteredAndIsAskedNothing() {
    Cpu cpu = machine.enter(0);
    hotplug.offline(cpu, 1);
    assertThatThrownBy(() -> machine.enter(1)).hasMessageContaining("offline");
    assertThat(machine.runIfIdle(cpu, 1, _ -> log.add("ran"))).isFalse();
    List<Integer> asked = new ArrayList<>();
    machine.onEachCpu(cpu, at -> asked.add(at.id()));
    assertThat(asked).containsExactly(0, 2);
    hotplug.online(cpu, 1);
    machine.leave(machine.enter(1));
    assertThat(log).isEmpty();
  }

  @Test
  void offlineWaitsForTheHolderAndTakesOverItsWork() throws InterruptedException {
    AtomicInteger stage = new AtomicInteger();
    Work queued = new Work("queued", at -> log.add("queued on " + at.id()));
    Work delayed = new Work("delayed", at -> log.add("delayed on " + at.id()));
    Thread holder =
        Thread.ofPlatform()
            .start(() -> {
              Cpu cpu = machine.enter(1);
              stage.set(1);
              while (stage.get() == 1) {
                cpu.poll();
              }
              cpu.queueDelayed(delayed, 0);
              machine.leave(cpu);
            });
    Cpu cpu = machine.enter(0);
    while (stage.get() == 0) {
      Thread.onSpinWait();
    }
    machine.post(1, at -> log.add("posted to " + at.id()));
    Thread opener = Thread.ofPlatform().start(() -> stage.set(2));
    hotplug.offline(cpu, 1);
    holder.join();
    opener.join();
    assertThat(log).contains("posted to 1");
    hotplug.online(cpu, 1);
    assertThat(machine.runIfIdle(cpu, 1, at -> at.queueDelayed(delayed, SECOND_NS * 100))).isTrue();
    assertThat(machine.runIfIdle(cpu, 1, at -> at.queue(queued))).isTrue();
    hotplug.offline(cpu, 1);
    cpu.queueDelayed(delayed, 0); // pulls forward what came from the dead CPU
    cpu.poll();
    assertThat(log).contains("queued on 0", "delayed on 0");
  }

  @Test
  void theHolderMayUseTheLockWhileItsCpuIsToGo() throws InterruptedException {
    AtomicInteger stage = new AtomicInteger();
    Thread holder =
        Thread.ofPlatform()
            .start(() -> {
              Cpu cpu = machine.enter(1);
              stage.set(1);
              while (!hotplug.isDying(1)) {
                cpu.poll();
              }
              hotplug.readLock(cpu);
              hotplug.readUnlock(cpu);
              machine.onEachCpu(cpu, _ -> {});
              stage.set(2);
              machine.leave(cpu);
            });
    Cpu cpu = machine.enter(0);
    while (stage.get() == 0) {
      Thread.onSpinWait();
    }
    hotplug.offline(cpu, 1);
    assertThat(stage).hasValue(2);
    assertThat(hotplug.isOffline(1)).isTrue();
    holder.join();
  }

  @Test
  void noCpuGoesWhileTheLockIsHeldShared() throws InterruptedException {
    Cpu reader = machine.enter(1);
    hotplug.readLock(reader);
    AtomicInteger stage = new AtomicInteger();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              Cpu cpu = machine.enter(0);
              stage.set(1);
              hotplug.offline(cpu, 2);
              stage.set(2);
              machine.leave(cpu);
            });
    while (stage.get() == 0) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 1000; i++) {
      Thread.yield();
      assertThat(stage).hasValue(1);
      assertThat(hotplug.isOffline(2)).isFalse();
    }
    hotplug.readUnlock(reader);
    writer.join();
    assertThat(hotplug.isOffline(2)).isTrue();
    hotplug.readLock(reader); // it is free again
    hotplug.readUnlock(reader);
  }

  @Test
  void delayedWorkRunsOnceNotBeforeItsTimeNorInThePollThatQueuesIt() {
    Cpu cpu = machine.enter(0);
    AtomicInteger runs = new AtomicInteger();
    Work[] again = new Work[1];
    again[0] =
        new Work(
            "again",
            at -> {
              runs.incrementAndGet();
              at.queueDelayed(again[0], 0);
            });
    cpu.queueDelayed(again[0], 0);
    cpu.poll();
    cpu.poll();
    assertThat(runs).hasValue(2);

    Work far = new Work("far", _ -> log.add("far"));
    cpu.queueDelayed(far, 3600 * SECOND_NS);
    cpu.poll();
    assertThat(log).isEmpty();
    cpu.queueDelayed(far, 7200 * SECOND_NS);
    cpu.queueDelayed(far, 0);
    cpu.irqOff();
    cpu.poll();
    assertThat(log).isEmpty();
    cpu.irqOn();
    cpu.poll();
    cpu.poll();
    assertThat(log).containsExactly("far");
  }

  @Test
  void aSoftirqRunsNoWorkAndMayNotSleep() {
    Cpu cpu = machine.enter(0);
    Mutex mutex = machine.mutex(new LockClass("m", LockClass.Kind.MUTEX));
    mutex.lock(cpu);
    cpu.queue(new Work("w", _ -> log.add("ran")));
    cpu.softirq(softirq -> {
      assertThat(softirq.maySleep()).isFalse();
      softirq.poll();
      assertThat(log).isEmpty();
      assertThatThrownBy(() -> mutex.lock(softirq)).hasMessageContaining("softirq");
    });
    assertThat(cpu.inSoftirq()).isFalse();
    cpu.poll();
    assertThat(log).containsExactly("ran");
    mutex.unlock(cpu);
  }

  @Test
  void anIdleCpuRunsWhatItIsGivenAHeldOneAtItsPoll() {
    Cpu cpu = machine.enter(0);
    assertThat(machine.runIfIdle(cpu, 1, at -> log.add("as " + at.id()))).isTrue();
    Cpu one = machine.enter(1);
    assertThat(machine.runIfIdle(cpu, 1, _ -> log.add("never"))).isFalse();
    machine.post(1, at -> log.add("posted to " + at.id()));
    assertThat(log).containsExactly("as 1");
    one.relax(0);
    assertThat(log).containsExactly("as 1", "posted to 1");
  }
}
