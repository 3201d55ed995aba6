package io.slablab.allocator.debug;

import io.slablab.allocator.debug.KfenceReport.Kind;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuHead;
import io.slablab.allocator.slub.HookSource;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.ObjectHooks;
import io.slablab.allocator.slub.SlabFlags;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Puts a few sampled objects each on a page of its own, at the start or the end, between closed
 * pages. A freed object's page is closed until another object gets it; slots are reused in the
 * order they were freed.
 *
 * <p>Every sampled object is constructed when it is handed out. Compatible: a constructor that
 * fails sends the allocation to the slabs, and the destructor runs at the free. Faithful, as the
 * kernel does with any constructor: the result is ignored, and nothing destructs, so that each
 * sample of a constructor that owns something leaks it.
 *
 * <p>Locks: {@code kfence_freelist_lock}, a leaf, never held while constructors run.
 */
public final class Kfence implements HookSource, AccessCheck {
  private static final int PAGE = PageAllocator.PAGE_BYTES;
  private static final LockClass LOCK =
      LockClass.leaf("kfence_freelist_lock", LockClass.Kind.RAW_SPIN_IRQSAVE, 0);

  private final Memory memory;
  private final Reports reports;
  private final Rcu rcu;
  private final boolean faithful;
  private final KfencePool pool;
  private final KfenceGate gate;
  private final SpinLock lock;

  /** Slots without a live object, longest free first; under the lock. */
  private final Deque<KfenceSlot> free;

  private long samples; // under the lock
  private long fullPool; // under the lock

  Kfence(
      Machine machine,
      PageAllocator pages,
      Rcu rcu,
      Reports reports,
      KfenceSampling sampling,
      boolean faithful) {
    this.memory = pages.memory();
    this.rcu = rcu;
    this.reports = reports;
    this.faithful = faithful;
    this.pool = new KfencePool(allocPool(machine, pages));
    this.gate = new KfenceGate(machine, sampling);
    this.lock = machine.spinLock(LOCK);
    this.free = new ArrayDeque<>(Arrays.asList(pool.slots()));
  }

  /** Kept for ever, as what the kernel takes at boot. */
  private static long allocPool(Machine machine, PageAllocator pages) {
    Cpu cpu = machine.enter(0);
    try {
      long base = pages.alloc(cpu, KfencePool.ORDER, Gfp.GFP_KERNEL, cpu.node());
      if (base == 0) {
        throw new IllegalArgumentException(
            "no memory for KFENCE: pages=" + (1 << KfencePool.ORDER));
      }
      return base;
    } finally {
      machine.leave(cpu);
    }
  }

  // ---- hooks ----

  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    boolean skipped =
        (cache.args().flags() & SlabFlags.SKIP_KFENCE) != 0
            || cache.geometry().objectSize() > PAGE
            || cache.geometry().align() > PAGE;
    return skipped ? null : new Hooks(cache);
  }

  private final class Hooks extends ObjectHooks {
    private final KmemCache cache;

    Hooks(KmemCache cache) {
      this.cache = cache;
    }

    @Override
    public long beforeAlloc(Cpu cpu, int gfp, int node) {
      return gate.open(cpu) ? guardedAlloc(cpu, cache, gfp) : PASS;
    }

    @Override
    public boolean beforeFree(Cpu cpu, long object) {
      if (!pool.owns(object)) {
        return false;
      }
      guardedFree(cpu, cache, object);
      return true;
    }

    @Override
    public void cacheGone(Cpu cpu) {
      for (KfenceSlot slot : pool.slots()) {
        if (slot.live() && slot.cache == cache) {
          report(Kind.REMAINING, slot, slot.object, 0, false);
        }
      }
    }
  }

  // ---- lives ----

  private long guardedAlloc(Cpu cpu, KmemCache cache, int gfp) {
    KfenceSlot slot = take(cpu, cache);
    if (slot == null) {
      return ObjectHooks.PASS;
    }
    pool.open(slot.page);
    slot.setCanary(memory);
    if ((gfp & Gfp.ZERO) != 0 && !cache.args().hasLifeCycle()) {
      memory.fill(slot.object, slot.size, (byte) 0);
    }
    boolean made = KfenceLife.construct(cpu, cache.args(), slot.object, gfp);
    if (made || faithful) {
      return slot.object;
    }
    putBack(cpu, slot);
    return ObjectHooks.PASS;
  }

  /** A slot for an object of a cache, at a random end of its page; null when all are in use. */
  private @Nullable KfenceSlot take(Cpu cpu, KmemCache cache) {
    int size = cache.geometry().objectSize();
    boolean right = (cpu.nextRandom() & 1) != 0;
    Track by = new Track(cpu.id(), StackDepot.callers());
    lock.lockIrqsave(cpu);
    KfenceSlot slot = free.pollFirst();
    if (slot == null) {
      fullPool++;
    } else {
      slot.object = slot.page + (right ? PAGE - size & -cache.geometry().align() : 0);
      slot.size = size;
      slot.cache = cache;
      slot.allocated = by;
      slot.freed = Track.NONE;
      slot.state = KfenceSlot.State.ALLOCATED;
      samples++;
    }
    lock.unlockIrqrestore(cpu);
    return slot;
  }

  private void guardedFree(Cpu cpu, KmemCache cache, long object) {
    KfenceSlot slot = claim(cpu, cache, object);
    if (slot == null) {
      return;
    }
    slot.freed = new Track(cpu.id(), StackDepot.callers());
    if (cache.args().typesafeByRcu()) {
      rcu.callRcu(cpu, new RcuHead(self -> end(self, cache, slot))); // readers may still look at it
    } else {
      end(cpu, cache, slot);
    }
  }

  /** Nobody may touch the object any more. */
  private void end(Cpu cpu, KmemCache cache, KfenceSlot slot) {
    if (!faithful) {
      KfenceLife.destruct(cpu, cache.args(), slot.object);
    }
    long damage = slot.damage(memory);
    if (damage != 0) {
      report(Kind.CORRUPTION, slot, damage, 0, true);
    }
    putBack(cpu, slot);
  }

  /** The slot of a live object, which from now on is being freed by this CPU alone; or null. */
  private @Nullable KfenceSlot claim(Cpu cpu, KmemCache cache, long object) {
    KfenceSlot slot = pool.slotAt(object);
    boolean known = slot != null && slot.object == object && slot.cache == cache;
    boolean live = false;
    if (slot != null && known) {
      lock.lockIrqsave(cpu);
      live = slot.live();
      slot.state = live ? KfenceSlot.State.FREEING : slot.state;
      lock.unlockIrqrestore(cpu);
    }
    if (!live) {
      report(known ? Kind.DOUBLE_FREE : Kind.INVALID_FREE, slot, object, 0, true);
    }
    return live ? slot : null;
  }

  private void putBack(Cpu cpu, KfenceSlot slot) {
    pool.close(slot.page);
    if (slot.openedGuard != 0) {
      pool.close(slot.openedGuard);
      slot.openedGuard = 0;
    }
    lock.lockIrqsave(cpu);
    slot.state = KfenceSlot.State.FREED;
    free.addLast(slot);
    lock.unlockIrqrestore(cpu);
  }

  // ---- accesses ----

  /** An access to a closed page is reported once: the page stays open until its object is freed. */
  @Override
  public void check(long address, long bytes, boolean write) {
    if (!pool.overlaps(address, bytes)) {
      return;
    }
    long bad = pool.firstClosed(address, bytes);
    if (bad < 0) {
      return;
    }
    if (pool.onGuard(bad)) {
      onGuard(bad, bytes, write);
    } else {
      KfenceSlot slot = pool.slotAt(bad);
      boolean used = slot != null && slot.state != KfenceSlot.State.UNUSED;
      report(used ? Kind.USE_AFTER_FREE : Kind.INVALID_ACCESS, slot, bad, bytes, write);
    }
    pool.open(bad);
  }

  /** Of the objects on both sides the nearer live one was overrun. */
  private void onGuard(long address, long bytes, boolean write) {
    KfenceSlot left = pool.slotAt(address);
    KfenceSlot right = pool.slotAt(address + PAGE);
    long toLeft = left != null && left.live() ? address - left.object - left.size : Long.MAX_VALUE;
    long toRight = right != null && right.live() ? right.object - address : Long.MAX_VALUE;
    KfenceSlot near = toLeft <= toRight ? left : right;
    if (near == null || Math.min(toLeft, toRight) == Long.MAX_VALUE) {
      report(Kind.INVALID_ACCESS, null, address, bytes, write);
    } else {
      near.openedGuard = address;
      report(Kind.OUT_OF_BOUNDS, near, address, bytes, write);
    }
  }

  private void report(
      Kind kind, @Nullable KfenceSlot slot, long address, long bytes, boolean write) {
    if (!reports.counted(DebugFeature.KFENCE, kind.words())) {
      return;
    }
    reports.keep(
        new KfenceReport(
            kind,
            address,
            bytes,
            write,
            slot == null ? "" : slot.cacheName(),
            slot == null ? 0 : slot.object,
            StackDepot.callers(),
            slot == null ? Track.NONE : slot.allocated,
            slot == null ? Track.NONE : slot.freed));
  }

  // ---- what tests and tools ask ----

  /** Whether an object is a sampled one. */
  public boolean samples(long object) {
    return pool.owns(object);
  }

  /** Objects sampled so far; at rest. */
  public long samples() {
    return samples;
  }

  /** Samples not taken because every slot was in use; at rest. */
  public long skipped() {
    return fullPool;
  }

  /** Sampled objects in users' hands; at rest. */
  public long live() {
    return Arrays.stream(pool.slots()).filter(KfenceSlot::live).count();
  }
}
