package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a percpu allocator of a large machine costs before it is used, and its first areas. */
@Timeout(120)
class PercpuSetUpTest {
  private static final int CPUS = 512;

  private static long allocatedHeapBytes() {
    var bean = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Objects.requireNonNull(bean).getCurrentThreadAllocatedBytes();
  }

  @Test
  @DisplayName("512 possible CPUs cost less than 8 MiB of heap and no pages")
  void aLargeMachineIsCheap() {
    Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 8));
    try {
      PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
      long before = allocatedHeapBytes();
      Percpu percpu = new Percpu(machine, pages, PercpuConfig.defaults());
      assertThat(allocatedHeapBytes() - before).isLessThan(8 << 20);
      assertThat(percpu.backingPages()).isZero();
      Cpu cpu = machine.enter(0);
      before = allocatedHeapBytes();
      for (int i = 0; i < 100; i++) {
        assertThat(percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL)).isNotZero();
      }
      assertThat(allocatedHeapBytes() - before).as("two chunks").isLessThan(4 << 20);
      percpu.verify();
      machine.leave(cpu);
    } finally {
      machine.close();
    }
  }
}
