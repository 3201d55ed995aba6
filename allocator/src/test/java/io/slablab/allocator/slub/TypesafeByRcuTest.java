package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuConfig;
import io.slablab.allocator.slub.DeferredDtor.Credit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TypesafeByRcuTest {
  private static final int BYTES = 256;
  private static final int SLABS = 12;
  private static final KmemCacheArgs TYPESAFE =
      KmemCacheArgs.NONE.withFlags(SlabFlags.TYPESAFE_BY_RCU);

  private final Machine machine = HostMachine.of(HostConfig.uniform(4, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
  private final Rcu rcu = new Rcu(machine, RcuConfig.DEFAULT.hurried());
  private final Memory memory = pages.memory();
  private Slub slub = slub(MemoryMode.FULL);

  @AfterEach
  void close() {
    machine.close();
  }

  private Slub slub(MemoryMode mode) {
    return new Slub(machine, pages, SlubConfig.defaults(mode), rcu);
  }

  private static List<Long> fill(Cpu cpu, KmemCache cache, int slabs) {
    List<Long> objects = new ArrayList<>();
    for (int i = 0; i < slabs * cache.geometry().objects(); i++) {
      objects.add(cache.alloc(cpu, Gfp.GFP_KERNEL));
    }
    assertThat(objects).doesNotContain(0L);
    return objects;
  }

  private static void freeAll(Cpu cpu, KmemCache cache, List<Long> objects) {
    objects.forEach(object -> cache.free(cpu, object));
  }

  /** A reader on a CPU that nobody holds: it keeps its section open. */
  private void openSection(Cpu cpu) {
    assertThat(machine.runIfIdle(cpu, 3, rcu::readLock)).isTrue();
  }

  private void closeSection(Cpu cpu) {
    assertThat(machine.runIfIdle(cpu, 3, rcu::readUnlock)).isTrue();
  }

  private void verifyNothingLeft(Cpu cpu) {
    pages.drainAll(cpu);
    pages.verify(0);
  }

  // ---- layout ----

  /** 2.3: the free pointer lies outside of the object, unless its user has a place for it. */
  @Test
  void theFreePointerLiesOutside() {
    Cpu cpu = machine.enter(0);
    CacheGeometry outside = slub.create(cpu, "outside", 64, TYPESAFE).geometry();
    assertThat(outside.offset()).isEqualTo(64);
    assertThat(outside.size()).isEqualTo(72);
    KmemCacheArgs own = TYPESAFE.withFreeptrOffset(16);
    CacheGeometry inside = slub.create(cpu, "inside", 64, own).geometry();
    assertThat(inside.offset()).isEqualTo(16);
    assertThat(inside.size()).isEqualTo(64);
    KmemCacheArgs beyond = TYPESAFE.withFreeptrOffset(64);
    assertThatThrownBy(() -> slub.create(cpu, "beyond", 64, beyond))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** 2.12: never merged, in either direction. */
  @Test
  void neverMerged() {
    Cpu cpu = machine.enter(0);
    KmemCache plain = slub.create(cpu, "plain", 72, KmemCacheArgs.NONE);
    KmemCache typesafe = slub.create(cpu, "typesafe", 64, TYPESAFE);
    assertThat(typesafe).isNotSameAs(plain);
    assertThat(slub.create(cpu, "again", 64, TYPESAFE)).isNotSameAs(typesafe);
    assertThat(slub.create(cpu, "plain again", 72, KmemCacheArgs.NONE)).isSameAs(plain);
  }

  // ---- content ----

  /** T-INIT-3: what was written stays until the object is handed out again, and then too. */
  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void contentOutlivesTheFree(MemoryMode mode) {
    slub = slub(mode);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", BYTES, TYPESAFE);
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    for (int at = 0; at < BYTES; at += 8) {
      memory.putLong(object + at, object ^ at);
    }
    rcu.readLock(cpu);
    cache.free(cpu, object);
    assertContent(object);
    rcu.readUnlock(cpu);
    boolean again = false;
    List<Long> others = new ArrayList<>();
    for (int i = 0; i < 1024 && !again; i++) {
      long next = cache.alloc(cpu, Gfp.GFP_KERNEL);
      again = next == object;
      others.add(next);
    }
    assertThat(again).isTrue();
    assertContent(object);
    freeAll(cpu, cache, others);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    verifyNothingLeft(cpu);
  }

  private void assertContent(long object) {
    for (int at = 0; at < BYTES; at += 8) {
      assertThat(memory.getLong(object + at)).isEqualTo(object ^ at);
    }
  }

  /**
   * T-INIT-1, the TYPESAFE part: with init_on_alloc and init_on_free a reader sees what was there
   * before the free, and only ZERO clears.
   */
  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void initialisationLeavesTheContentToReaders(MemoryMode mode) {
    SlubConfig config = SlubConfig.defaults(mode).withInit(true, true);
    slub = new Slub(machine, pages, config, rcu);
    Cpu cpu = machine.enter(0);
    for (int bytes = 8; bytes <= 4096; bytes *= 2) {
      KmemCache cache = slub.create(cpu, "c" + bytes, bytes, TYPESAFE);
      long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
      memory.fill(object, bytes, (byte) 0x5c);
      rcu.readLock(cpu);
      cache.free(cpu, object);
      assertFilled(object, bytes, (byte) 0x5c);
      rcu.readUnlock(cpu);
      assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isEqualTo(object);
      assertFilled(object, bytes, (byte) 0x5c);
      cache.free(cpu, object);
      assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL | Gfp.ZERO)).isEqualTo(object);
      assertFilled(object, bytes, (byte) 0);
      cache.free(cpu, object);
    }
  }

  private void assertFilled(long object, int bytes, byte value) {
    for (int at = 0; at < bytes; at++) {
      if (memory.getByte(object + at) != value) {
        throw new AssertionError("byte " + at + " of " + bytes + " is " + memory.getByte(at));
      }
    }
  }

  /** 2.1: poison is for free objects that nobody looks at. */
  @Test
  void poisonLeavesTheObjectAlone() {
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", BYTES, TYPESAFE.withFlags(SlabFlags.POISON));
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    memory.putLong(object, 77);
    cache.free(cpu, object);
    assertThat(memory.getLong(object)).isEqualTo(77);
    cache.validate(cpu);
    assertThat(slub.log().errors()).isEmpty();
  }

  // ---- slabs ----

  /** T-CD-4, INV-SLUB-11: pages and destructors come after the readers. */
  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void slabsEndAfterTheirReaders(MemoryMode mode) {
    slub = slub(mode);
    Cpu cpu = machine.enter(0);
    LiveObjects live = new LiveObjects(memory);
    KmemCache cache =
        slub.create(cpu, "c", BYTES, live.args().withFlags(SlabFlags.TYPESAFE_BY_RCU));
    List<Long> objects = fill(cpu, cache, SLABS);
    openSection(cpu);
    freeAll(cpu, cache, objects);
    cpu.beginReclaim();
    assertThat(cache.shrink(cpu)).isFalse();
    for (int i = 0; i < 10; i++) {
      cpu.poll();
    }
    assertThat(cache.slabsInGracePeriod()).isEqualTo(SLABS);
    assertThat(cache.stats().slabs()).isZero();
    assertThat(objects).allMatch(live::isConstructed);
    assertThat(cache.stats().event(Stat.DTOR_CALLS)).isZero();
    assertThat(cpu.takeReclaimed()).isZero();
    cache.verify();

    closeSection(cpu);
    rcu.barrier(cpu);
    assertThat(cache.slabsInGracePeriod()).isZero();
    assertThat(live.constructed()).isZero();
    assertThat(cpu.takeReclaimed()).isEqualTo((long) SLABS << cache.geometry().order());
    cpu.endReclaim();
    cache.verify();
    verifyNothingLeft(cpu);
  }

  /** 2.15: a slab whose constructor failed was never seen, and is undone at once. */
  @Test
  void aFailedConstructorIsUndoneAtOnce() {
    Cpu cpu = machine.enter(0);
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger destructed = new AtomicInteger();
    KmemCacheArgs args =
        TYPESAFE
            .withCtor((_, _, _) -> calls.incrementAndGet() % 3 == 0 ? -12 : 0)
            .withDtor((_, _) -> destructed.incrementAndGet());
    KmemCache cache = slub.create(cpu, "c", 1024, args);
    openSection(cpu);
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isZero();
    assertThat(calls).hasValue(6); // two slabs: of the preferred and of the least order
    assertThat(destructed).hasValue(4);
    assertThat(cache.slabsInGracePeriod()).isZero();
    verifyNothingLeft(cpu);
    closeSection(cpu);
  }

  /** T-CD-5, RCU part: destroy returns after the last reader's slab is destructed. */
  @Test
  void destroyWaitsForReadersOnOtherCpus() throws InterruptedException {
    LiveObjects live = new LiveObjects(memory);
    Cpu cpu = machine.enter(0);
    KmemCache cache =
        slub.create(cpu, "c", BYTES, live.args().withFlags(SlabFlags.TYPESAFE_BY_RCU));
    List<Long> objects = fill(cpu, cache, SLABS);
    AtomicInteger stage = new AtomicInteger();
    AtomicReference<Boolean> intact = new AtomicReference<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              Cpu mine = machine.enter(1);
              rcu.readLock(mine);
              stage.set(1);
              for (int i = 0; i < 20_000; i++) {
                mine.poll();
              }
              intact.set(objects.stream().allMatch(live::isConstructed));
              rcu.readUnlock(mine);
              stage.set(2);
              machine.leave(mine);
            });
    while (stage.get() == 0) {
      Thread.onSpinWait();
    }
    freeAll(cpu, cache, objects);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(stage).hasValue(2);
    assertThat(live.constructed()).isZero();
    reader.join();
    assertThat(intact).hasValue(true);
    verifyNothingLeft(cpu);
  }

  /** T-CD-5, 8.3: first the grace period, then the worker; no destructor in a softirq. */
  @Test
  void theWorkerComesAfterTheGracePeriod() {
    Cpu cpu = machine.enter(0);
    AtomicInteger destructed = new AtomicInteger();
    AtomicInteger inSoftirq = new AtomicInteger();
    KmemCacheArgs args =
        TYPESAFE
            .withDtor((at, _) -> {
              destructed.incrementAndGet();
              inSoftirq.addAndGet(at.inSoftirq() ? 1 : 0);
            })
            .withDeferredDtor(new DeferredDtor(0, Credit.AT_QUEUE));
    KmemCache cache = slub.create(cpu, "c", BYTES, args);
    List<Long> objects = fill(cpu, cache, SLABS);
    openSection(cpu);
    freeAll(cpu, cache, objects);
    cache.shrink(cpu);
    cache.drainDeferred(cpu);
    assertThat(destructed).hasValue(0);
    assertThat(cache.deferredStats().backlog()).isZero();
    assertThat(cache.slabsInGracePeriod()).isEqualTo(SLABS);
    closeSection(cpu);
    rcu.barrier(cpu);
    assertThat(destructed).hasValue(0);
    assertThat(cache.deferredStats().backlog()).isEqualTo(SLABS);
    cache.verify();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(destructed).hasValue(objects.size());
    assertThat(inSoftirq).hasValue(0);
    verifyNothingLeft(cpu);
  }

  /** INV-SLUB-11 under threads: a reader's object is one of its type, whoever has it now. */
  @Test
  void readersNeverSeeAnotherType() throws InterruptedException {
    LiveObjects live = new LiveObjects(memory);
    Cpu boot = machine.enter(0);
    KmemCache cache =
        slub.create(boot, "c", BYTES, live.args().withFlags(SlabFlags.TYPESAFE_BY_RCU));
    machine.leave(boot);
    AtomicLongArray shared = new AtomicLongArray(64);
    AtomicInteger foreign = new AtomicInteger();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < 3; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failed.set(e))
              .start(() -> readAndChurn(cache, live, mine, shared, foreign)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failed.get()).isNull();
    assertThat(foreign).hasValue(0);
    Cpu cpu = machine.enter(0);
    for (int i = 0; i < shared.length(); i++) {
      if (shared.get(i) != 0) {
        cache.free(cpu, shared.get(i));
      }
    }
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(live.constructed()).isZero();
    verifyNothingLeft(cpu);
  }

  private void readAndChurn(
      KmemCache cache, LiveObjects live, int id, AtomicLongArray shared, AtomicInteger foreign) {
    Cpu cpu = machine.enter(id);
    Random random = new Random(id);
    for (int i = 0; i < 6000; i++) {
      rcu.readLock(cpu);
      long found = shared.get(random.nextInt(shared.length()));
      for (int look = 0; look < 3; look++) {
        if (found != 0 && !live.isConstructed(found)) {
          foreign.incrementAndGet();
        }
      }
      rcu.readUnlock(cpu);
      long fresh = random.nextBoolean() ? cache.alloc(cpu, Gfp.GFP_KERNEL) : 0;
      long old = shared.getAndSet(random.nextInt(shared.length()), fresh);
      if (old != 0) {
        cache.free(cpu, old);
      }
      if (random.nextInt(20) == 0) {
        scribble(cpu, cache);
      }
      cpu.poll();
    }
    machine.leave(cpu);
  }

  /** Empty slabs go, and whoever gets their pages writes all over them. */
  private void scribble(Cpu cpu, KmemCache cache) {
    cache.shrink(cpu);
    long page = pages.alloc(cpu, cache.geometry().order(), Gfp.GFP_KERNEL, 0);
    memory.fill(page, PageAllocator.PAGE_BYTES << cache.geometry().order(), (byte) 0);
    pages.free(cpu, page, cache.geometry().order());
  }
}
