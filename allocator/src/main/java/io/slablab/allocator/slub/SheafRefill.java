package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.PageAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Fills sheaves from slabs without a CPU slab: whole freelists of partial slabs first, then of new
 * slabs.
 *
 * <p>A slab whose freelist was taken counts as full and is on no list; the first free onto it puts
 * it back on its node's list.
 */
final class SheafRefill {
  private static final int NONE = SlabWord.NONE;

  private final KmemCache cache;
  private final SlabFactory factory;

  SheafRefill(KmemCache cache, SlabFactory factory) {
    this.cache = cache;
    this.factory = factory;
  }

  /**
   * Fills an empty sheaf; no lock held. New slabs are made until it is full; a failure leaves it
   * with what there was.
   */
  void refill(Cpu cpu, Sheaf sheaf, int gfp) {
    cpu.charge(Cost.SLUB_SLOW);
    cache.count(cpu, Stat.SHEAF_REFILL);
    fromPartial(cpu, cache.nodes[cpu.node()], sheaf, 0);
    if (sheaf.isEmpty()) {
      fromOtherNodes(cpu, sheaf);
    }
    while (!sheaf.isFull()) {
      if (!fromNewSlab(cpu, sheaf, gfp)) {
        return;
      }
    }
  }

  private void fromOtherNodes(Cpu cpu, Sheaf sheaf) {
    if (cache.nodes.length == 1
        || (cpu.nextRandom() & 1023) > cache.tunables.remoteNodeDefragRatio) {
      return;
    }
    for (int node : cache.slub.nodesByDistance(cpu.node())) {
      if (node != cpu.node()) {
        fromPartial(cpu, cache.nodes[node], sheaf, cache.tunables.minPartial);
      }
    }
  }

  /** Slabs leave the list under its lock, their freelists are taken after it. */
  private void fromPartial(Cpu cpu, KmemCacheNode node, Sheaf sheaf, int keep) {
    cpu.read(node.line);
    while (!sheaf.isFull() && node.nrPartial > keep) { // racy: costs a new slab, nothing else
      Slab slabs = unlink(cpu, node, sheaf.capacity() - sheaf.size(), keep);
      if (slabs == null) {
        return;
      }
      for (Slab slab = slabs; slab != null; ) {
        Slab next = slab.next;
        slab.next = null;
        takeAll(cpu, slab, sheaf);
        slab = next;
      }
    }
  }

  /**
   * Takes slabs off the list while their free objects fit into {@code room}, one at least.
   *
   * @return chain by {@code next}
   */
  private @Nullable Slab unlink(Cpu cpu, KmemCacheNode node, int room, int keep) {
    Slab chain = null;
    node.listLock.lockIrqsave(cpu);
    cpu.charge(Cost.SLUB_PARTIAL_WALK);
    cpu.write(node.line);
    int left = room;
    while (node.head != null && node.nrPartial > keep) {
      Slab slab = node.head;
      long word = slab.word.getAcquire(cpu);
      int free = slab.objects() - SlabWord.inuse(word);
      if (chain != null && free > left) {
        break;
      }
      left -= free;
      node.remove(slab);
      slab.next = chain;
      chain = slab;
      if (left <= 0) {
        break;
      }
    }
    node.listLock.unlockIrqrestore(cpu);
    return chain;
  }

  /** The slab's freelist to the sheaf; what does not fit goes back to the slab. */
  private void takeAll(Cpu cpu, Slab slab, Sheaf sheaf) {
    cpu.charge(Cost.SLUB_FREEZE);
    long old;
    do {
      old = slab.word.getAcquire(cpu);
    } while (!slab.word.compareAndSet(
        cpu, old, SlabWord.of(NONE, slab.objects(), slab.objects(), false, old)));
    cache.count(cpu, Stat.SHEAF_ALLOC);
    int index = SlabWord.freelist(old);
    while (index != NONE && !sheaf.isFull()) {
      int next = cache.next(slab, index);
      sheaf.push(cache.addressOf(slab, index));
      index = next;
    }
    giveBack(cpu, slab, index);
  }

  /** The rest of a freelist that we own, as one chain. */
  private void giveBack(Cpu cpu, Slab slab, int head) {
    if (head == NONE) {
      return;
    }
    int count = 1;
    int tail = head;
    for (int index = cache.next(slab, head); index != NONE; index = cache.next(slab, index)) {
      tail = index;
      count++;
    }
    cache.freeChain(cpu, slab, head, tail, count);
  }

  /** False when there is no memory or a constructor failed. */
  private boolean fromNewSlab(Cpu cpu, Sheaf sheaf, int gfp) {
    Slab slab = factory.make(cpu, gfp, gfp, PageAllocator.NUMA_NO_NODE);
    if (slab == null) {
      return false;
    }
    takeAll(cpu, slab, sheaf);
    return true;
  }
}
