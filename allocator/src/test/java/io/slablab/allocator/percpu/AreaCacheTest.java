package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AreaCacheTest {

  /** Of the largest areas a magazine holds one: no room for a half that stays. */
  @ParameterizedTest
  @ValueSource(ints = {16, 16 << 10, 32 << 10})
  void magazinesOfAnySizeSpillWhatTheDepotDoesNotTake(int bytes) {
    Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
    PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
    Percpu percpu = new Percpu(machine, pages, PercpuConfig.defaults());
    AreaCache cache = new AreaCache(machine, percpu, SizeClasses.POWERS_OF_TWO, 4, 2);
    Cpu cpu = machine.enter(0);
    for (int round = 0; round < 3; round++) {
      Set<Long> areas = new HashSet<>();
      for (int i = 0; i < 60; i++) {
        assertThat(areas.add(cache.alloc(cpu, bytes, 8, Gfp.GFP_KERNEL))).isTrue();
      }
      assertThat(areas).doesNotContain(0L);
      areas.forEach(area -> cache.free(cpu, area));
    }
    cache.trim(cpu);
    assertThat(percpu.stats().liveBytes()).isZero();
    percpu.verify();
    machine.leave(cpu);
    machine.close();
  }
}
