package io.slablab.allocator.soak;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.slub.DeferredDtor;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.SlabFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One run: a stack with real slab metadata under one design, workers, and what they share.
 *
 * <p>An object goes from worker to worker by exchanges on a shared array, which order what one
 * wrote into it before what the next one reads. A worker's own cache is replaced by that worker
 * alone and only while it has lent no object: whoever holds one sees the cache it is of.
 */
final class Soak {
  /** Places of each worker where it leaves objects for others. */
  static final int PLACES = 256;

  /** Kinds that all workers allocate from; behind them each worker's own. */
  static final int SHARED = 6;

  private static final int PAGES = 1 << 14;

  private final SoakConfig config;
  private final AllocatorStack stack;
  private final AtomicReferenceArray<@Nullable Kind> kinds;
  private final AtomicLongArray lent;
  private final AtomicLongArray places;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<SoakWorker> workers = new ArrayList<>();
  private final long startPages;
  private long verified;

  private Soak(SoakConfig config) {
    this.config = config;
    this.stack =
        AllocatorStack.of(
            HostMachine.of(HostConfig.uniform(config.workers(), 1)),
            StackConfig.checked(PAGES).forVariant(config.variant()));
    this.startPages = usedPages();
    this.kinds = new AtomicReferenceArray<>(SHARED + config.workers());
    this.places = new AtomicLongArray(PLACES * config.workers());
    this.lent = new AtomicLongArray(config.workers());
    SplittableRandom random = new SplittableRandom(config.seed());
    Cpu cpu = stack.machine().enter(0);
    makeKinds(cpu);
    for (int index = 0; index < config.workers(); index++) {
      kinds.set(SHARED + index, ownKind(cpu, index));
      workers.add(new SoakWorker(this, index, random.split()));
    }
    stack.machine().leave(cpu);
  }

  private void makeKinds(Cpu cpu) {
    KmemCacheArgs none = KmemCacheArgs.NONE;
    KmemCacheArgs deferred =
        none.withDeferredDtor(new DeferredDtor(8, DeferredDtor.Credit.AT_QUEUE));
    KmemCacheArgs unmerged = none.withFlags(SlabFlags.NO_MERGE);
    kinds.set(0, new CacheKind(stack, cpu, "plain", 40, none, CacheKind.Style.PLAIN));
    kinds.set(1, new CacheKind(stack, cpu, "constructed", 504, none, CacheKind.Style.CONSTRUCTED));
    kinds.set(
        2, new CacheKind(stack, cpu, "deferred", 1000, deferred, CacheKind.Style.CONSTRUCTED));
    kinds.set(3, new CacheKind(stack, cpu, "sheaves", 120, unmerged, CacheKind.Style.SHEAVES));
    kinds.set(4, new AreaKind(stack));
    kinds.set(5, new ActionKind(stack, cpu, config.variant()));
  }

  Kind ownKind(Cpu cpu, int worker) {
    return new CacheKind(
        stack, cpu, "own-" + worker, 72, KmemCacheArgs.NONE, CacheKind.Style.CONSTRUCTED);
  }

  /**
   * Runs it.
   *
   * @throws IllegalStateException when anything was wrong; the cause says what
   */
  static SoakResult run(SoakConfig config) {
    Soak soak = new Soak(config);
    long startNs = System.nanoTime();
    soak.work();
    Throwable failed = soak.failure.get();
    if (failed != null) {
      throw new IllegalStateException("seed " + config.seed() + ", " + config.variant(), failed);
    }
    soak.finish();
    long ns = System.nanoTime() - startNs;
    SoakResult sum = new SoakResult(0, 0, 0, 0, soak.verified, ns);
    for (SoakWorker worker : soak.workers) {
      sum = sum.plus(worker.result());
    }
    soak.stack.close();
    return sum;
  }

  private void work() {
    Phaser rests =
        new Phaser(config.workers()) {
          @Override
          protected boolean onAdvance(int phase, int registered) {
            return !verified();
          }
        };
    List<Thread> threads =
        workers.stream()
            .map(worker -> Thread.ofPlatform().start(() -> work(worker, rests)))
            .toList();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        failure.compareAndSet(null, e);
        Thread.currentThread().interrupt();
      }
    }
  }

  /** All stop for a rest when a part is done; a failure ends the rests, so that nobody waits. */
  private void work(SoakWorker worker, Phaser rests) {
    long each = Math.ceilDiv(config.operations(), config.workers());
    try {
      for (int part = 1; part <= config.rests() && !failed(); part++) {
        worker.run(each * part / config.rests());
        rests.arriveAndAwaitAdvance();
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      rests.forceTermination();
    }
  }

  /** All workers are off their CPUs. */
  private boolean verified() {
    try {
      stack.verify();
      verified++;
      return true;
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
      return false;
    }
  }

  /** Gives everything back: memory is as at the start. */
  private void finish() {
    Cpu cpu = stack.machine().enter(0);
    workers.forEach(worker -> worker.finish(cpu));
    for (int kind = 0; kind < kinds.length(); kind++) {
      kind(kind).close(cpu);
    }
    stack.areas().trim(cpu);
    stack.checkNothingLeaked(cpu);
    verified++;
    if (stack.memoryUse().bytes() != 0 || usedPages() != startPages) {
      throw new IllegalStateException(
          "memory is not back: " + stack.memoryUse() + " pages=" + usedPages() + "/" + startPages);
    }
    stack.machine().leave(cpu);
  }

  /** Pages in use but for those that back units, which the percpu allocator may keep ready. */
  private long usedPages() {
    return stack.pages().stats().allocatedPages() - stack.percpu().backingPages();
  }

  // ---- for the workers ----

  AllocatorStack stack() {
    return stack;
  }

  int workers() {
    return config.workers();
  }

  boolean failed() {
    return failure.get() != null;
  }

  Kind kind(int number) {
    return Objects.requireNonNull(kinds.get(number));
  }

  /** Leaves an object in a place of a worker's own. Returns what was left there and not taken. */
  long give(int worker, int place, long handle) {
    return places.getAndSet(worker * PLACES + place, handle);
  }

  /** What a worker left in a place, or none. */
  long take(int from, int place) {
    return places.getAndSet(from * PLACES + place, Handles.NONE);
  }

  /** Objects of a worker's own cache that are not back; by that worker it is exact when 0. */
  long lent(int worker) {
    return lent.get(worker);
  }

  void lend(int worker) {
    lent.incrementAndGet(worker);
  }

  void giveBack(int worker) {
    lent.decrementAndGet(worker);
  }

  /** Destroys a worker's own cache, which has lent nothing, and makes it anew. */
  void recreate(Cpu cpu, int worker) {
    kind(SHARED + worker).close(cpu);
    kinds.set(SHARED + worker, ownKind(cpu, worker));
  }
}
