package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** 2.1, 2.12: what creation refuses, what it tells of, and which flags keep caches apart. */
class CacheCreationTest {
  private static final KmemCacheArgs NONE = KmemCacheArgs.NONE;

  private final Machine machine = HostMachine.of(HostConfig.uniform(1, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(1024));
  private final Cpu cpu = machine.enter(0);
  private final Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META));

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  @Test
  void aNameInUseAndOneWithASpaceAreToldOf() {
    slub.create(cpu, "one", 64, NONE);
    slub.create(cpu, "one", 4096, NONE);
    slub.create(cpu, "a b", 256, NONE);
    assertThat(slub.log().warnings())
        .containsExactly(new SlabWarning.NameInUse("one"), new SlabWarning.NameWithSpace("a b"));
    assertThat(slub.log().warnings().getFirst().message()).endsWith("cache=one");
    assertThat(slub.log().warnings().getLast().message()).endsWith("cache='a b'");
    assertThat(slub.caches()).hasSize(3);
    assertThatThrownBy(() -> slub.create(cpu, " ", 64, NONE)).hasMessageContaining("a name");
    slub.log().clear(cpu);
    assertThat(slub.log().warnings()).isEmpty();
  }

  @Test
  void whatCannotBeMadeIsRefusedAndWithPanicEndsEverything() {
    assertThatThrownBy(() -> slub.create(cpu, "c", 64, NONE.withFlags(1 << 30)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such flags: cache=c flags=0x40000000");
    int tooLarge = CacheGeometry.MAX_SIZE + 1;
    assertThatThrownBy(() -> slub.create(cpu, "c", tooLarge, NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> slub.create(cpu, "c", tooLarge, NONE.withFlags(SlabFlags.PANIC)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("panic: ")
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThat(slub.create(cpu, "c", 64, NONE).name()).isEqualTo("c"); // no lock was kept
  }

  @Test
  void cachesForDevicesMergeAmongThemselvesAlone() {
    KmemCacheArgs dma = NONE.withFlags(SlabFlags.CACHE_DMA);
    KmemCache plain = slub.create(cpu, "plain", 192, NONE);
    KmemCache low = slub.create(cpu, "low", 192, dma);
    KmemCache low32 = slub.create(cpu, "low32", 192, NONE.withFlags(SlabFlags.CACHE_DMA32));
    assertThat(low).isNotSameAs(plain);
    assertThat(low32).isNotSameAs(plain).isNotSameAs(low);
    assertThat(slub.create(cpu, "too", 190, dma)).isSameAs(low);
    assertThat(slub.attributes())
        .extracting(SlabAttributes::directory, attributes -> attributes.text("cache_dma"))
        .containsExactly(
            tuple(":0000192", "0"), tuple(":d-0000192", "1"), tuple(":D-0000192", "0"));
  }

  @Test
  void filesTellWhetherKfenceMayTakeSamples() {
    slub.create(cpu, "c", 192, NONE.withFlags(SlabFlags.SKIP_KFENCE));
    slub.create(cpu, "d", 4096, NONE);
    assertThat(slub.attributes())
        .extracting(attributes -> attributes.text("skip_kfence"))
        .containsExactly("1", "0");
  }
}
