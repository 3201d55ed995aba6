package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.PageAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Fills sheaves: from the CPU's slab and what stands behind it, or without CPU slabs from whole
 * freelists of partial slabs, then of new slabs.
 *
 * <p>A slab whose freelist was taken counts as full and is on no list; the first free onto it puts
 * it back on its node's list.
 */
final class SheafRefill {
  private static final int NONE = SlabWord.NONE;

  private final KmemCache cache;
  private final FreePointers pointers;
  private final SlabSource slabs;
  private final boolean throughCpuSlab;

  SheafRefill(KmemCache cache, SlabSource slabs) {
    this.cache = cache;
    this.pointers = cache.pointers;
    this.slabs = slabs;
    this.throughCpuSlab = cache.slub.config().sheaves() == SheafMode.OPT_IN;
  }

  /**
   * Fills a sheaf that has room; no lock held. New slabs are made until it is full; a failure
   * leaves it with what there was.
   */
  void refill(Cpu cpu, Sheaf sheaf, int gfp) {
    cpu.charge(Cost.SLUB_SLOW);
    cache.count(cpu, Stat.SHEAF_REFILL);
    if (throughCpuSlab) {
      fromCpuSlab(cpu, sheaf, gfp);
    } else {
      fromSlabs(cpu, sheaf, gfp);
    }
  }

  private void fromCpuSlab(Cpu cpu, Sheaf sheaf, int gfp) {
    cpu.charge(Cost.SLUB_BULK, sheaf.capacity() - sheaf.size());
    while (!sheaf.isFull()) {
      long object = cache.entry.allocFromSlabs(cpu, gfp, PageAllocator.NUMA_NO_NODE);
      if (object == 0) {
        return;
      }
      sheaf.push(object);
    }
  }

  private void fromSlabs(Cpu cpu, Sheaf sheaf, int gfp) {
    fromPartial(cpu, cache.nodes[cpu.node()], sheaf, gfp, 0);
    if (!sheaf.isFull()) {
      fromOtherNodes(cpu, sheaf, gfp);
    }
    while (!sheaf.isFull()) {
      Slab slab = slabs.make(cpu, gfp);
      if (slab == null) {
        return;
      }
      handOut(cpu, slab, sheaf);
    }
  }

  /** Other nodes' lists are only tried: who works there goes first. */
  private void fromOtherNodes(Cpu cpu, Sheaf sheaf, int gfp) {
    if (cache.nodes.length == 1 || !cache.tunables.triesOtherNodes(cpu)) {
      return;
    }
    for (int node : cache.slub.zonelist(cpu.node())) {
      if (node != cpu.node() && !sheaf.isFull()) {
        fromPartial(cpu, cache.nodes[node], sheaf, gfp, cache.tunables.minPartial);
      }
    }
  }

  /** Slabs leave the list under its lock, their freelists are taken after it. */
  private void fromPartial(Cpu cpu, KmemCacheNode node, Sheaf sheaf, int gfp, int keep) {
    cpu.read(node.line);
    while (!sheaf.isFull() && node.nrPartial > keep) { // racy: costs a new slab, nothing else
      Slab chain = unlink(cpu, node, sheaf.capacity() - sheaf.size(), gfp, keep);
      if (chain == null) {
        return;
      }
      for (Slab slab = chain; slab != null; ) {
        Slab next = slab.next;
        slab.next = null;
        if (sheaf.isFull()) {
          slabs.putBack(cpu, slab); // frees that came meanwhile made the others enough
        } else {
          takeAll(cpu, slab, sheaf);
        }
        slab = next;
      }
    }
  }

  /**
   * Takes slabs off the list while their free objects fit into {@code room}, one at least.
   *
   * @param keep slabs that the list keeps; none of this CPU's node, whose lock is waited for
   * @return chain by {@code next}; null when there was none, or the lock was only tried and busy
   */
  private @Nullable Slab unlink(Cpu cpu, KmemCacheNode node, int room, int gfp, int keep) {
    cpu.irqOff();
    if (keep == 0) {
      node.listLock.lock(cpu);
    } else if (!node.listLock.tryLock(cpu)) {
      cpu.irqOn();
      return null;
    }
    cpu.charge(Cost.SLUB_PARTIAL_WALK);
    cpu.write(node.line);
    Slab chain = null;
    int left = room;
    Slab slab = node.firstFor(cpu, gfp, node.head);
    while (slab != null && node.nrPartial > keep && left > 0) {
      final Slab after = slab.next;
      long word = slab.word.getAcquire(cpu);
      int free = slab.objects() - SlabWord.inuse(word);
      if (chain != null && free > left) {
        break;
      }
      left -= free;
      node.remove(slab);
      slab.next = chain;
      chain = slab;
      slab = node.firstFor(cpu, gfp, after);
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
    giveBack(cpu, slab, fill(slab, SlabWord.freelist(old), sheaf));
  }

  /** A new slab's first objects to the sheaf; the rest stays its freelist. */
  private void handOut(Cpu cpu, Slab slab, Sheaf sheaf) {
    int before = sheaf.size();
    int rest = fill(slab, SlabWord.freelist(slab.word.getAcquire(cpu)), sheaf);
    slabs.publish(cpu, slab, rest, sheaf.size() - before);
  }

  /** Returns where the list goes on when the sheaf is full. */
  private int fill(Slab slab, int head, Sheaf sheaf) {
    int index = head;
    while (index != NONE && !sheaf.isFull()) {
      int next = pointers.next(slab, index);
      sheaf.push(pointers.addressOf(slab, index));
      index = next;
    }
    return index;
  }

  /** The rest of a freelist that we own, as one chain. */
  private void giveBack(Cpu cpu, Slab slab, int head) {
    if (head == NONE) {
      return;
    }
    int count = 1;
    int tail = head;
    for (int index = pointers.next(slab, head); index != NONE; index = pointers.next(slab, index)) {
      tail = index;
      count++;
    }
    cache.entry.freeChain(cpu, slab, head, tail, count);
  }
}
