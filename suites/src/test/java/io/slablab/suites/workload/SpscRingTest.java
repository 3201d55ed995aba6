package io.slablab.suites.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SpscRingTest {
  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final SpscRing ring = new SpscRing(machine, 8);

  @Test
  void fullAtItsCapacityAndFifo() {
    Cpu cpu = machine.enter(0);
    for (int lap = 0; lap < 3; lap++) {
      for (long i = 1; i <= 8; i++) {
        assertThat(ring.offer(cpu, i)).isTrue();
      }
      assertThat(ring.offer(cpu, 9)).isFalse();
      for (long i = 1; i <= 8; i++) {
        assertThat(ring.poll(cpu)).isEqualTo(i);
      }
      assertThat(ring.poll(cpu)).isZero();
    }
    machine.leave(cpu);
  }

  @Test
  @Timeout(30)
  void everyObjectArrivesOnceAndInOrder() throws InterruptedException {
    long last = 200_000;
    Thread producer =
        Thread.ofPlatform()
            .start(() -> {
              Cpu cpu = machine.enter(1);
              for (long i = 1; i <= last; ) {
                if (ring.offer(cpu, i)) {
                  i++;
                } else {
                  Thread.yield();
                }
              }
              machine.leave(cpu);
            });
    Cpu cpu = machine.enter(0);
    for (long expected = 1; expected <= last; ) {
      long got = ring.poll(cpu);
      if (got == 0) {
        Thread.yield();
      } else {
        assertThat(got).isEqualTo(expected++);
      }
    }
    machine.leave(cpu);
    producer.join();
  }
}
