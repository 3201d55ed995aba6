package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.slub.DeferredDtor.Credit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DeferredDtorTest {
  private static final int NO_CAP = 1_000_000;
  private static final int SLABS = 12;

  private final Machine machine = CheckedMachines.of(HostConfig.uniform(4, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
  private final AtomicInteger constructed = new AtomicInteger();
  private final AtomicInteger destructed = new AtomicInteger();
  private Slub slub = slub(MemoryMode.META);

  @AfterEach
  void close() {
    machine.close();
  }

  private Slub slub(MemoryMode mode) {
    return new Slub(machine, pages, SlubConfig.defaults(mode).withCpuPartial(false));
  }

  private KmemCache cache(Cpu cpu, int cap, Credit credit) {
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withCtor((_, _, _) -> {
              constructed.incrementAndGet();
              return 0;
            })
            .withDtor((_, _) -> destructed.incrementAndGet());
    return slub.create(cpu, "deferred", 512, args.withDeferredDtor(new DeferredDtor(cap, credit)));
  }

  private List<Long> fill(Cpu cpu, KmemCache cache, int slabs) {
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

  /** Takes slabs to the worker: keeps as many empties as the node may, defers the others. */
  private long deferSome(Cpu cpu, KmemCache cache) {
    freeAll(cpu, cache, fill(cpu, cache, SLABS));
    return cache.stats().event(Stat.DTOR_DEFERRED);
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  @DisplayName("8.3: an emptied slab waits for the worker, which destructs and frees it")
  void anEmptiedSlabWaitsForTheWorker(MemoryMode mode) {
    slub = slub(mode);
    Cpu cpu = machine.enter(0);
    KmemCache cache = cache(cpu, NO_CAP, Credit.AT_QUEUE);
    long deferred = deferSome(cpu, cache);
    assertThat(deferred).isPositive();
    assertThat(destructed).hasValue(0);
    assertThat(cache.deferredStats()).isEqualTo(new DeferredStats(deferred, deferred, 0));
    cache.verify();

    cpu.poll();
    assertThat(destructed).hasValue((int) deferred * cache.geometry().objects());
    assertThat(cache.deferredStats()).isEqualTo(new DeferredStats(0, deferred, 0));
    cache.verify();
    machine.leave(cpu);
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  @DisplayName("T-CD-5 destroy waits for the deferred worker: all destructed, all pages back")
  void destroyWaitsForTheWorker(MemoryMode mode) {
    slub = slub(mode);
    Cpu cpu = machine.enter(0);
    KmemCache cache = cache(cpu, NO_CAP, Credit.AT_QUEUE);
    assertThat(deferSome(cpu, cache)).isPositive();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(destructed.get()).isPositive().isEqualTo(constructed.get());
    assertThat(cache.deferredStats().backlog()).isZero();
    cpu.poll(); // the work that was queued finds nothing
    assertThat(destructed.get()).isEqualTo(constructed.get());
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }

  @Test
  @DisplayName("T-CD-5 destroy waits for a worker that is busy on another CPU")
  void destroyWaitsForABusyWorker() throws InterruptedException {
    AtomicInteger gate = new AtomicInteger();
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withDtor((cpu, _) -> {
              if (cpu.id() == 1) {
                gate.compareAndSet(0, 1);
                for (int turns = 0; gate.get() < 2; ) {
                  turns = cpu.relax(turns); // takes part in the flush: only the mutex is waited for
                }
              }
              destructed.incrementAndGet();
            })
            .withDeferredDtor(new DeferredDtor(NO_CAP, Credit.AT_QUEUE));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "busy", 512, args);
    Thread worker = new Thread(() -> deferAndLeave(cache));
    worker.start();
    while (gate.get() == 0) {
      Thread.onSpinWait();
    }
    AtomicReference<Integer> before = new AtomicReference<>();
    AtomicBoolean destroyed = new AtomicBoolean();
    Thread destroyer = Thread.currentThread();
    Thread opener =
        new Thread(() -> {
          while (!destroyed.get() && !sleepsForMutex(destroyer)) {
            Thread.onSpinWait();
          }
          before.set(destructed.get());
          gate.set(2);
        });
    opener.start();
    DestroyResult result = slub.destroy(cpu, cache);
    long left = cache.deferredStats().backlog();
    destroyed.set(true);
    assertThat(result).isEqualTo(DestroyResult.DONE);
    assertThat(left).isZero();
    assertThat(cache.stats().slabs()).isZero();
    opener.join();
    worker.join();
    assertThat(before).hasValue(0);
    assertThat(destructed.get()).isEqualTo(SLABS * cache.geometry().objects());
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }

  private static boolean sleepsForMutex(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(
            call -> call.getClassName().endsWith("Mutex") && call.getMethodName().equals("sleep"));
  }

  private void deferAndLeave(KmemCache cache) {
    Cpu other = machine.enter(1);
    deferSome(other, cache);
    machine.leave(other);
  }

  @Test
  @DisplayName("8.3: above the cap the freeing task is the worker; with interrupts off it is not")
  void theBacklogIsCapped() {
    Cpu cpu = machine.enter(0);
    KmemCache cache = cache(cpu, 2, Credit.AT_QUEUE);
    List<Long> objects = fill(cpu, cache, SLABS);
    List<Long> more = fill(cpu, cache, SLABS);
    freeAll(cpu, cache, objects);
    assertThat(destructed.get()).isPositive();
    assertThat(cache.deferredStats().highWater()).isEqualTo(3);
    assertThat(cache.deferredStats().capHits()).isPositive();
    cache.verify();

    int before = destructed.get();
    cpu.irqOff();
    freeAll(cpu, cache, more);
    cpu.irqOn();
    assertThat(destructed).hasValue(before);
    assertThat(cache.deferredStats().backlog()).isGreaterThan(3);
    cpu.poll();
    assertThat(cache.deferredStats().backlog()).isZero();
    cache.verify();
    machine.leave(cpu);
  }

  @Test
  @DisplayName("8.3: a destructor that takes a mutex its freer holds works only deferred")
  void aDestructorThatTakesAMutexWorksOnlyDeferred() {
    Mutex mutex = machine.mutex(new LockClass("dtor_mutex", LockClass.Kind.MUTEX));
    AtomicInteger selfDeadlocks = new AtomicInteger();
    KmemCacheArgs args = KmemCacheArgs.NONE.withDtor((cpu, _) -> under(mutex, cpu, selfDeadlocks));
    Cpu cpu = machine.enter(0);
    KmemCache deferred = slub.create(cpu, "d", 512, args.withDeferredDtor(DeferredDtor.DEFAULT));
    freeUnder(mutex, cpu, deferred);
    assertThat(destructed).hasValue(0);
    cpu.poll();
    assertThat(destructed.get()).isPositive();
    assertThat(selfDeadlocks).hasValue(0);

    KmemCache direct = slub.create(cpu, "at once", 512, args);
    freeUnder(mutex, cpu, direct);
    assertThat(selfDeadlocks.get()).isPositive();
    machine.leave(cpu);
  }

  /** What would wait for itself for ever is counted instead. */
  private void under(Mutex mutex, Cpu cpu, AtomicInteger selfDeadlocks) {
    if (!mutex.tryLock(cpu)) {
      selfDeadlocks.incrementAndGet();
      return;
    }
    destructed.incrementAndGet();
    mutex.unlock(cpu);
  }

  private void freeUnder(Mutex mutex, Cpu cpu, KmemCache cache) {
    List<Long> objects = fill(cpu, cache, SLABS);
    mutex.lock(cpu);
    freeAll(cpu, cache, objects);
    mutex.unlock(cpu);
  }

  @ParameterizedTest
  @EnumSource(Credit.class)
  @DisplayName("8.3: a reclaimer is credited when its policy says, and once")
  void aReclaimerIsCreditedOnce(Credit credit) {
    Cpu cpu = machine.enter(0);
    KmemCache cache = cache(cpu, NO_CAP, credit);
    List<Long> objects = fill(cpu, cache, SLABS);
    cpu.beginReclaim();
    freeAll(cpu, cache, objects);
    long promised = cache.deferredStats().backlog() << cache.geometry().order();
    assertThat(promised).isPositive();
    boolean later = credit == Credit.BY_WORKER || credit == Credit.NEVER;
    assertThat(cpu.takeReclaimed()).isEqualTo(later ? 0 : promised);
    slub.waitForDeferred(cpu);
    assertThat(cache.deferredStats().backlog() == 0).isEqualTo(credit == Credit.AT_QUEUE_AND_WAIT);
    cache.drainDeferred(cpu);
    assertThat(cpu.takeReclaimed()).isEqualTo(credit == Credit.BY_WORKER ? promised : 0);
    cpu.endReclaim();
    machine.leave(cpu);
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  @DisplayName("8.3: without a worker, slabs wait for a trim by who does not reclaim")
  void slabsWaitForATrim(MemoryMode mode) {
    slub = slub(mode);
    Cpu cpu = machine.enter(0);
    KmemCache cache = cache(cpu, 0, Credit.NEVER);
    long waiting = deferSome(cpu, cache);
    assertThat(waiting).isPositive();
    cpu.poll();
    cpu.beginReclaim();
    cache.shrink(cpu); // what a shrinker may do
    slub.waitForDeferred(cpu);
    slub.trimDeferred(cpu);
    assertThat(cpu.takeReclaimed()).isZero();
    cpu.endReclaim();
    cpu.setTaskFlags(Cpu.PF_MEMALLOC);
    slub.trimDeferred(cpu);
    cpu.setTaskFlags(0);
    cpu.irqOff();
    slub.trimDeferred(cpu);
    cpu.irqOn();
    assertThat(destructed).hasValue(0);
    assertThat(cache.deferredStats().backlog()).isGreaterThan(waiting).isEqualTo(SLABS);
    assertThat(cache.deferredStats().capHits()).isZero();
    cache.verify();

    slub.trimDeferred(cpu);
    assertThat(destructed).hasValue(SLABS * cache.geometry().objects());
    assertThat(cache.deferredStats().backlog()).isZero();
    deferSome(cpu, cache);
    cache.shrink(cpu);
    assertThat(destructed.get()).isEqualTo(constructed.get());
    deferSome(cpu, cache);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(destructed.get()).isEqualTo(constructed.get());
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }

  @Test
  @DisplayName("8.3: a thread of its own trims, while tasks free under what destructors take")
  void aThreadTrims() throws InterruptedException {
    Mutex mutex = machine.mutex(new LockClass("dtor_mutex", LockClass.Kind.MUTEX));
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withDtor((cpu, _) -> {
              mutex.lock(cpu);
              destructed.incrementAndGet();
              mutex.unlock(cpu);
            })
            .withDeferredDtor(DeferredDtor.BY_TRIM);
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "trimmed", 512, args);
    AtomicInteger rounds = new AtomicInteger(20);
    Thread trimmer = new Thread(() -> trimUntilDone(cache, rounds));
    trimmer.start();
    for (; rounds.get() > 0; rounds.decrementAndGet()) {
      freeUnder(mutex, cpu, cache);
      cpu.poll();
    }
    trimmer.join();
    assertThat(cache.deferredStats().backlog()).isZero();
    assertThat(destructed.get()).isPositive();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }

  private void trimUntilDone(KmemCache cache, AtomicInteger rounds) {
    Cpu cpu = machine.enter(3);
    while (rounds.get() > 0 || cache.deferredStats().backlog() > 0) {
      slub.trimDeferred(cpu);
      cpu.poll();
    }
    machine.leave(cpu);
  }

  @Test
  @DisplayName("8.3: a cache that defers nothing credits a reclaimer as it frees")
  void directDestructionCreditsAtOnce() {
    Cpu cpu = machine.enter(0);
    KmemCache cache =
        slub.create(cpu, "c", 512, KmemCacheArgs.NONE.withDtor((_, _) -> destructed.addAndGet(1)));
    List<Long> objects = fill(cpu, cache, SLABS);
    cpu.beginReclaim();
    freeAll(cpu, cache, objects);
    long freed = cache.stats().event(Stat.FREE_SLAB) << cache.geometry().order();
    assertThat(freed).isPositive();
    assertThat(cpu.takeReclaimed()).isEqualTo(freed);
    cpu.endReclaim();
    assertThat(cpu.reclaiming()).isFalse();
    assertThat(cache.deferredStats()).isEqualTo(DeferredStats.NONE);
    machine.leave(cpu);
  }

  @Test
  @DisplayName("8.3: threads that empty slabs of the same cache at once lose none")
  void manyThreadsDefer() throws InterruptedException {
    Cpu first = machine.enter(0);
    KmemCache cache = cache(first, 8, Credit.AT_QUEUE_AND_WAIT);
    machine.leave(first);
    List<Thread> threads = new ArrayList<>();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    for (int id = 0; id < machine.possibleCpus(); id++) {
      int mine = id;
      Thread thread = new Thread(() -> churn(cache, mine));
      thread.setUncaughtExceptionHandler((_, thrown) -> failed.set(thrown));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failed.get()).isNull();
    cache.verify();
    Cpu cpu = machine.enter(0);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
    assertThat(destructed.get()).isEqualTo(constructed.get());
    pages.drainAll(cpu);
    pages.verify(0);
    machine.leave(cpu);
  }

  private void churn(KmemCache cache, int id) {
    Cpu cpu = machine.enter(id);
    for (int round = 0; round < 200; round++) {
      freeAll(cpu, cache, fill(cpu, cache, SLABS));
      cpu.poll();
    }
    machine.leave(cpu);
  }
}
