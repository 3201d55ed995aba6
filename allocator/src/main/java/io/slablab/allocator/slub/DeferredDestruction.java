package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.machine.Work;
import org.jspecify.annotations.Nullable;

/**
 * Empty slabs of one cache on their way to the worker, or to the trim, that destructs them.
 *
 * <pre>
 *   backlog = slabs on the lists + slabs the worker took and has not freed
 *   highWater = the largest backlog so far
 * </pre>
 *
 * <p>Pushing takes no lock, so that it may be done wherever an object may be freed. The worker
 * holds {@code deferred_dtor} while it destructs: who gets it after a push knows that nobody else
 * is still busy with that slab.
 */
final class DeferredDestruction {
  private static final LockClass DEFERRED_DTOR =
      new LockClass("deferred_dtor", LockClass.Kind.MUTEX);

  private final KmemCache cache;
  private final SlabFactory factory;
  private final DeferredDtor policy;
  private final Mutex mutex;
  private final Word backlog;
  private final Word highWater;
  private final Word capHits;

  /** Per node: address of the slab pushed last, or 0; the others follow by {@link Slab#next}. */
  private final Word[] heads;

  private final Work[] works;

  /** Whether a CPU is the worker or waits to be; each entry by its CPU alone. */
  private final boolean[] working;

  DeferredDestruction(KmemCache cache, SlabFactory factory, DeferredDtor policy) {
    Machine machine = cache.slub.machine();
    this.cache = cache;
    this.factory = factory;
    this.policy = policy;
    this.mutex = machine.mutex(DEFERRED_DTOR);
    this.backlog = machine.word(machine.line("deferred_backlog"), 0);
    this.highWater = machine.word(machine.line("deferred_high_water"), 0);
    this.capHits = machine.word(machine.line("deferred_cap_hits"), 0);
    this.working = new boolean[machine.possibleCpus()];
    this.heads = new Word[machine.nodes()];
    this.works = new Work[machine.nodes()];
    for (int node = 0; node < heads.length; node++) {
      int mine = node;
      heads[node] = machine.word(machine.line("deferred_slabs"), 0);
      works[node] = new Work("deferred_dtor_work", cpu -> work(cpu, mine));
    }
  }

  /** Leaves an empty slab to the worker. Any context, unless the backlog is above its cap. */
  void push(Cpu cpu, Slab slab) {
    int pages = 1 << slab.order; // read before the worker may free them
    int node = slab.node;
    long waiting = backlog.getAndAdd(cpu, 1) + 1; // before the push: never negative
    raiseHighWater(cpu, waiting);
    cache.count(cpu, Stat.DTOR_DEFERRED);
    link(cpu, slab, heads[node]);
    if (policy.byTrim()) {
      return; // nobody is told: a trim comes, or memory is not short
    }
    if (policy.credit() != DeferredDtor.Credit.BY_WORKER) {
      cpu.addReclaimed(pages);
    }
    cpu.queue(works[node]);
    if (waiting > policy.backlogCap()) {
      capHits.getAndAdd(cpu, 1);
      drain(cpu);
    }
  }

  /**
   * Compare-exchange publishes the slab's plain fields to who takes the list. A head that was taken
   * and pushed again meanwhile (ABA) is the right successor all the same: it is the head.
   */
  private void link(Cpu cpu, Slab slab, Word head) {
    slab.awaits = Slab.Awaits.WORKER;
    long first;
    do {
      first = head.getAcquire(cpu);
      slab.next = first == 0 ? null : cache.slub.table().descriptor(first);
    } while (!head.compareAndSet(cpu, first, slab.base));
  }

  private void raiseHighWater(Cpu cpu, long waiting) {
    long seen = highWater.getAcquire(cpu);
    while (waiting > seen && !highWater.compareAndSet(cpu, seen, waiting)) {
      seen = highWater.getAcquire(cpu);
    }
  }

  /**
   * Frees all that waits, on every node. Returns without having done so where it cannot sleep
   * (interrupts off, softirq) or in the worker's own course, which goes on afterwards.
   */
  void drain(Cpu cpu) {
    for (int node = 0; node < heads.length; node++) {
      work(cpu, node);
    }
  }

  private void work(Cpu cpu, int node) {
    if (!cpu.maySleep()) {
      return; // the queued work, or the next trim, comes when it may
    }
    if (working[cpu.id()]) {
      if (!policy.byTrim()) {
        cpu.queue(works[node]); // a destructor freed a slab, or a wait for the mutex served a flush
      }
      return;
    }
    working[cpu.id()] = true;
    mutex.lock(cpu);
    try {
      destroyAll(cpu, take(cpu, heads[node]));
    } finally {
      mutex.unlock(cpu);
      working[cpu.id()] = false;
    }
  }

  /** One batch: everything that was pushed up to now. */
  private @Nullable Slab take(Cpu cpu, Word head) {
    long first;
    do {
      first = head.getAcquire(cpu);
    } while (first != 0 && !head.compareAndSet(cpu, first, 0));
    return first == 0 ? null : cache.slub.table().descriptor(first);
  }

  private void destroyAll(Cpu cpu, @Nullable Slab chain) {
    for (Slab slab = chain; slab != null; ) {
      Slab next = slab.next; // read before the pages may become somebody else's
      int pages = 1 << slab.order;
      factory.destroy(cpu, slab);
      backlog.getAndAdd(cpu, -1);
      if (policy.credit() == DeferredDtor.Credit.BY_WORKER) {
        cpu.addReclaimed(pages);
      }
      slab = next;
    }
  }

  /** Keeps the promise to a reclaimer that was credited, once per priority. */
  void throttle(Cpu cpu) {
    if (policy.credit() == DeferredDtor.Credit.AT_QUEUE_AND_WAIT) {
      drain(cpu);
    }
  }

  /**
   * What a trim is for: frees all that waits, unless the task reclaims. Whoever reclaims may hold
   * what a destructor takes.
   */
  void trim(Cpu cpu) {
    boolean reclaims = cpu.reclaiming() || (cpu.taskFlags() & Cpu.PF_MEMALLOC) != 0;
    if (policy.byTrim() && !reclaims) {
      drain(cpu);
    }
  }

  DeferredStats stats() {
    return new DeferredStats(backlog.peek(), highWater.peek(), capHits.peek());
  }
}
