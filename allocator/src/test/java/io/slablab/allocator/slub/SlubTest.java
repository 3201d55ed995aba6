package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SlubTest {
  private static final int CPUS = 4;
  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));

  @AfterEach
  void close() {
    machine.close();
  }

  private Slub slub(SlubConfig config) {
    return new Slub(machine, pages, config);
  }

  private void assertAllPagesBack(Cpu cpu) {
    pages.drainAll(cpu);
    pages.verify(0);
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void theLastFreedObjectComesBackFirst(MemoryMode mode) {
    Slub slub = slub(SlubConfig.defaults(mode));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    long a = cache.alloc(cpu, Gfp.GFP_KERNEL);
    long b = cache.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(a).isNotZero().isNotEqualTo(b);
    cache.free(cpu, a);
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isEqualTo(a);
    assertThat(cache.stats().event(Stat.ALLOC_FASTPATH)).isEqualTo(2);
    assertThat(cache.stats().event(Stat.FREE_FASTPATH)).isEqualTo(1);
    cache.verify();
  }

  @ParameterizedTest
  @CsvSource({
    "META,1,true",
    "META,2,false",
    "META,3,true",
    "FULL,4,true",
    "FULL,5,false",
    "FULL,6,true"
  })
  void randomUseOnManyCpusKeepsTheInvariants(MemoryMode mode, long seed, boolean cpuPartial) {
    Slub slub = slub(SlubConfig.defaults(mode).withCpuPartial(cpuPartial));
    SplittableRandom random = new SplittableRandom(seed);
    Cpu first = machine.enter(0);
    AtomicInteger constructed = new AtomicInteger();
    KmemCache cache =
        slub.create(
            first,
            "c",
            512,
            KmemCacheArgs.NONE
                .withCtor((_, object, _) -> construct(slub, object, constructed))
                .withDtor((_, object) -> destruct(slub, object, constructed)));
    machine.leave(first);
    List<Long> live = new ArrayList<>();
    Set<Long> handedOut = new HashSet<>();
    long[] bulk = new long[32];
    for (int step = 0; step < 6_000; step++) {
      Cpu cpu = machine.enter(random.nextInt(CPUS));
      switch (random.nextInt(100) < 60 ? 0 : random.nextInt(1, 6)) {
        case 0, 1 -> {
          boolean grow = step / 1_000 % 2 == 0;
          if (live.isEmpty() || random.nextInt(100) < (grow ? 70 : 30)) {
            long object =
                random.nextInt(10) == 0
                    ? cache.allocNode(cpu, Gfp.GFP_KERNEL, random.nextInt(2))
                    : cache.alloc(cpu, Gfp.GFP_KERNEL);
            assertThat(handedOut.add(object)).as("INV-SLUB-1, seed %d", seed).isTrue();
            assertThat(slub.memory().getLong(object)).isEqualTo(~object);
            live.add(object);
          } else {
            long object = live.remove(random.nextInt(live.size()));
            handedOut.remove(object);
            cache.free(cpu, object);
          }
        }
        case 2 -> {
          int got = cache.allocBulk(cpu, Gfp.GFP_KERNEL, bulk.length, bulk);
          assertThat(got).isEqualTo(bulk.length);
          for (long object : bulk) {
            assertThat(handedOut.add(object)).as("INV-SLUB-1, seed %d", seed).isTrue();
            live.add(object);
          }
        }
        case 3 -> {
          int n = Math.min(bulk.length, live.size());
          for (int i = 0; i < n; i++) {
            bulk[i] = live.remove(random.nextInt(live.size()));
            handedOut.remove(bulk[i]);
          }
          cache.freeBulk(cpu, n, bulk);
        }
        case 4 -> {
          if (random.nextInt(10) == 0) {
            cache.shrink(cpu);
          }
        }
        default -> cpu.poll();
      }
      machine.leave(cpu);
      if (step % 20 == 0) {
        cache.verify();
        assertThat(cache.stats().objectsInUse()).as("seed %d", seed).isEqualTo(live.size());
      }
    }
    Cpu cpu = machine.enter(1);
    live.forEach(object -> cache.free(cpu, object));
    assertThat(slub.destroy(cpu, cache)).isEqualTo(new DestroyResult(true, 0));
    assertThat(constructed).hasValue(0);
    assertAllPagesBack(cpu);
  }

  private static int construct(Slub slub, long object, AtomicInteger constructed) {
    assertThat(slub.memory().getLong(object)).isNotEqualTo(~object);
    slub.memory().putLong(object, ~object);
    constructed.incrementAndGet();
    return 0;
  }

  private static void destruct(Slub slub, long object, AtomicInteger constructed) {
    assertThat(slub.memory().getLong(object)).as("INV-SLUB-10").isEqualTo(~object);
    slub.memory().putLong(object, 0);
    constructed.decrementAndGet();
  }

  /** T-CD-1. */
  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void aFailingConstructorLeavesNothingBehind(boolean shuffled, boolean faithful) {
    Slub slub =
        slub(
            SlubConfig.defaults(MemoryMode.FULL)
                .withRandomFreelist(shuffled)
                .withFaithful(faithful));
    Cpu cpu = machine.enter(0);
    int objects = 16;
    for (int k = 0; k < objects; k++) {
      int failing = k;
      List<Long> built = new ArrayList<>();
      List<Long> undone = new ArrayList<>();
      AtomicInteger calls = new AtomicInteger();
      KmemCacheArgs args =
          KmemCacheArgs.NONE
              .withCtor((_, object, _) -> {
                if (calls.getAndIncrement() == failing) {
                  return -12;
                }
                built.add(object);
                return 0;
              })
              .withDtor((_, object) -> undone.add(object));
      KmemCache cache = slub.create(cpu, "c", 504, args);
      assertThat(cache.geometry().objects()).isEqualTo(objects);
      long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
      if (faithful) {
        assertThat(object).isZero();
        assertThat(undone).as("construction order, k=%d", k).isEqualTo(built).hasSize(k);
        assertThat(cache.stats().slabs()).isZero();
      } else {
        assertThat(object).as("retried at the least order").isNotZero();
        assertThat(undone).isEqualTo(built.subList(0, k));
        cache.free(cpu, object);
      }
      assertThat(cache.stats().event(Stat.SLAB_ALLOC_FAIL_CTOR)).isEqualTo(1);
      cache.verify();
      assertThat(slub.destroy(cpu, cache).destroyed()).isTrue();
      assertThat(undone).containsExactlyInAnyOrderElementsOf(built);
    }
    assertAllPagesBack(cpu);
  }

  /** T-CD-6. */
  @Test
  void cachesMergeUnlessTheyConstruct() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache a = slub.create(cpu, "a", 252, KmemCacheArgs.NONE);
    assertThat(slub.create(cpu, "b", 256, KmemCacheArgs.NONE)).isSameAs(a);
    KmemCacheArgs ctor = KmemCacheArgs.NONE.withCtor((_, _, _) -> 0);
    KmemCache c = slub.create(cpu, "c", 248, ctor);
    assertThat(c).isNotSameAs(a);
    assertThat(slub.create(cpu, "d", 256, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE)))
        .isNotSameAs(a);
    assertThat(slub.destroy(cpu, a).destroyed()).isFalse();
    assertThat(slub.destroy(cpu, a).destroyed()).isTrue();
  }

  /** T-CD-7. */
  @Test
  void freeDoesNotTouchAConstructedObject() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.FULL));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE.withCtor((_, _, _) -> 0));
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    slub.memory().fill(object, 64, (byte) 0x5c);
    cache.free(cpu, object);
    for (int i = 0; i < 64; i++) {
      assertThat(slub.memory().getByte(object + i)).isEqualTo((byte) 0x5c);
    }
  }

  /** T-CD-8. */
  @Test
  void zeroingAConstructedObjectIsRefused() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE.withDtor((_, _) -> {}));
    assertThatThrownBy(() -> cache.alloc(cpu, Gfp.GFP_KERNEL | Gfp.ZERO))
        .hasMessageContaining("constructed state");
    KmemCache plain = slub.create(cpu, "p", 64, KmemCacheArgs.NONE);
    long object = plain.alloc(cpu, Gfp.GFP_KERNEL);
    slub.memory().fill(object, 64, (byte) 1);
    plain.free(cpu, object);
    assertThat(plain.alloc(cpu, Gfp.GFP_KERNEL | Gfp.ZERO)).isEqualTo(object);
    assertThat(slub.memory().getLong(object + 56)).isZero();
  }

  /** T-CD-9. */
  @Test
  void theLastRemoteFreeDestructsOnTheFreeingCpu() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META).withCpuPartial(false));
    Cpu owner = machine.enter(0);
    List<Integer> destructedOn = new ArrayList<>();
    KmemCache cache =
        slub.create(
            owner,
            "c",
            2040,
            KmemCacheArgs.NONE
                .withCtor((_, _, _) -> 0)
                .withDtor((cpu, _) -> destructedOn.add(cpu.id())));
    int keep = (cache.geometry().minPartial() + 3) * cache.geometry().objects();
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < keep; i++) {
      live.add(cache.alloc(owner, Gfp.GFP_KERNEL));
    }
    machine.leave(owner);
    Cpu other = machine.enter(3);
    live.forEach(object -> cache.free(other, object));
    assertThat(destructedOn).isNotEmpty().containsOnly(3);
    machine.leave(other);
    cache.verify();
  }

  /** T-SLUB-9. */
  @Test
  void aLeakedObjectIsReportedAtDestroy() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    cache.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(new DestroyResult(false, 1));
  }

  @Test
  void foreignAddressesAreRefused() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    assertThatThrownBy(() -> cache.free(cpu, 4096)).hasMessageContaining("not an object");
  }

  @Test
  void aFullMachineGivesNullAndBulkGivesAllOrNothing() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 4096, KmemCacheArgs.NONE);
    List<Long> live = new ArrayList<>();
    for (long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
        object != 0;
        object = cache.alloc(cpu, Gfp.GFP_KERNEL)) {
      live.add(object);
    }
    cache.free(cpu, live.removeLast());
    assertThat(cache.allocBulk(cpu, Gfp.GFP_KERNEL, 8, new long[8])).isZero();
    assertThat(cache.stats().objectsInUse()).isEqualTo(live.size());
    live.forEach(object -> cache.free(cpu, object));
    assertThat(slub.destroy(cpu, cache).destroyed()).isTrue();
    assertAllPagesBack(cpu);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void threadsWithRemoteFreesShrinkAndBulkLoseNothing(long seed) throws InterruptedException {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu boot = machine.enter(0);
    KmemCache cache =
        slub.create(
            boot, "c", 256, KmemCacheArgs.NONE.withCtor((_, _, _) -> 0).withDtor((_, _) -> {}));
    machine.leave(boot);
    List<ArrayBlockingQueue<Long>> inboxes = new ArrayList<>();
    for (int i = 0; i < CPUS; i++) {
      inboxes.add(new ArrayBlockingQueue<>(1 << 12));
    }
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < CPUS; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> {
                synchronized (failures) {
                  failures.add(e);
                }
              })
              .start(() -> churn(slub, cache, mine, inboxes, seed)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).as("seed %d", seed).isEmpty();
    Cpu cpu = machine.enter(2);
    inboxes.forEach(inbox -> inbox.forEach(object -> cache.free(cpu, object)));
    cache.verify();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(new DestroyResult(true, 0));
    assertAllPagesBack(cpu);
  }

  /** Each object carries its owner's mark while in use: two owners of one object would show. */
  private void churn(
      Slub slub, KmemCache cache, int mine, List<ArrayBlockingQueue<Long>> inboxes, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 31 + mine);
    Cpu cpu = machine.enter(mine);
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      int what = random.nextInt(100);
      if (what < 50 || live.isEmpty()) {
        long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
        if (object != 0) {
          slub.memory().putLong(object + 8, mine + 1);
          live.add(object);
        }
      } else {
        long object = live.remove(random.nextInt(live.size()));
        if (slub.memory().getLong(object + 8) != mine + 1) {
          throw new IllegalStateException("object has two owners");
        }
        slub.memory().putLong(object + 8, 0);
        if (what < 75 || !inboxes.get((mine + 1) % CPUS).offer(object)) {
          cache.free(cpu, object);
        }
      }
      for (Long given = inboxes.get(mine).poll(); given != null; given = inboxes.get(mine).poll()) {
        cache.free(cpu, given);
      }
      if (i % 5_000 == mine) {
        cache.shrink(cpu);
      }
      cpu.poll();
    }
    live.forEach(object -> cache.free(cpu, object));
    machine.leave(cpu);
  }
}
