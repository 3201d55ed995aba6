package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import org.jspecify.annotations.Nullable;

/** Frees onto slabs that are not this CPU's own, and the lists that slabs move to. */
final class FreeSlowPath {
  private static final int NONE = SlabWord.NONE;

  private final KmemCache cache;
  private final FreePointers pointers;
  private final SlabFactory factory;
  private final CacheTunables tunables;
  private final boolean hasCpuPartial;

  FreeSlowPath(KmemCache cache, SlabFactory factory) {
    this.cache = cache;
    this.pointers = cache.pointers;
    this.factory = factory;
    this.tunables = cache.tunables;
    this.hasCpuPartial = tunables.hasCpuPartial();
  }

  /**
   * Puts a chain of {@code count} objects on the slab by one compare-exchange; list_lock only when
   * the slab becomes empty, or becomes partial without per-CPU partial lists.
   *
   * <p>The compare-exchange is volatile: its partner is the next reader of the word, who must see
   * the links we wrote, and those of everyone whose chain ours was put on.
   */
  void free(Cpu cpu, Slab slab, int head, int tail, int count) {
    cpu.charge(Cost.SLUB_FREE_SLOW);
    cache.count(cpu, Stat.FREE_SLOWPATH);
    KmemCacheNode node = cache.node(slab);
    while (true) {
      long old = slab.word.getAcquire(cpu);
      int prior = SlabWord.freelist(old);
      int inuse = SlabWord.inuse(old) - count;
      if (inuse < 0) {
        throw new IllegalStateException(
            "more frees than objects in use: cache=" + cache.name() + " slab=" + slab.base);
      }
      boolean frozen = SlabWord.frozen(old);
      pointers.setNext(slab, tail, prior);
      boolean locks = !frozen && (inuse == 0 || prior == NONE) && (!hasCpuPartial || prior != NONE);
      if (locks) {
        node.listLock.lockIrqsave(cpu);
      }
      if (slab.word.compareAndSet(
          cpu, old, SlabWord.of(head, inuse, slab.objects(), frozen, old))) {
        if (locks) {
          settleLocked(cpu, slab, node, prior, inuse);
        } else if (frozen) {
          cache.count(cpu, Stat.FREE_FROZEN);
        } else if (prior == NONE) {
          putCpuPartial(cpu, cache.cpus[cpu.id()], slab, true);
          cache.count(cpu, Stat.CPU_PARTIAL_FREE);
        }
        return;
      }
      if (locks) {
        node.listLock.unlockIrqrestore(cpu);
      }
      cache.count(cpu, Stat.CMPXCHG_DOUBLE_FAIL);
    }
  }

  private void settleLocked(Cpu cpu, Slab slab, KmemCacheNode node, int prior, int inuse) {
    boolean wasFull = prior == NONE;
    if (!wasFull && !slab.onNodePartial) {
      node.listLock.unlockIrqrestore(cpu); // on some CPU's partial stack: that CPU will settle it
      return;
    }
    cpu.write(node.line);
    if (inuse == 0 && node.nrPartial >= tunables.minPartial) {
      if (slab.onNodePartial) {
        node.remove(slab);
        cache.count(cpu, Stat.FREE_REMOVE_PARTIAL);
      }
      node.listLock.unlockIrqrestore(cpu);
      cache.count(cpu, Stat.FREE_SLAB);
      factory.discard(cpu, slab);
      return;
    }
    if (wasFull) {
      node.addTail(slab);
      cache.count(cpu, Stat.FREE_ADD_PARTIAL);
    }
    node.listLock.unlockIrqrestore(cpu);
  }

  /**
   * Pushes a slab on this CPU's partial stack.
   *
   * @param drain whether a stack at its limit goes to the nodes first (INV-SLUB-6)
   */
  void putCpuPartial(Cpu cpu, KmemCacheCpu c, Slab slab, boolean drain) {
    Slab drained = null;
    cpu.irqOff();
    Slab top = c.partial;
    if (top != null && drain && top.depth >= tunables.cpuPartialSlabs) {
      drained = top;
      top = null;
    }
    slab.below = top;
    slab.depth = top == null ? 1 : top.depth + 1;
    c.partial = slab;
    cpu.irqOn();
    if (drained != null) {
      putPartials(cpu, drained);
      cache.count(cpu, Stat.CPU_PARTIAL_DRAIN);
    }
  }

  /** Moves a detached partial stack to the nodes' lists; surplus empty slabs are given back. */
  void putPartials(Cpu cpu, Slab stack) {
    Slab empties = null;
    KmemCacheNode locked = null;
    for (Slab slab = stack; slab != null; ) {
      final Slab below = slab.below;
      slab.below = null;
      KmemCacheNode node = cache.node(slab);
      if (node != locked) {
        unlock(cpu, locked);
        node.listLock.lockIrqsave(cpu);
        cpu.write(node.line);
        locked = node;
      }
      boolean empty = SlabWord.inuse(slab.word.getAcquire(cpu)) == 0;
      if (empty && node.nrPartial >= tunables.minPartial) {
        slab.next = empties; // on no list: the link is ours
        empties = slab;
      } else {
        node.addTail(slab);
        cache.count(cpu, Stat.FREE_ADD_PARTIAL);
      }
      slab = below;
    }
    unlock(cpu, locked);
    discardAll(cpu, empties);
  }

  private static void unlock(Cpu cpu, @Nullable KmemCacheNode locked) {
    if (locked != null) {
      locked.listLock.unlockIrqrestore(cpu);
    }
  }

  private void discardAll(Cpu cpu, @Nullable Slab chain) {
    for (Slab slab = chain; slab != null; ) {
      Slab next = slab.next;
      cache.count(cpu, Stat.DEACTIVATE_EMPTY);
      cache.count(cpu, Stat.FREE_SLAB);
      factory.discard(cpu, slab);
      slab = next;
    }
  }

  /**
   * Takes a slab out of a CPU's use: its local freelist goes in front of what others freed.
   *
   * @param local head of the CPU's freelist, {@link SlabWord#NONE} for none
   */
  void deactivate(Cpu cpu, Slab slab, int local) {
    cpu.charge(Cost.SLUB_DEACTIVATE);
    int count = 0;
    int tail = NONE;
    for (int index = local; index != NONE; index = pointers.next(slab, index)) {
      tail = index;
      count++;
    }
    long old;
    long settled;
    do {
      old = slab.word.getAcquire(cpu);
      int head = SlabWord.freelist(old);
      if (tail != NONE) {
        pointers.setNext(slab, tail, head);
        head = local;
      }
      settled = SlabWord.of(head, SlabWord.inuse(old) - count, slab.objects(), false, old);
    } while (!slab.word.compareAndSet(cpu, old, settled));
    settle(cpu, slab, settled, SlabWord.freelist(old) != NONE);
  }

  private void settle(Cpu cpu, Slab slab, long word, boolean remoteFrees) {
    if (remoteFrees) {
      cache.count(cpu, Stat.DEACTIVATE_REMOTE_FREES);
    }
    KmemCacheNode node = cache.node(slab);
    cpu.read(node.line);
    if (SlabWord.inuse(word) == 0 && node.nrPartial >= tunables.minPartial) { // racy: a hint
      cache.count(cpu, Stat.DEACTIVATE_EMPTY);
      cache.count(cpu, Stat.FREE_SLAB);
      factory.discard(cpu, slab);
    } else if (SlabWord.freelist(word) != NONE) {
      node.listLock.lockIrqsave(cpu);
      cpu.write(node.line);
      if (remoteFrees) {
        node.addTail(slab);
      } else {
        node.addHead(slab);
      }
      node.listLock.unlockIrqrestore(cpu);
      cache.count(cpu, remoteFrees ? Stat.DEACTIVATE_TO_TAIL : Stat.DEACTIVATE_TO_HEAD);
    } else {
      cache.count(cpu, Stat.DEACTIVATE_FULL);
    }
  }
}
