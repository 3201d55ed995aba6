package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.PercpuConfig.Backing;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Seeded random use of everything there is, against a naive bitmap. */
@Timeout(120)
class PercpuChurnTest {
  private static final int STEPS = 250_000;
  private static final int CPUS = 8;

  @ParameterizedTest
  @CsvSource({"1,true,VM", "2,false,VM", "3,true,VM", "4,false,VM", "5,false,KM"})
  @DisplayName("T-PC-2 INV-PC-1 to INV-PC-10 hold through random use")
  void invariantsHoldThroughRandomUse(long seed, boolean hintBug, Backing backing) {
    PercpuConfig config =
        PercpuConfig.defaults().withHintBug(hintBug).withReserved(8_000).withBacking(backing);
    try (PercpuFixture on = PercpuFixture.smallUnits(config)) {
      new Script(on, seed).run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed=" + seed + " hintBug=" + hintBug + " " + backing, e);
    }
  }

  private static final class Script implements PercpuFaults {
    private final PercpuFixture on;
    private final Percpu percpu;
    private final Cpu cpu;
    private final SplittableRandom random;
    private final ObjCgroup group;
    private final Map<Long, BitSet> taken = new HashMap<>(); // by chunk base
    private final long[] live = new long[20_000];
    private final int[] bytesOf = new int[live.length];
    private final boolean[] charged = new boolean[live.length];
    private int count;
    private long liveBytes;
    private long chargedBytes;
    private long invalid;
    private int failing;

    Script(PercpuFixture on, long seed) {
      this.on = on;
      this.percpu = on.percpu;
      this.cpu = on.cpu;
      this.random = new SplittableRandom(seed);
      this.group = new ObjCgroup(on.machine, 1 << 24);
    }

    @Override
    public boolean createChunk(Cpu cpu, int gfp) {
      return fails(cpu);
    }

    @Override
    public boolean allocChunkPages(Cpu cpu, int order, int gfp) {
      return fails(cpu);
    }

    @Override
    public boolean populatePage(Cpu cpu, int page, int unitCpu, int gfp) {
      return fails(cpu);
    }

    private boolean fails(Cpu cpu) {
      if (cpu.irqsOff()) {
        throw new IllegalStateException("INV-PC-9: allocates under pcpu_lock");
      }
      return failing > 0 && random.nextInt(failing) == 0;
    }

    void run() {
      percpu.setCgroup(cpu, group);
      percpu.setFaults(this);
      for (int step = 0; step < STEPS; step++) {
        boolean grow = step / 25_000 % 2 == 0;
        if (step % 10_000 == 0) {
          failing = random.nextInt(3) == 0 ? 1 + random.nextInt(200) : 0;
        }
        if (count == 0 || random.nextInt(100) < (grow ? 58 : 40)) {
          allocate();
        } else {
          release();
        }
        if (random.nextInt(40) == 0) {
          cpu.poll();
        }
        checkCounts();
        if (step % 2_000 == 0) {
          on.verify();
        }
      }
      end();
    }

    private void checkCounts() {
      StatCounters stats = percpu.books().stats;
      boolean agree =
          stats.liveBytes == liveBytes
              && stats.nrAlloc - stats.nrDealloc == count
              && stats.invalidFrees == invalid;
      if (!agree) {
        throw new IllegalStateException("counters differ from the oracle");
      }
    }

    private int gfp() {
      return switch (random.nextInt(10)) {
        case 0, 1 -> Gfp.GFP_ATOMIC;
        case 2, 3, 4 -> Gfp.GFP_KERNEL_ACCOUNT;
        case 5 -> Gfp.GFP_ATOMIC | Gfp.ACCOUNT;
        default -> Gfp.GFP_KERNEL;
      };
    }

    private int bytes() {
      return switch (random.nextInt(100)) {
        case 0 -> 1 + random.nextInt(Percpu.MAX_BYTES);
        case 1, 2, 3 -> 1 + random.nextInt(5_000);
        default -> 1 + random.nextInt(120);
      };
    }

    private void allocate() {
      int bytes = bytes();
      int align = 4 << random.nextInt(random.nextInt(20) == 0 ? 11 : 4);
      int gfp = gfp();
      int kind = random.nextInt(20);
      if (kind == 0) {
        long[] out = new long[1 + random.nextInt(20)];
        int room = Math.min(out.length, live.length - count);
        int got = percpu.allocBulk(cpu, bytes, align, gfp, room, out);
        for (int i = 0; i < got; i++) {
          took(out[i], bytes, align, gfp);
        }
      } else if (count < live.length) {
        long area =
            kind == 1
                ? percpu.allocReserved(cpu, bytes, align, gfp)
                : percpu.alloc(cpu, bytes, align, gfp);
        if (area != 0) {
          took(area, bytes, align, gfp);
        }
      }
    }

    private void took(long area, int bytes, int align, int gfp) {
      Chunk chunk = percpu.chunkOf(area);
      if (area % align != 0) {
        throw new IllegalStateException("not aligned: " + area);
      }
      int bits = (bytes + 3) / 4;
      int from = (int) (area - chunk.base) / 4;
      BitSet map = mapOf(chunk);
      int next = map.nextSetBit(from);
      if (next >= 0 && next < from + bits) {
        throw new IllegalStateException("INV-PC-2: areas overlap: " + area);
      }
      map.set(from, from + bits);
      live[count] = area;
      bytesOf[count] = bits * 4;
      charged[count] = (gfp & Gfp.ACCOUNT) != 0 && !chunk.immutable;
      chargedBytes += charged[count] ? full(bits * 4) : 0;
      liveBytes += bits * 4;
      count++;
      checkZeroThenDirty(area, bits * 4);
    }

    private BitSet mapOf(Chunk chunk) {
      return taken.computeIfAbsent(chunk.base, _ -> new BitSet());
    }

    private static long full(int bytes) {
      return (long) bytes * CPUS + bytes / 4 * 8;
    }

    private void checkZeroThenDirty(long area, int bytes) {
      for (int id = 0; id < CPUS; id++) {
        long address = percpu.address(area, id);
        for (int at = 0; at < bytes; at += 4) {
          if (percpu.memory().getInt(address + at) != 0) {
            throw new IllegalStateException("INV-PC-6: not zero at " + at + " of CPU " + id);
          }
        }
        percpu.memory().putInt(address, -1);
        percpu.memory().putInt(address + bytes - 4, -1);
      }
    }

    private void release() {
      switch (random.nextInt(20)) {
        case 0 -> releaseMany();
        case 1 -> toggleCharge(random.nextInt(count));
        case 2 -> freeNonsense();
        default -> percpu.free(cpu, forget(random.nextInt(count)));
      }
    }

    private void releaseMany() {
      long[] areas = new long[1 + random.nextInt(20)];
      int n = Math.min(areas.length, count);
      for (int i = 0; i < n; i++) {
        areas[i] = forget(random.nextInt(count));
      }
      percpu.freeBulk(cpu, areas, n);
    }

    private long forget(int i) {
      long area = live[i];
      Chunk chunk = percpu.chunkOf(area);
      int from = (int) (area - chunk.base) / 4;
      mapOf(chunk).clear(from, from + bytesOf[i] / 4);
      liveBytes -= bytesOf[i];
      chargedBytes -= charged[i] ? full(bytesOf[i]) : 0;
      count--;
      live[i] = live[count];
      bytesOf[i] = bytesOf[count];
      charged[i] = charged[count];
      return area;
    }

    private void toggleCharge(int i) {
      boolean immutable = percpu.chunkOf(live[i]).immutable;
      if (charged[i]) {
        percpu.uncharge(cpu, live[i], bytesOf[i]);
        chargedBytes -= full(bytesOf[i]);
      } else {
        assertThat(percpu.charge(cpu, live[i], bytesOf[i])).isTrue();
        chargedBytes += immutable ? 0 : full(bytesOf[i]);
      }
      charged[i] = !charged[i] && !immutable;
      assertThat(group.usedBytes()).isEqualTo(chargedBytes);
    }

    private void freeNonsense() {
      int i = random.nextInt(count);
      if (bytesOf[i] > 4) {
        percpu.free(cpu, live[i] + 4 + random.nextInt(bytesOf[i] - 4) / 4 * 4);
        invalid++;
      }
    }

    private void end() {
      failing = 0;
      percpu.freeBulk(cpu, Arrays.copyOf(live, count), count);
      cpu.poll();
      on.verify();
      percpu.queueBalance(cpu); // isolated chunks came back after the spare ones had gone
      cpu.poll();
      on.verify();
      assertThat(percpu.stats().nrCurAlloc()).isZero();
      assertThat(percpu.stats().liveBytes()).isZero();
      assertThat(percpu.stats().nrChunks()).as("INV-PC-10").isLessThanOrEqualTo(2);
      assertThat(group.usedBytes()).as("INV-PC-10").isZero();
      assertThat(percpu.stats().sizes()).allMatch(bucket -> bucket.live() == 0);
    }
  }
}
