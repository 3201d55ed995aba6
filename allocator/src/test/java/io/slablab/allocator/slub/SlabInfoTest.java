package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlabInfoTest {
  private final Machine machine = HostMachine.of(HostConfig.uniform(4, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));

  @AfterEach
  void close() {
    machine.close();
  }

  @Test
  @DisplayName("slabinfo 2.1: newest cache first; only free objects on node lists are not active")
  void theTextIsTheKernels() {
    Slub slub =
        new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META).withCpuPartial(false));
    Cpu cpu = machine.enter(0);
    KmemCache small = slub.create(cpu, "small", 256, KmemCacheArgs.NONE);
    slub.create(cpu, "a_name_of_twenty_one", 1408, KmemCacheArgs.NONE);
    long[] objects = new long[17];
    assertThat(small.allocBulk(cpu, Gfp.GFP_KERNEL, 17, objects)).isEqualTo(17);
    small.free(cpu, objects[0]);
    small.free(cpu, objects[1]);
    assertThat(slub.slabInfo(cpu))
        .isEqualTo(
            """
            slabinfo - version: 2.1
            # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> \
            : tunables <limit> <batchcount> <sharedfactor> \
            : slabdata <active_slabs> <num_slabs> <sharedavail>
            a_name_of_twenty_one      0      0   1408   23    8 \
            : tunables    0    0    0 : slabdata      0      0      0
            small                 30     32    256   16    1 \
            : tunables    0    0    0 : slabdata      2      2      0
            """);
  }
}
