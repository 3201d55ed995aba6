package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import org.jspecify.annotations.Nullable;

/** Allocation when this CPU's freelist is empty or of the wrong node. */
final class AllocSlowPath {
  private static final int NONE = SlabWord.NONE;

  private final KmemCache cache;
  private final FreePointers pointers;
  private final SlabFactory factory;
  private final FreeSlowPath lists;
  private final CacheTunables tunables;

  AllocSlowPath(KmemCache cache, SlabFactory factory, FreeSlowPath lists) {
    this.cache = cache;
    this.pointers = cache.pointers;
    this.factory = factory;
    this.lists = lists;
    this.tunables = cache.tunables;
  }

  /**
   * @return address, or 0
   */
  long alloc(Cpu cpu, KmemCacheCpu c, int gfp, int node) {
    cpu.charge(Cost.SLUB_SLOW);
    c.count(Stat.ALLOC_SLOWPATH);
    while (true) {
      Slab current = c.slab;
      if (current != null) {
        if (!suits(cpu, current, gfp, node)) {
          if (otherNode(current, node)) {
            c.count(Stat.ALLOC_NODE_MISMATCH);
          }
          lists.deactivate(cpu, current, detach(c));
        } else {
          int head = refill(cpu, c, current);
          if (head != NONE) {
            return load(c, current, head);
          }
        }
      }
      Slab slab = popCpuPartial(cpu, c, gfp, node);
      if (slab == null) {
        slab = newOrPartial(cpu, c, gfp, node);
        if (slab == null) {
          cache.slub.reportOutOfMemory(cpu, cache, gfp, node);
          return 0;
        }
      }
      int head = freeze(cpu, slab);
      // A constructor may have slept, and this CPU may have run other work: a slab may be here
      // again.
      if (c.slab != null) {
        Slab other = c.slab;
        c.count(Stat.CPUSLAB_FLUSH);
        lists.deactivate(cpu, other, detach(c));
      }
      c.install(slab);
      return load(c, slab, head);
    }
  }

  private static boolean suits(Cpu cpu, Slab slab, int gfp, int node) {
    return !otherNode(slab, node) && slab.pfmemallocMatch(cpu, gfp);
  }

  private static boolean otherNode(Slab slab, int node) {
    return node != PageAllocator.NUMA_NO_NODE && slab.node != node;
  }

  private long load(KmemCacheCpu c, Slab slab, int head) {
    c.listFrom(pointers.next(slab, head), cache.geometry.size());
    c.bumpTid();
    return pointers.addressOf(slab, head);
  }

  private int detach(KmemCacheCpu c) {
    int head = c.freelist;
    c.uninstall();
    c.bumpTid();
    return head;
  }

  /**
   * The CPU's own list, or else what other CPUs freed onto its slab; without either it is let go.
   */
  private int refill(Cpu cpu, KmemCacheCpu c, Slab slab) {
    if (c.freelist != NONE) {
      return c.freelist;
    }
    int head = takeRemoteFrees(cpu, slab);
    if (head == NONE) {
      detach(c);
      c.count(Stat.DEACTIVATE_BYPASS);
    } else {
      c.count(Stat.ALLOC_REFILL);
    }
    return head;
  }

  /** Acquire by the compare-exchange: its partners are the remote frees whose links we follow. */
  private int takeRemoteFrees(Cpu cpu, Slab slab) {
    long old;
    long taken;
    do {
      old = slab.word.getAcquire(cpu);
      boolean stays = SlabWord.freelist(old) != NONE;
      taken = SlabWord.of(NONE, slab.objects(), slab.objects(), stays, old);
    } while (!slab.word.compareAndSet(cpu, old, taken));
    return SlabWord.freelist(old);
  }

  private int freeze(Cpu cpu, Slab slab) {
    cpu.charge(Cost.SLUB_FREEZE);
    long old;
    long taken;
    do {
      old = slab.word.getAcquire(cpu);
      taken = SlabWord.of(NONE, slab.objects(), slab.objects(), true, old);
    } while (!slab.word.compareAndSet(cpu, old, taken));
    return SlabWord.freelist(old);
  }

  private @Nullable Slab popCpuPartial(Cpu cpu, KmemCacheCpu c, int gfp, int node) {
    while (c.partial != null) {
      Slab top = c.partial;
      c.partial = top.below;
      top.below = null;
      c.count(Stat.CPU_PARTIAL_ALLOC);
      if (suits(cpu, top, gfp, node)) {
        return top;
      }
      lists.putPartials(cpu, top);
    }
    return null;
  }

  /**
   * A node that is only preferred is tried alone first: its partial slabs, then new pages of it if
   * they can be had at once; other nodes after that.
   */
  private @Nullable Slab newOrPartial(Cpu cpu, KmemCacheCpu c, int gfp, int node) {
    if (node != PageAllocator.NUMA_NO_NODE && (gfp & Gfp.THISNODE) == 0) {
      Slab slab = takeFrom(cpu, c, gfp, cache.nodes[node]);
      if (slab == null) {
        slab = factory.make(cpu, Gfp.GFP_NOWAIT | Gfp.THISNODE, gfp, node);
      }
      if (slab != null) {
        return slab;
      }
    }
    Slab slab = nodePartial(cpu, c, gfp, node);
    return slab != null ? slab : factory.make(cpu, gfp, gfp, node);
  }

  private @Nullable Slab nodePartial(Cpu cpu, KmemCacheCpu c, int gfp, int node) {
    int wanted = node == PageAllocator.NUMA_NO_NODE ? cpu.node() : node;
    Slab slab = takeFrom(cpu, c, gfp, cache.nodes[wanted]);
    boolean only = node != PageAllocator.NUMA_NO_NODE && (gfp & Gfp.THISNODE) != 0;
    return slab != null || only ? slab : anyNodePartial(cpu, c, gfp, wanted);
  }

  /**
   * Other nodes, nearest first, in a share of cases: it keeps slabs local, but not all of memory.
   */
  private @Nullable Slab anyNodePartial(Cpu cpu, KmemCacheCpu c, int gfp, int from) {
    if (cache.nodes.length == 1 || !tunables.triesOtherNodes(cpu)) {
      return null;
    }
    for (int node : cache.slub.zonelist(from)) {
      if (node != from && cache.nodes[node].nrPartial > tunables.minPartial) {
        Slab slab = takeFrom(cpu, c, gfp, cache.nodes[node]);
        if (slab != null) {
          return slab;
        }
      }
    }
    return null;
  }

  /** The first slab that suits and some more for the CPU's partial stack, in one lock section. */
  private @Nullable Slab takeFrom(Cpu cpu, KmemCacheCpu c, int gfp, KmemCacheNode node) {
    cpu.read(node.line);
    if (node.nrPartial == 0) { // racy: an unseen addition costs a new slab, nothing else
      return null;
    }
    node.listLock.lockIrqsave(cpu);
    cpu.charge(Cost.SLUB_PARTIAL_WALK);
    cpu.write(node.line);
    Slab first = node.firstFor(cpu, gfp, node.head);
    if (first != null) {
      Slab behind = first.next;
      node.remove(first);
      c.count(Stat.ALLOC_FROM_PARTIAL);
      takeMore(cpu, c, gfp, node, behind);
    }
    node.listLock.unlockIrqrestore(cpu);
    return first;
  }

  /** Under list_lock. */
  private void takeMore(
      Cpu cpu, KmemCacheCpu c, int gfp, KmemCacheNode node, @Nullable Slab behind) {
    int wanted = tunables.cpuPartialSlabs == 0 ? 0 : tunables.cpuPartialSlabs / 2 + 1;
    Slab slab = node.firstFor(cpu, gfp, behind);
    for (int moved = 0; moved < wanted && slab != null; moved++) {
      Slab after = slab.next;
      node.remove(slab);
      lists.putCpuPartial(cpu, c, slab, false);
      c.count(Stat.CPU_PARTIAL_NODE);
      slab = node.firstFor(cpu, gfp, after);
    }
  }
}
