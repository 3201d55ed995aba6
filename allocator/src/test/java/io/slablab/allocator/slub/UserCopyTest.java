package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only the window that a cache was given may be copied from and to user space. */
@SuppressWarnings("NullAway.Init") // the CPU is entered before each test
class UserCopyTest {
  private final Machine machine = HostMachine.of(HostConfig.uniform(1, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(2048));
  private final Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL));
  private Cpu cpu;

  @BeforeEach
  void enter() {
    cpu = machine.enter(0);
  }

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private KmemCacheArgs window(int offset, int bytes) {
    return KmemCacheArgs.NONE.withUseroffset(offset).withUsersize(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "16,32,true",
    "16,0,true",
    "47,1,true",
    "48,0,true",
    "20,8,true",
    "15,1,false",
    "15,33,false",
    "16,33,false",
    "48,1,false",
    "49,0,false",
    "0,64,false",
    "16,-1,false"
  })
  void theWindowAloneMayBeCopied(int offset, int bytes, boolean allowed) {
    KmemCache cache = slub.create(cpu, "c", 64, window(16, 32));
    cache.alloc(cpu, Gfp.GFP_KERNEL);
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    if (allowed) {
      assertThatCode(() -> slub.checkUserCopy(object + offset, bytes)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> slub.checkUserCopy(object + offset, bytes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cache=c offset=" + offset + " bytes=" + bytes)
          .hasMessageContaining("useroffset=16 usersize=32");
    }
  }

  @Test
  void aCacheWithoutWindowHasNothingToCopy() {
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    assertThatThrownBy(() -> slub.checkUserCopy(object, 1)).hasMessageContaining("usersize=0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Z", "FZPU"})
  void redZonesAndMetadataAreOutsideOfEveryWindow(String slubDebug) {
    Slub debugged =
        new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL).withSlubDebug(slubDebug));
    KmemCache cache = debugged.create(cpu, "c", 64, window(0, 64));
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    assertThatCode(() -> debugged.checkUserCopy(object, 64)).doesNotThrowAnyException();
    assertThatThrownBy(() -> debugged.checkUserCopy(object - 1, 1)).hasMessageContaining("cache=c");
    assertThatThrownBy(() -> debugged.checkUserCopy(object, 65)).hasMessageContaining("cache=c");
    assertThatThrownBy(() -> debugged.checkUserCopy(object + 64, 1))
        .hasMessageContaining("cache=c");
  }

  @Test
  void generalMemoryAndWholePagesMayBeCopied() {
    Kmalloc kmalloc = new Kmalloc(cpu, slub);
    long piece = kmalloc.alloc(cpu, 100, Gfp.GFP_KERNEL);
    assertThatCode(() -> slub.checkUserCopy(piece, 128)).doesNotThrowAnyException();
    assertThatThrownBy(() -> slub.checkUserCopy(piece, 129)).hasMessageContaining("kmalloc-128");
    long large = kmalloc.alloc(cpu, 10_000, Gfp.GFP_KERNEL);
    assertThatCode(() -> slub.checkUserCopy(large, 10_000)).doesNotThrowAnyException();
  }

  /** Merged, an object without window would become copyable, or one with it would not be. */
  @Test
  void aCacheWithAWindowMergesInNeitherDirection() {
    KmemCache plain = slub.create(cpu, "plain", 64, KmemCacheArgs.NONE);
    KmemCache open = slub.create(cpu, "open", 64, window(0, 64));
    assertThat(open).isNotSameAs(plain);
    assertThat(slub.create(cpu, "another", 64, window(0, 64))).isNotSameAs(open);
    assertThat(slub.create(cpu, "later", 64, KmemCacheArgs.NONE)).isSameAs(plain);
    KmemCache invalid = slub.create(cpu, "invalid", 64, window(40, 32));
    assertThat(invalid).as("a window that is none does not keep apart").isSameAs(plain);
  }
}
