package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;

/** Single pages that may be taken back at any time: stands for the page cache on its LRU lists. */
public final class PagePool {
  private static final LockClass LRU_LOCK = new LockClass("lru_lock", LockClass.Kind.SPIN_IRQSAVE);

  private final PageAllocator pages;
  private final SpinLock lock;
  private final long[][] held; // by node, under lru_lock
  private final int[] counts; // by node, under lru_lock

  public PagePool(Machine machine, PageAllocator pages, int capacityPerNode) {
    this.pages = pages;
    this.lock = machine.spinLock(LRU_LOCK);
    this.held = new long[machine.nodes()][capacityPerNode];
    this.counts = new int[machine.nodes()];
  }

  /**
   * Fills a node's share with up to {@code wanted} more pages, without waking reclaim.
   *
   * @return pages added
   */
  public int fill(Cpu cpu, int node, int wanted) {
    for (int added = 0; added < wanted; added++) {
      long page = pages.alloc(cpu, 0, Gfp.NOWARN | Gfp.THISNODE | Gfp.MOVABLE, node);
      if (page == 0) {
        return added;
      }
      if (!put(cpu, node, page)) {
        pages.free(cpu, page, 0);
        return added;
      }
    }
    return wanted;
  }

  private boolean put(Cpu cpu, int node, long page) {
    lock.lockIrqsave(cpu);
    boolean room = counts[node] < held[node].length;
    if (room) {
      held[node][counts[node]++] = page;
    }
    lock.unlockIrqrestore(cpu);
    return room;
  }

  /**
   * Frees {@code size >> priority} pages, at least one when there is one, at most {@code target}.
   *
   * @return pages freed
   */
  long reclaim(Cpu cpu, int node, int priority, long target) {
    long wanted = Math.min(target, Math.max(1, size(cpu, node) >> priority));
    long freed = 0;
    while (freed < wanted) {
      long page = take(cpu, node);
      if (page == 0) {
        break;
      }
      pages.free(cpu, page, 0);
      freed++;
    }
    return freed;
  }

  private long take(Cpu cpu, int node) {
    lock.lockIrqsave(cpu);
    long page = counts[node] == 0 ? 0 : held[node][--counts[node]];
    lock.unlockIrqrestore(cpu);
    return page;
  }

  /** Pages held of a node. */
  public long size(Cpu cpu, int node) {
    lock.lockIrqsave(cpu);
    int size = counts[node];
    lock.unlockIrqrestore(cpu);
    return size;
  }
}
