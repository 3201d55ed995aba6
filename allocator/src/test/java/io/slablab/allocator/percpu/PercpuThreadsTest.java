package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.PercpuConfig.Backing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CPUs that allocate, free and balance at a time; every area carries its owner's mark. */
@Timeout(120)
class PercpuThreadsTest {
  private static final int CPUS = 8;
  private static final int THREADS = 3;
  private static final int STEPS = 40_000;

  @ParameterizedTest
  @CsvSource({"11,true,VM", "12,false,VM", "13,false,KM"})
  @DisplayName("INV-PC-2 INV-PC-6 no area has two owners and no page in use is taken away")
  void nothingIsSharedAndNothingVanishes(long seed, boolean hintBug, Backing backing)
      throws InterruptedException {
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    PercpuConfig config = PercpuConfig.defaults().withHintBug(hintBug).withBacking(backing);
    try (PercpuFixture on = PercpuFixture.smallUnits(config)) {
      ObjCgroup group = new ObjCgroup(on.machine, 1 << 24);
      List<Thread> threads = new ArrayList<>();
      for (int id = 1; id <= THREADS; id++) {
        User user = new User(on, id, group, new SplittableRandom(seed * 31 + id));
        threads.add(
            Thread.ofPlatform()
                .uncaughtExceptionHandler((_, e) -> failures.add(e))
                .start(user::run));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).as("seed %d", seed).isEmpty();
      on.verify();
      assertThat(on.percpu.stats().nrCurAlloc()).isZero();
      assertThat(on.percpu.stats().nrMaxChunks()).isGreaterThan(2);
      assertThat(on.percpu.tlbFlushes() > 0)
          .as("chunks were depopulated")
          .isEqualTo(backing == Backing.VM);
      assertThat(group.usedBytes()).isZero();
    }
  }

  private static final class User {
    private final PercpuFixture on;
    private final int id;
    private final ObjCgroup group;
    private final SplittableRandom random;
    private final long[] live = new long[600];
    private final int[] bytesOf = new int[live.length];
    private int count;

    User(PercpuFixture on, int id, ObjCgroup group, SplittableRandom random) {
      this.on = on;
      this.id = id;
      this.group = group;
      this.random = random;
    }

    void run() {
      Cpu cpu = on.machine.enter(id);
      on.percpu.setCgroup(cpu, group);
      for (int step = 0; step < STEPS; step++) {
        boolean grow = step / 2_000 % 2 == 0;
        if (count == 0 || random.nextInt(100) < (grow ? 75 : 25)) {
          allocate(cpu);
        } else {
          release(cpu);
        }
        cpu.poll();
      }
      while (count > 0) {
        release(cpu);
      }
      on.machine.leave(cpu);
    }

    private void allocate(Cpu cpu) {
      int bytes = 4 << random.nextInt(11);
      int gfp = random.nextInt(8) == 0 ? Gfp.GFP_ATOMIC : Gfp.GFP_KERNEL_ACCOUNT;
      long[] out = new long[random.nextInt(16) == 0 ? 8 : 1];
      if (count + out.length > live.length) {
        return;
      }
      int got = out.length;
      if (got > 1) {
        got = on.percpu.allocBulk(cpu, bytes, 4, gfp, got, out);
      } else {
        out[0] = on.percpu.alloc(cpu, bytes, 4, gfp);
        got = out[0] == 0 ? 0 : 1;
      }
      for (int i = 0; i < got; i++) {
        expect(out[i], bytes, 0);
        mark(out[i], bytes);
        live[count] = out[i];
        bytesOf[count++] = bytes;
      }
    }

    private void release(Cpu cpu) {
      long[] areas = new long[random.nextInt(16) == 0 ? Math.min(8, count) : 1];
      for (int i = 0; i < areas.length; i++) {
        int chosen = random.nextInt(count--);
        areas[i] = live[chosen];
        expect(areas[i], bytesOf[chosen], id);
        live[chosen] = live[count];
        bytesOf[chosen] = bytesOf[count];
      }
      if (areas.length == 1) {
        on.percpu.free(cpu, areas[0]);
      } else {
        on.percpu.freeBulk(cpu, areas, areas.length);
      }
    }

    private void mark(long area, int bytes) {
      for (int unit = 0; unit < CPUS; unit++) {
        on.percpu.memory().putInt(on.percpu.address(area, unit), id);
        on.percpu.memory().putInt(on.percpu.address(area, unit) + bytes - 4, id);
      }
    }

    private void expect(long area, int bytes, int owner) {
      for (int unit = 0; unit < CPUS; unit++) {
        int first = on.percpu.memory().getInt(on.percpu.address(area, unit));
        int last = on.percpu.memory().getInt(on.percpu.address(area, unit) + bytes - 4);
        if (first != owner || last != owner) {
          throw new IllegalStateException(
              "area " + area + " of " + bytes + " has mark " + first + "/" + last);
        }
      }
    }
  }
}
