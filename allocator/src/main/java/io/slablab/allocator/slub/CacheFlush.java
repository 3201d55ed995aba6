package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import org.jspecify.annotations.Nullable;

/** Takes slabs away from CPUs and gives empty ones back. */
final class CacheFlush {
  private static final int MAX_SORTED_FREE = 32;

  private final KmemCache cache;
  private final SlabFactory factory;
  private final FreeSlowPath lists;

  CacheFlush(KmemCache cache, SlabFactory factory, FreeSlowPath lists) {
    this.cache = cache;
    this.factory = factory;
    this.lists = lists;
  }

  /** Every CPU lets go of its slab and its partial slabs. No spin lock held. */
  void flushAll(Cpu cpu) {
    cache.slub.flushLock().lock(cpu);
    cache.slub.machine().onEachCpu(cpu, this::flushCpu);
    cache.slub.flushLock().unlock(cpu);
  }

  private void flushCpu(Cpu cpu) {
    flushOf(cpu, cpu.id());
  }

  /**
   * Takes what a CPU has.
   *
   * @param id this CPU, or one that is dead
   */
  void flushOf(Cpu cpu, int id) {
    Sheaves sheaves = cache.sheaves;
    if (sheaves != null) {
      sheaves.flushOf(cpu, id);
    }
    KmemCacheCpu c = cache.cpus[id];
    Slab slab = c.slab;
    if (slab != null) {
      int local = c.freelist;
      c.uninstall();
      c.bumpTid();
      c.count(Stat.CPUSLAB_FLUSH);
      lists.deactivate(cpu, slab, local);
    }
    Slab stack = c.partial;
    if (stack != null) {
      c.partial = null;
      lists.putPartials(cpu, stack);
    }
  }

  boolean shrink(Cpu cpu) {
    Sheaves sheaves = cache.sheaves;
    if (sheaves != null) {
      sheaves.flushBarns(cpu); // first: it may leave slabs on this CPU's partial stack
    }
    flushAll(cpu);
    boolean left = false;
    for (KmemCacheNode node : cache.nodes) {
      releaseAll(cpu, sortAndCollectEmpty(cpu, node));
      left |= node.nrSlabs.getAcquire(cpu) != 0;
    }
    return left;
  }

  /** Fullest slabs first, so that the emptiest get a chance to drain. */
  private @Nullable Slab sortAndCollectEmpty(Cpu cpu, KmemCacheNode node) {
    Slab[] buckets = new Slab[MAX_SORTED_FREE];
    Slab empties = null;
    node.listLock.lockIrqsave(cpu);
    cpu.charge(Cost.SLUB_SHRINK, node.nrPartial);
    for (Slab slab = node.head; slab != null; ) {
      Slab next = slab.next;
      int inuse = SlabWord.inuse(slab.word.getAcquire(cpu));
      int free = slab.objects() - inuse;
      if (inuse == 0) {
        node.remove(slab);
        factory.uncount(cpu, slab);
        slab.next = empties;
        empties = slab;
      } else if (free <= MAX_SORTED_FREE) {
        node.remove(slab);
        slab.next = buckets[free - 1];
        buckets[free - 1] = slab;
      }
      slab = next;
    }
    for (int bucket = MAX_SORTED_FREE - 1; bucket >= 0; bucket--) {
      for (Slab slab = buckets[bucket]; slab != null; ) {
        Slab next = slab.next;
        node.addHead(slab);
        slab = next;
      }
    }
    node.listLock.unlockIrqrestore(cpu);
    return empties;
  }

  private void releaseAll(Cpu cpu, @Nullable Slab chain) {
    for (Slab slab = chain; slab != null; ) {
      Slab next = slab.next;
      cache.count(cpu, Stat.FREE_SLAB);
      factory.release(cpu, slab);
      slab = next;
    }
  }
}
