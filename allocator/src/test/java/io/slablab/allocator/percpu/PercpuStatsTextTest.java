package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The statistics file, the histogram of sizes, and variables of this CPU. */
@Timeout(120)
class PercpuStatsTextTest {
  private final PercpuFixture on = PercpuFixture.smallUnits(PercpuConfig.defaults());
  private final Percpu percpu = on.percpu;
  private final Cpu cpu = on.cpu;

  @AfterEach
  void close() {
    on.close();
  }

  @Test
  @DisplayName("T-PC-10 the whole text")
  void theWholeText() {
    percpu.allocReserved(cpu, 100, 4, Gfp.GFP_KERNEL);
    long[] areas = new long[6];
    int[] sizes = {16, 100, 40, 8, 200, 12};
    for (int i = 0; i < areas.length; i++) {
      areas[i] = percpu.alloc(cpu, sizes[i], 4, Gfp.GFP_KERNEL);
    }
    percpu.free(cpu, areas[1]);
    percpu.free(cpu, areas[3]);
    assertThat(percpu.statsText(cpu))
        .isEqualTo(
            """
            Percpu Memory Statistics
            Allocation Info:
            ----------------------------------------
              unit_size           :       262144
              static_size         :       221184
              reserved_size       :         8192
              dyn_size            :        28672
              atom_size           :      2097152
              alloc_size          :      2097152

            Global Stats:
            ----------------------------------------
              nr_alloc            :            7
              nr_dealloc          :            2
              nr_cur_alloc        :            5
              nr_max_alloc        :            7
              nr_chunks           :            1
              nr_max_chunks       :            1
              min_alloc_size      :            8
              max_alloc_size      :          200
              empty_pop_pages     :            6

            Per Chunk Stats:
            ----------------------------------------
            Chunk: <- Reserved Chunk
              nr_alloc            :            1
              max_alloc_size      :          100
              empty_pop_pages     :            1
              first_bit           :           25
              free_bytes          :         8092
              contig_bytes        :         8092
              sum_frag            :            0
              max_frag            :            0
              cur_min_alloc       :          100
              cur_med_alloc       :          100
              cur_max_alloc       :          100

            Chunk: <- First Chunk
              nr_alloc            :            4
              max_alloc_size      :          200
              empty_pop_pages     :            6
              first_bit           :            4
              free_bytes          :        28404
              contig_bytes        :        28296
              sum_frag            :          108
              max_frag            :          100
              cur_min_alloc       :           12
              cur_med_alloc       :           16
              cur_max_alloc       :          200

            """);
  }

  @Test
  @DisplayName("T-PC-10 before any allocation the smallest size is that of a unit")
  void beforeAnyAllocation() {
    assertThat(on.inText("min_alloc_size")).containsExactly(262_144L);
    assertThat(on.inText("cur_max_alloc")).containsExactly(0L, 0L);
  }

  @Test
  @DisplayName("T-PC-10 the text agrees with the counters after much use")
  void theTextAgreesWithTheCounters() {
    List<Long> areas = on.areas(5_000, 148);
    for (int i = 0; i < areas.size(); i += 3) {
      percpu.free(cpu, areas.get(i));
      areas.set(i, 0L);
    }
    PercpuStats stats = percpu.stats();
    assertThat(on.inText("nr_cur_alloc")).containsExactly(stats.nrCurAlloc());
    assertThat(on.inText("nr_max_alloc")).containsExactly(stats.nrMaxAlloc());
    assertThat(on.inText("nr_chunks")).containsExactly((long) stats.nrChunks());
    assertThat(on.inText("free_bytes")).hasSize(stats.nrChunks() + 1);
    assertThat(on.inText("nr_alloc").stream().skip(1).mapToLong(n -> n).sum())
        .isEqualTo(stats.nrCurAlloc());
    assertThat(on.inText("empty_pop_pages").getFirst()).isEqualTo(stats.emptyPopPages());
    long gaps = on.inText("sum_frag").stream().mapToLong(n -> n).sum();
    assertThat(gaps).isBetween(1_600L * 148, 1_667L * 148);
  }

  @Test
  @DisplayName("the statistics file takes the lock twice")
  void theFileTakesTheLockTwice() {
    on.machine.resetLockStats();
    percpu.statsText(cpu);
    assertThat(on.acquired("pcpu_lock")).isEqualTo(2);
    assertThat(on.acquired("pcpu_alloc_mutex")).isZero();
  }

  @Test
  @DisplayName("sizes are counted in buckets of powers of two, all and live ones")
  void sizesAreCounted() {
    int[] sizes = {1, 4, 5, 8, 9, 16, 17, 33, 64, 32_767, 32_768};
    long[] areas = new long[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      areas[i] = percpu.alloc(cpu, sizes[i], 4, Gfp.GFP_KERNEL);
    }
    percpu.free(cpu, areas[0]);
    percpu.free(cpu, areas[10]);
    List<PercpuStats.SizeBucket> buckets = percpu.stats().sizes();
    assertThat(buckets).hasSize(14);
    assertThat(buckets.get(0)).isEqualTo(new PercpuStats.SizeBucket(4, 2, 1));
    assertThat(buckets.get(1)).isEqualTo(new PercpuStats.SizeBucket(8, 2, 2));
    assertThat(buckets.get(2)).isEqualTo(new PercpuStats.SizeBucket(16, 2, 2));
    assertThat(buckets.get(3)).isEqualTo(new PercpuStats.SizeBucket(32, 1, 1));
    assertThat(buckets.get(4)).isEqualTo(new PercpuStats.SizeBucket(64, 2, 2));
    assertThat(buckets.get(13)).isEqualTo(new PercpuStats.SizeBucket(32_768, 2, 1));
    assertThat(percpu.stats().peakBytes()).isEqualTo(percpu.stats().liveBytes() + 4 + 32_768);
    assertThat(percpu.stats().populatedBytesAllCpus())
        .isEqualTo(percpu.stats().populatedPages() * 8 * 4096);
  }

  @Test
  @DisplayName("T-PC-11 adding a negated unsigned value wraps as two's complement")
  void arithmeticOfThisCpuWraps() {
    long area = percpu.alloc(cpu, 8, 8, Gfp.GFP_KERNEL);
    long unsignedMinusOne = Integer.toUnsignedLong(-1);
    percpu.thisCpuAdd(cpu, area, unsignedMinusOne);
    assertThat(percpu.thisCpuRead(cpu, area)).as("zero extended").isEqualTo(0xffff_ffffL);
    percpu.thisCpuAdd(cpu, area, 1);
    assertThat(percpu.thisCpuRead(cpu, area)).isEqualTo(0x1_0000_0000L);
    percpu.thisCpuAdd(cpu, area, -0x1_0000_0000L);
    percpu.thisCpuAdd(cpu, area, -1L);
    assertThat(Long.toUnsignedString(percpu.thisCpuRead(cpu, area)))
        .isEqualTo("18446744073709551615");
    percpu.thisCpuAdd(cpu, area, 1);
    assertThat(percpu.thisCpuRead(cpu, area)).isZero();
    percpu.thisCpuAdd(cpu, area, Long.MAX_VALUE);
    percpu.thisCpuAdd(cpu, area, 1);
    assertThat(percpu.thisCpuRead(cpu, area)).isEqualTo(Long.MIN_VALUE);
    for (int id = 1; id < 8; id++) {
      assertThat(percpu.memory().getLong(percpu.address(area, id))).isZero();
    }
  }
}
