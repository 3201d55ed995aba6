package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Single objects straight from slabs where there are no CPU slabs: for allocations that sheaves
 * cannot serve, because another node is wanted.
 */
final class SlabSource {
  private static final int NONE = SlabWord.NONE;

  private final KmemCache cache;
  private final FreePointers pointers;
  private final SlabFactory factory;

  SlabSource(KmemCache cache, SlabFactory factory) {
    this.cache = cache;
    this.pointers = cache.pointers;
    this.factory = factory;
  }

  /**
   * The wanted node's partial slabs first; then, if it is only preferred, its new pages as far as
   * they can be had at once and other nodes' partial slabs; then a new slab.
   *
   * @return address, or 0
   */
  long one(Cpu cpu, int gfp, int node) {
    cpu.charge(Cost.SLUB_SLOW);
    cache.count(cpu, Stat.ALLOC_SLOWPATH);
    int wanted = node == PageAllocator.NUMA_NO_NODE ? cpu.node() : node;
    long object = fromPartial(cpu, gfp, cache.nodes[wanted]);
    boolean only = (gfp & Gfp.THISNODE) != 0 && node != PageAllocator.NUMA_NO_NODE;
    if (object == 0 && !only && node != PageAllocator.NUMA_NO_NODE) {
      object = fromNew(cpu, Gfp.GFP_NOWAIT | Gfp.THISNODE, gfp, node);
    }
    if (object == 0 && !only) {
      object = fromOtherNodes(cpu, gfp, wanted);
    }
    if (object == 0) {
      object = fromNew(cpu, gfp, gfp, node);
    }
    if (object == 0) {
      cache.slub.reportOutOfMemory(cpu, cache, gfp, node);
    }
    return object;
  }

  private long fromOtherNodes(Cpu cpu, int gfp, int from) {
    if (cache.nodes.length == 1 || !cache.tunables.triesOtherNodes(cpu)) {
      return 0;
    }
    for (int node : cache.slub.zonelist(from)) {
      if (node != from && cache.nodes[node].nrPartial > cache.tunables.minPartial) {
        long object = fromPartial(cpu, gfp, cache.nodes[node]);
        if (object != 0) {
          return object;
        }
      }
    }
    return 0;
  }

  private long fromPartial(Cpu cpu, int gfp, KmemCacheNode node) {
    cpu.read(node.line);
    if (node.nrPartial == 0) { // racy: an unseen addition costs a new slab, nothing else
      return 0;
    }
    node.listLock.lockIrqsave(cpu);
    cpu.charge(Cost.SLUB_PARTIAL_WALK);
    cpu.write(node.line);
    Slab slab = node.firstFor(cpu, gfp, node.head);
    long object = slab == null ? 0 : takeHead(cpu, node, slab);
    node.listLock.unlockIrqrestore(cpu);
    return object;
  }

  /**
   * Under list_lock, so that only frees change the list: the head's successor stays what it is. A
   * free of its own object in between changes the word, and the exchange fails.
   */
  private long takeHead(Cpu cpu, KmemCacheNode node, Slab slab) {
    long old;
    int head;
    int next;
    do {
      old = slab.word.getAcquire(cpu);
      head = SlabWord.freelist(old);
      next = pointers.next(slab, head);
    } while (!slab.word.compareAndSet(
        cpu, old, SlabWord.of(next, SlabWord.inuse(old) + 1, slab.objects(), false, old)));
    if (next == NONE) {
      node.remove(slab);
    }
    return pointers.addressOf(slab, head);
  }

  private long fromNew(Cpu cpu, int gfp, int ctorGfp, int node) {
    Slab slab = factory.make(cpu, gfp, ctorGfp, node);
    if (slab == null) {
      return 0;
    }
    int head = SlabWord.freelist(slab.word.getAcquire(cpu));
    publish(cpu, slab, pointers.next(slab, head), 1);
    return pointers.addressOf(slab, head);
  }

  /**
   * A new slab of which objects were handed out: the rest is its freelist, at the head of its
   * node's list. Release by the lock: the next to see the slab finds it there.
   */
  void publish(Cpu cpu, Slab slab, int rest, int handedOut) {
    long old = slab.word.getAcquire(cpu);
    slab.word.setRelease(cpu, SlabWord.of(rest, handedOut, slab.objects(), false, old));
    if (rest != NONE) {
      addHead(cpu, slab);
    }
  }

  void addHead(Cpu cpu, Slab slab) {
    KmemCacheNode node = cache.node(slab);
    node.listLock.lockIrqsave(cpu);
    cpu.write(node.line);
    node.addHead(slab);
    node.listLock.unlockIrqrestore(cpu);
  }

  /** A slab taken off its list that was not needed: back to the head, or away if it is surplus. */
  void putBack(Cpu cpu, Slab slab) {
    KmemCacheNode node = cache.node(slab);
    node.listLock.lockIrqsave(cpu);
    cpu.write(node.line);
    boolean empty = SlabWord.inuse(slab.word.getAcquire(cpu)) == 0;
    boolean surplus = empty && node.nrPartial >= cache.tunables.minPartial;
    if (!surplus) {
      node.addHead(slab);
    }
    node.listLock.unlockIrqrestore(cpu);
    if (surplus) {
      cache.count(cpu, Stat.FREE_SLAB);
      factory.discard(cpu, slab);
    }
  }

  @Nullable Slab make(Cpu cpu, int gfp) {
    return factory.make(cpu, gfp, gfp, PageAllocator.NUMA_NO_NODE);
  }
}
