package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.memcg.TaskCgroups;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T-CD-11: objects are charged to who takes them, and to nobody once they are free. */
@Timeout(60)
class SlabChargesTest {
  private static final int CPUS = 4;
  private static final int SIZE = 192;
  private static final long EACH = SIZE + 8;

  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
  private final TaskCgroups tasks = new TaskCgroups(machine);

  @AfterEach
  void close() {
    machine.close();
  }

  private Slub slub(MemoryMode mode) {
    Slub slub = new Slub(machine, pages, SlubConfig.defaults(mode));
    slub.install(new SlabCharges(tasks));
    return slub;
  }

  private static KmemCache accounted(Cpu cpu, Slub slub) {
    return slub.create(cpu, "accounted", SIZE, KmemCacheArgs.NONE.withFlags(SlabFlags.ACCOUNT));
  }

  private ObjCgroup group(long pages) {
    return new ObjCgroup(machine, pages);
  }

  @ParameterizedTest
  @CsvSource({"META,false", "META,true", "FULL,false", "FULL,true"})
  void theUserPaysAndNotWhoBuiltTheSlab(MemoryMode mode, boolean sheaves) {
    Slub slub = slub(mode);
    Cpu cpu = machine.enter(0);
    KmemCache cache = accounted(cpu, slub);
    Sheaves front = sheaves ? slub.sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY) : null;
    ObjCgroup builder = group(100);
    ObjCgroup user = group(100);
    tasks.set(cpu, builder);
    long first =
        front == null ? cache.alloc(cpu, Gfp.GFP_KERNEL) : front.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(builder.usedBytes()).isEqualTo(EACH);
    tasks.set(cpu, user);
    long second =
        front == null ? cache.alloc(cpu, Gfp.GFP_KERNEL) : front.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(user.usedBytes()).isEqualTo(EACH);
    tasks.set(cpu, null);
    machine.leave(cpu);
    Cpu other = machine.enter(3);
    for (long object : new long[] {first, second}) {
      if (front == null) {
        cache.free(other, object);
      } else {
        front.free(other, object);
      }
    }
    assertThat(builder.usedBytes()).isZero();
    assertThat(user.usedBytes()).isZero();
    assertThat(slub.destroy(other, cache)).isEqualTo(DestroyResult.DONE);
    machine.leave(other);
  }

  @Test
  void overTheLimitTheObjectGoesBackAndTheAllocationFails() {
    Slub slub = slub(MemoryMode.META);
    Cpu cpu = machine.enter(0);
    KmemCache cache = accounted(cpu, slub);
    ObjCgroup onePage = group(1);
    tasks.set(cpu, onePage);
    List<Long> live = new ArrayList<>();
    for (long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
        object != 0;
        object = cache.alloc(cpu, Gfp.GFP_KERNEL)) {
      live.add(object);
    }
    assertThat(live).hasSize((int) (4096 / EACH));
    assertThat(cache.stats().objectsInUse()).isEqualTo(live.size());
    assertThat(cache.allocBulk(cpu, Gfp.GFP_KERNEL, 2, new long[2])).isZero();
    assertThat(onePage.usedBytes()).isEqualTo(live.size() * EACH);
    long forced = cache.alloc(cpu, Gfp.GFP_KERNEL | Gfp.NOFAIL);
    assertThat(forced).isNotZero();
    assertThat(onePage.usedBytes()).isGreaterThan(4096);
    live.forEach(object -> cache.free(cpu, object));
    cache.free(cpu, forced);
    assertThat(onePage.usedBytes()).isZero();
    cache.verify();
    machine.leave(cpu);
  }

  @Test
  void cachesWithoutTheFlagAreNotWatched() {
    Slub slub = slub(MemoryMode.META);
    Cpu cpu = machine.enter(0);
    KmemCache plain = slub.create(cpu, "plain", SIZE, KmemCacheArgs.NONE);
    assertThat(plain.hooks).isNull();
    tasks.set(cpu, group(0));
    assertThat(plain.alloc(cpu, Gfp.GFP_KERNEL)).isNotZero();
    machine.leave(cpu);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void chargesFollowTheirObjectsThroughRandomUse(long seed) {
    Slub slub = slub(seed % 2 == 0 ? MemoryMode.META : MemoryMode.FULL);
    SplittableRandom random = new SplittableRandom(seed);
    Cpu boot = machine.enter(0);
    KmemCache cache = accounted(boot, slub);
    machine.leave(boot);
    List<ObjCgroup> groups = List.of(group(20), group(5), group(1000));
    Map<Long, ObjCgroup> payer = new HashMap<>();
    List<Long> live = new ArrayList<>();
    for (int step = 0; step < 5000; step++) {
      Cpu cpu = machine.enter(random.nextInt(CPUS));
      if (live.isEmpty() || random.nextInt(100) < 52) {
        int who = random.nextInt(4);
        tasks.set(cpu, who == 3 ? null : groups.get(who));
        long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
        if (object != 0) {
          live.add(object);
          if (who != 3) {
            payer.put(object, groups.get(who));
          }
        }
      } else {
        long object = live.remove(random.nextInt(live.size()));
        payer.remove(object);
        cache.free(cpu, object);
      }
      if (random.nextInt(500) == 0) {
        cache.shrink(cpu);
      }
      machine.leave(cpu);
      for (ObjCgroup group : groups) {
        long objects = payer.values().stream().filter(of -> of == group).count();
        assertThat(group.usedBytes()).as("seed %d step %d", seed, step).isEqualTo(objects * EACH);
      }
    }
  }

  @Test
  void threadsThatFreeEachOthersObjectsLeaveNothingCharged() throws Exception {
    Slub slub = slub(MemoryMode.META);
    Cpu boot = machine.enter(0);
    KmemCache cache = accounted(boot, slub);
    machine.leave(boot);
    ObjCgroup shared = group(1 << 20);
    long[][] made = new long[CPUS][2000];
    runOnEach(cpu -> {
      tasks.set(cpu, shared);
      for (int i = 0; i < 2000; i++) {
        made[cpu.id()][i] = cache.alloc(cpu, Gfp.GFP_KERNEL);
      }
    });
    assertThat(shared.usedBytes()).isEqualTo(CPUS * 2000 * EACH);
    runOnEach(cpu -> {
      for (int i = 0; i < 2000; i++) {
        cache.free(cpu, made[(cpu.id() + 1) % CPUS][i]);
      }
    });
    assertThat(shared.usedBytes()).isZero();
    cache.verify();
  }

  private interface Body {
    void run(Cpu cpu);
  }

  private void runOnEach(Body body) throws Exception {
    try (var executor = Executors.newFixedThreadPool(CPUS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int id = 0; id < CPUS; id++) {
        int mine = id;
        all.add(
            executor.submit(() -> {
              Cpu cpu = machine.enter(mine);
              body.run(cpu);
              machine.leave(cpu);
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }
}
