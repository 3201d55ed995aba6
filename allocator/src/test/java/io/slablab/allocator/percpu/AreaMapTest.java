package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden vectors of one dynamic chunk of 64 pages, and a naive bitmap as oracle. */
class AreaMapTest {
  private static final int PAGES = 64;
  private static final Slots SLOTS = new Slots(PAGES * 4096);

  @Test
  @DisplayName(
      "T-PC-14 golden vectors: offset, free bytes, contig, scan, first free, slot of each step")
  void shortScriptMatchesTheReferenceStepByStep() {
    AreaMap map = new AreaMap(PAGES, true);
    expect(map, 262144, 65536, 0, 0, 0, 0, 18);
    alloc(map, 16, 8, 0, 262128, 65532, 4, 0, 0, 4, 15);
    alloc(map, 16, 4, 16, 262112, 65528, 8, 0, 0, 8, 15);
    alloc(map, 20, 4, 32, 262092, 65523, 13, 0, 0, 13, 15);
    alloc(map, 4096, 4096, 4096, 257996, 63488, 2048, 1011, 13, 13, 15);
    alloc(map, 64, 64, 64, 257932, 63488, 2048, 0, 0, 13, 15);
    expectPage(map, 0, 992, 32, 3, 13, 0, 992, 13);
    alloc(map, 40, 8, 128, 257892, 63488, 2048, 0, 0, 13, 15);
    free(map, 16, 257908, 63488, 2048, 4, 4, 4, 15);
    alloc(map, 8, 8, 16, 257900, 63488, 2048, 0, 0, 6, 15);
    alloc(map, 12, 4, 52, 257888, 63488, 2048, 0, 0, 6, 15);
    free(map, 4096, 261984, 65494, 42, 0, 0, 6, 15);
    free(map, 0, 262000, 65494, 42, 4, 0, 0, 15);
    alloc(map, 4100, 8, 168, 257900, 64469, 1067, 4, 0, 0, 15);
    expectPage(map, 0, 4, 0, 0, 0, 4, 0, 0);
    expectPage(map, 1, 981, 43, 0, 0, 0, 981, 43);
    free(map, 32, 257920, 64469, 1067, 7, 6, 0, 15);
    alloc(map, 24, 8, 24, 257896, 64469, 1067, 0, 0, 0, 15);
    free(map, 64, 257960, 64469, 1067, 16, 16, 0, 15);
    free(map, 128, 258000, 64469, 1067, 26, 16, 0, 15);
    free(map, 16, 258008, 64469, 1067, 26, 16, 0, 15);
    free(map, 52, 258020, 64469, 1067, 30, 12, 0, 15);
    free(map, 168, 262120, 65524, 12, 0, 0, 0, 15);
    free(map, 24, 262144, 65536, 0, 0, 0, 0, 18);
    assertThat(map.free(24 / 4)).isZero();
  }

  private static void alloc(
      AreaMap map,
      int bytes,
      int align,
      int offset,
      int free,
      int contig,
      int contigStart,
      int scan,
      int scanStart,
      int firstFree,
      int slot) {
    assertThat(place(map, bytes, align)).isEqualTo(offset / 4);
    expect(map, free, contig, contigStart, scan, scanStart, firstFree, slot);
  }

  private static void free(
      AreaMap map,
      int offset,
      int free,
      int contig,
      int contigStart,
      int scan,
      int scanStart,
      int firstFree,
      int slot) {
    assertThat(map.free(offset / 4)).isPositive();
    expect(map, free, contig, contigStart, scan, scanStart, firstFree, slot);
  }

  private static void expect(
      AreaMap map,
      int free,
      int contig,
      int contigStart,
      int scan,
      int scanStart,
      int firstFree,
      int slot) {
    Hints chunk = map.chunkHints();
    assertThat(map.freeBytes()).isEqualTo(free);
    assertThat(chunk.contig).isEqualTo(contig);
    assertThat(chunk.contigStart).isEqualTo(contigStart);
    assertThat(chunk.scan).isEqualTo(scan);
    if (scan > 0) {
      assertThat(chunk.scanStart).isEqualTo(scanStart);
    }
    assertThat(chunk.firstFree).isEqualTo(firstFree);
    assertThat(SLOTS.of(map)).isEqualTo(slot);
    map.verify();
  }

  private static void expectPage(
      AreaMap map,
      int page,
      int contig,
      int contigStart,
      int scan,
      int scanStart,
      int left,
      int right,
      int first) {
    Hints hints = map.pageHints(page);
    assertThat(hints.contig).isEqualTo(contig);
    assertThat(hints.contigStart).isEqualTo(contigStart);
    if (scan > 0) {
      assertThat(hints.scan).isEqualTo(scan);
      assertThat(hints.scanStart).isEqualTo(scanStart);
    }
    assertThat(hints.leftFree).isEqualTo(left);
    assertThat(hints.rightFree).isEqualTo(right);
    assertThat(hints.firstFree).isEqualTo(first);
  }

  /** Returns the offset in bits, -1 when the chunk has no room. */
  private static int place(AreaMap map, int bytes, int align) {
    int need = (bytes + 3) / 4;
    int start = map.findBlockFit(need, align / 4, null);
    return start < 0 ? -1 : map.alloc(need, align / 4, start);
  }

  @ParameterizedTest
  @CsvSource({
    "1000,true,7d40efe5a40cfa7c,50,0,260296,64612,924",
    "10000,true,597f405fae8bfe14,946,0,213960,52524,13012",
    "20000,true,3fc158f1de852262,1970,0,163116,39496,26040",
    "50000,true,8d9e5e1e8cc683a2,4914,0,12096,392,65144",
    "200000,true,ca93f741780796bc,10224,9694,16676,32,61064",
    "1000,false,7d40efe5a40cfa7c,50,0,260296,64612,924",
    "10000,false,0c682555dd1f3378,946,0,213960,52840,12696",
    "20000,false,50798c6bd09fb1b6,1970,0,163116,39872,25664",
    "50000,false,1275efd2c024dd4e,4914,0,12096,832,64704",
    "200000,false,4267cc7a988fbfab,10257,9661,-1,32,64032"
  })
  @DisplayName("T-PC-14 golden hashes of the long trace, with the hint defect and without")
  void longTraceMatchesTheReference(
      int steps,
      boolean hintBug,
      String hash,
      int liveCount,
      int failures,
      int free,
      int contig,
      int contigStart) {
    Trace trace = new Trace(hintBug);
    for (int step = 0; step < steps; step++) {
      trace.step();
    }
    assertThat(Long.toHexString(trace.hash)).isEqualTo(hash.replaceFirst("^0+", ""));
    assertThat(trace.live).isEqualTo(liveCount);
    assertThat(trace.failures).isEqualTo(failures);
    if (free >= 0) {
      assertThat(trace.map.freeBytes()).isEqualTo(free);
    }
    assertThat(trace.map.chunkHints().contig).isEqualTo(contig);
    assertThat(trace.map.chunkHints().contigStart).isEqualTo(contigStart);
    trace.map.verify();
  }

  private static final class Trace {
    private static final int[] SIZES = {4, 8, 16, 16, 20, 32, 64, 256};
    final AreaMap map;
    private final int[] offsets = new int[65_536];
    private long x = 1;
    long hash = 1469598103934665603L;
    int live;
    int failures;

    Trace(boolean hintBug) {
      map = new AreaMap(PAGES, hintBug);
    }

    void step() {
      x = x * 6364136223846793005L + 1442695040888963407L;
      int r = (int) (x >>> 33);
      int value = r % 100 < 55 || live == 0 ? allocate(r) : release(r);
      hash = (hash ^ value) * 1099511628211L;
    }

    private int allocate(int r) {
      int offset = place(map, SIZES[r / 100 % 8], 4 << r / 800 % 3);
      if (offset < 0) {
        failures++;
        return 0;
      }
      offsets[live++] = offset;
      return offset * 4 + 1;
    }

    private int release(int r) {
      int chosen = r / 2400 % live;
      int freed = map.free(offsets[chosen]) * 4;
      offsets[chosen] = offsets[--live];
      return freed;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName(
      "T-PC-15 with the defect a chunk with almost all bytes free is never looked at again")
  void theHintDefectStarvesAFragmentedChunk(boolean hintBug) {
    AreaMap map = new AreaMap(PAGES, hintBug);
    for (int i = 0; i < 16_384; i++) {
      assertThat(place(map, 16, 4)).isEqualTo(i * 4);
    }
    for (int page = 1; page < PAGES; page++) {
      for (int area = 0; area < 255; area++) {
        map.free(page * 1024 + area * 4);
      }
    }
    assertThat(map.freeBytes()).isEqualTo(257_040);
    map.verify();
    if (hintBug) {
      assertThat(map.chunkHints().contig).isZero();
      assertThat(SLOTS.of(map)).isZero();
      assertThat(place(map, 16, 4)).isNegative();
      map.free(0);
      assertThat(place(map, 16, 4)).isZero();
    } else {
      assertThat(map.chunkHints().contig).isEqualTo(1020);
      assertThat(SLOTS.of(map)).isEqualTo(9);
      assertThat(place(map, 16, 4)).isEqualTo(1024);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  @DisplayName(
      "T-PC-2 INV-PC-1 INV-PC-2 INV-PC-3 10^6 operations against a bitmap scanned bit by bit")
  void randomUseAgreesWithANaiveBitmap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    AreaMap map = new AreaMap(16, seed % 2 == 0);
    boolean[] taken = new boolean[16 * 1024];
    int[] offsets = new int[taken.length];
    int[] sizes = new int[taken.length];
    int live = 0;
    for (int step = 0; step < 250_000; step++) {
      boolean grow = step / 20_000 % 2 == 0;
      if (live == 0 || random.nextInt(100) < (grow ? 60 : 40)) {
        int bits = 1 + (random.nextInt(20) == 0 ? random.nextInt(2500) : random.nextInt(16));
        int align = 1 << random.nextInt(random.nextInt(10) == 0 ? 11 : 4);
        int offset = place(map, bits * 4, align * 4);
        if (offset >= 0) {
          assertThat(offset % align).isZero();
          for (int i = offset; i < offset + bits; i++) {
            if (taken[i]) {
              throw new AssertionError("overlap at " + i + ", seed " + seed);
            }
            taken[i] = true;
          }
          offsets[live] = offset;
          sizes[live++] = bits;
        }
      } else {
        int chosen = random.nextInt(live);
        assertThat(map.free(offsets[chosen])).as("seed %d", seed).isEqualTo(sizes[chosen]);
        java.util.Arrays.fill(taken, offsets[chosen], offsets[chosen] + sizes[chosen], false);
        live--;
        offsets[chosen] = offsets[live];
        sizes[chosen] = sizes[live];
      }
      if (step % 1_000 == 0) {
        map.verify();
      }
    }
    while (live > 0) {
      map.free(offsets[--live]);
    }
    assertThat(map.freeBytes()).isEqualTo(16 * 4096);
    map.verify();
  }
}
