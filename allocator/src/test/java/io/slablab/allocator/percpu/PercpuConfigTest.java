package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said at boot, and what it does. */
@Timeout(120)
class PercpuConfigTest {
  private static final PercpuConfig DEFAULTS = PercpuConfig.defaults();

  @ParameterizedTest
  @ValueSource(ints = {0, 2, -4, 524_292})
  void regionsHaveBounds(int bytes) {
    assertThatThrownBy(() -> DEFAULTS.withStatic(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("staticBytes must be a multiple of 4 from 4 to 524288: staticBytes=" + bytes);
    if (bytes != 0) {
      assertThatThrownBy(() -> DEFAULTS.withReserved(bytes)).hasMessageContaining("reservedBytes");
      assertThatThrownBy(() -> DEFAULTS.withDynamic(bytes)).hasMessageContaining("dynamicBytes");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2048, 4100, 3 << 20, 8 << 20})
  void atomsArePowersOfTwo(int bytes) {
    assertThatThrownBy(() -> DEFAULTS.withAtom(bytes)).hasMessageContaining("atomBytes=" + bytes);
  }

  @ParameterizedTest
  @CsvSource({"-1,4", "5,4", "2,65"})
  void thresholdsAreInOrder(int low, int high) {
    assertThatThrownBy(() -> DEFAULTS.withEmptyPages(low, high))
        .hasMessageEndingWith("emptyPagesLow=" + low + " emptyPagesHigh=" + high);
  }

  @Test
  void thereIsAChunk() {
    assertThatThrownBy(() -> DEFAULTS.withMaxChunks(0)).hasMessageContaining("maxChunks=0");
  }

  @ParameterizedTest
  @CsvSource({"4096,524288,2097152", "221184,2097152,2097152", "4,4096,32768", "4,65536,65536"})
  @DisplayName("pieces of units are multiples of the atom")
  void atomsAndRegionsMakeUnits(int staticBytes, int atom, int chunkBytes) {
    PercpuConfig config = DEFAULTS.withStatic(staticBytes).withReserved(0).withAtom(atom);
    PercpuConfig sized = config.withDynamic(4096);
    try (PercpuFixture on = PercpuFixture.of(4, 1, sized)) {
      UnitGeometry geometry = UnitGeometry.of(on.machine, sized);
      assertThat(geometry.unitBytes() * geometry.unitsPerAlloc() % atom).isZero();
      assertThat(geometry.unitBytes()).isGreaterThanOrEqualTo(sized.regionBytes());
      assertThat(on.inText("static_size")).containsExactly((long) staticBytes);
      assertThat(on.inText("reserved_size")).containsExactly(0L);
      assertThat(on.inText("dyn_size")).containsExactly((long) sized.firstChunkBytes());
      assertThat(on.inText("alloc_size"))
          .containsExactly((long) geometry.unitBytes() * geometry.unitsPerAlloc());
      on.areas(20, 4096);
      on.verify();
    }
  }

  @ParameterizedTest
  @CsvSource({"2,4", "0,1", "3,10", "64,64"})
  @DisplayName("T-PC-3 after an atomic failure there are as many empty pages as are to be kept")
  void theHighMarkIsWhatIsKept(int low, int high) {
    PercpuConfig config = DEFAULTS.withEmptyPages(low, high);
    try (PercpuFixture on = PercpuFixture.smallUnits(config)) {
      on.fillFirstChunk();
      assertThat(on.percpu.alloc(on.cpu, 4096, 4, Gfp.GFP_ATOMIC)).isZero();
      on.cpu.poll();
      assertThat(on.percpu.stats().emptyPopPages()).isEqualTo(high);
      on.verify();
    }
  }

  @Test
  @DisplayName("T-PC-3 balancing is asked for when there are fewer empty pages than the low mark")
  void theLowMarkAsksForBalancing() {
    PercpuConfig config = DEFAULTS.withEmptyPages(3, 10);
    try (PercpuFixture on = PercpuFixture.smallUnits(config)) {
      Percpu percpu = on.percpu;
      Cpu cpu = on.cpu;
      on.fillFirstChunk();
      cpu.poll();
      assertThat(percpu.stats().emptyPopPages()).isEqualTo(10);
      for (int empty = 9; empty >= 3; empty--) {
        percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL);
        cpu.poll();
        assertThat(percpu.stats().emptyPopPages()).isEqualTo(empty);
      }
      percpu.alloc(cpu, 4096, 4, Gfp.GFP_KERNEL);
      cpu.poll();
      assertThat(percpu.stats().emptyPopPages()).isEqualTo(10);
    }
  }

  @Test
  @DisplayName("T-PC-6 a chunk is taken from when more than the high mark are empty elsewhere")
  void theHighMarkIsLeftElsewhere() {
    PercpuConfig config = DEFAULTS.withEmptyPages(2, 10);
    try (PercpuFixture on = PercpuFixture.smallUnits(config)) {
      Percpu percpu = on.percpu;
      on.fillFirstChunk();
      List<Long> one = on.areas(64, 4096);
      List<Long> two = on.areas(64, 4096);
      Chunk taken = percpu.chunkOf(two.getFirst());
      percpu.setAsyncEnabled(false);
      int missing = 10 - percpu.stats().emptyPopPages();
      one.subList(0, missing).forEach(area -> percpu.free(on.cpu, area));
      two.subList(0, 30).forEach(area -> percpu.free(on.cpu, area));
      assertThat(taken.isolated).isFalse();
      percpu.free(on.cpu, one.get(missing));
      percpu.free(on.cpu, two.get(30));
      assertThat(taken.isolated).isTrue();
      on.verify();
    }
  }
}
