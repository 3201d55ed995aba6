package io.slablab.allocator.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KfreeRcuTest {
  private static final int SLAB = 0;
  private static final int VMALLOC = 1;
  private static final long HOUR_NS = 3_600_000_000_000L;

  private final Machine machine = HostMachine.of(HostConfig.uniform(3, 1));
  private final List<Long> slab = new ArrayList<>();
  private final List<Long> vmalloc = new ArrayList<>();

  @AfterEach
  void close() {
    machine.close();
  }

  private KfreeRcu kfree(Rcu rcu) {
    return new KfreeRcu(
        rcu, List.of((_, n, o) -> add(slab, n, o), (_, n, o) -> add(vmalloc, n, o)));
  }

  private static void add(List<Long> to, int n, long[] objects) {
    for (int i = 0; i < n; i++) {
      to.add(objects[i]);
    }
  }

  private Rcu rcu(long jiffyNs, long drainNs) {
    return new Rcu(machine, new RcuConfig(10, 10_000, 100, jiffyNs, 3_000_000, drainNs));
  }

  private static void free(Cpu cpu, KfreeRcu kfree, int channel, int n) {
    for (long i = 1; i <= n; i++) {
      kfree.free(cpu, channel, i);
    }
  }

  /** Section 7: about 500 pointers in a page. */
  @Test
  void aBlockIsAPageOfPointers() {
    assertThat(KfreeBlock.OBJECTS).isEqualTo(507);
  }

  /** Section 7: flushed a tick after a block's worth is queued, else after seconds. */
  @Test
  void objectsAreFreedInBatchesByChannel() {
    KfreeRcu kfree = kfree(rcu(0, HOUR_NS));
    Cpu cpu = machine.enter(0);
    free(cpu, kfree, SLAB, KfreeBlock.OBJECTS - 2);
    cpu.poll();
    cpu.poll();
    assertThat(slab).isEmpty();
    assertThat(kfree.waiting()).isEqualTo(KfreeBlock.OBJECTS - 2);
    free(cpu, kfree, VMALLOC, 2);
    for (int i = 0; i < 4; i++) {
      cpu.poll();
    }
    assertThat(slab).hasSize(KfreeBlock.OBJECTS - 2).doesNotHaveDuplicates();
    assertThat(vmalloc).containsExactly(1L, 2L);
    assertThat(kfree.waiting()).isZero();
  }

  @Test
  void whatFillsNoBlockIsFreedAfterTheDelay() {
    KfreeRcu kfree = kfree(rcu(0, 0));
    Cpu cpu = machine.enter(0);
    free(cpu, kfree, SLAB, 3);
    for (int i = 0; i < 4; i++) {
      cpu.poll();
    }
    assertThat(slab).hasSize(3);
  }

  @Test
  void nothingIsFreedInAnOpenSection() {
    Rcu rcu = rcu(0, 0);
    KfreeRcu kfree = kfree(rcu);
    Cpu cpu = machine.enter(0);
    rcu.readLock(cpu);
    free(cpu, kfree, SLAB, 3);
    for (int i = 0; i < 4; i++) {
      cpu.poll();
    }
    assertThat(slab).isEmpty();
    assertThatThrownBy(() -> kfree.barrier(cpu)).isInstanceOf(IllegalStateException.class);
    rcu.readUnlock(cpu);
    kfree.barrier(cpu);
    assertThat(slab).hasSize(3);
  }

  /** Section 7: two batches on their way at most; the rest waits and is not lost. */
  @Test
  void twoBatchesAreInFlight() {
    Rcu rcu = rcu(0, 0);
    KfreeRcu kfree = kfree(rcu);
    Cpu cpu = machine.enter(0);
    rcu.readLock(cpu);
    for (int batch = 0; batch < 4; batch++) {
      free(cpu, kfree, SLAB, 10);
      cpu.poll();
    }
    assertThat(rcu.stats().queued()).isEqualTo(2);
    assertThat(kfree.waiting()).isEqualTo(40);
    rcu.readUnlock(cpu);
    for (int i = 0; i < 8; i++) {
      cpu.poll();
    }
    assertThat(slab).hasSize(40);
  }

  @Test
  void aBarrierFreesWhatIdleAndDeadCpusLeft() {
    Rcu rcu = rcu(0, HOUR_NS);
    KfreeRcu kfree = kfree(rcu);
    for (int id = 1; id < 3; id++) {
      Cpu other = machine.enter(id);
      free(other, kfree, SLAB, 1000);
      machine.leave(other);
    }
    Cpu cpu = machine.enter(0);
    free(cpu, kfree, SLAB, 1000);
    machine.hotplug().offline(cpu, 2);
    kfree.barrier(cpu);
    assertThat(slab).hasSize(3000);
    assertThat(kfree.waiting()).isZero();
    cpu.poll(); // works of freed batches find nothing
    assertThat(slab).hasSize(3000);
  }

  /** INV-RCU-3 for kfree_rcu under threads: all that was given before the barrier is free after. */
  @Test
  void barriersOfManyThreads() throws InterruptedException {
    Rcu rcu = new Rcu(machine, RcuConfig.DEFAULT.hurried());
    AtomicLong freed = new AtomicLong();
    AtomicLong given = new AtomicLong();
    AtomicLong early = new AtomicLong();
    KfreeRcu kfree = new KfreeRcu(rcu, List.of((_, n, _) -> freed.addAndGet(n)));
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < 3; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                Cpu cpu = machine.enter(mine);
                for (int round = 0; round < 60; round++) {
                  free(cpu, kfree, SLAB, 300);
                  long before = given.addAndGet(300);
                  kfree.barrier(cpu);
                  if (freed.get() < before) {
                    early.incrementAndGet();
                  }
                  cpu.poll();
                }
                machine.leave(cpu);
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(early).hasValue(0);
    assertThat(freed).hasValue(3 * 60 * 300);
    assertThat(kfree.waiting()).isZero();
  }
}
