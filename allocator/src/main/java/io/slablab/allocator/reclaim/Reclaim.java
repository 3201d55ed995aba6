package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.machine.Work;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.Reclaimer;

/**
 * Direct reclaim by the task that needs memory, and kswapd as queued work of each node.
 *
 * <pre>
 *   progress = pages of the pool + slab pages credited to this task
 * </pre>
 */
public final class Reclaim implements Reclaimer {
  /** Least pressure: a 4096th of what there is. */
  static final int DEF_PRIORITY = 12;

  /** Pages after which a round is content. */
  static final int SWAP_CLUSTER_MAX = 32;

  private final PageAllocator pages;
  private final Shrinkers shrinkers;
  private final PagePool pool;
  private final CpuTask throttle;
  private final Work[] kswapd;

  /**
   * @param nodes of the machine
   * @param throttle runs once per priority: waits for slab pages that were promised
   */
  public Reclaim(
      PageAllocator pages, int nodes, Shrinkers shrinkers, PagePool pool, CpuTask throttle) {
    this.pages = pages;
    this.shrinkers = shrinkers;
    this.pool = pool;
    this.throttle = throttle;
    this.kswapd = new Work[nodes];
    for (int node = 0; node < nodes; node++) {
      int mine = node;
      kswapd[node] = new Work("kswapd" + node, cpu -> balance(cpu, mine));
    }
  }

  @Override
  public long reclaim(Cpu cpu, int node, int gfp) {
    int flags = enter(cpu);
    try {
      long progress = 0;
      for (int p = DEF_PRIORITY; p >= 0 && progress < SWAP_CLUSTER_MAX; p--) {
        progress += round(cpu, node, gfp, p, SWAP_CLUSTER_MAX - progress);
      }
      return progress;
    } finally {
      leave(cpu, flags);
    }
  }

  private long round(Cpu cpu, int node, int gfp, int priority, long target) {
    long freed = pool.reclaim(cpu, node, priority, target);
    shrinkers.shrinkNode(cpu, node, gfp, priority);
    throttle.run(cpu);
    return freed + cpu.takeReclaimed();
  }

  /** Toward the high mark; starts again at the least pressure as long as that helps. */
  private void balance(Cpu cpu, int node) {
    if (cpu.reclaiming()) {
      return;
    }
    int flags = enter(cpu);
    cpu.begin(Section.RECLAIM);
    try {
      for (int p = DEF_PRIORITY; p >= 0 && !pages.aboveHighMark(node); ) {
        long freed = round(cpu, node, Gfp.GFP_KERNEL, p, SWAP_CLUSTER_MAX);
        p = freed > 0 ? DEF_PRIORITY : p - 1;
      }
      pages.endBoost(cpu, node);
    } finally {
      cpu.end(Section.RECLAIM);
      leave(cpu, flags);
    }
  }

  private static int enter(Cpu cpu) {
    int flags = cpu.taskFlags();
    cpu.beginReclaim();
    cpu.setTaskFlags(flags | Cpu.PF_MEMALLOC);
    return flags;
  }

  private static void leave(Cpu cpu, int flags) {
    cpu.setTaskFlags(flags);
    cpu.endReclaim();
  }

  @Override
  public void wake(Cpu cpu, int node) {
    cpu.queue(kswapd[node]);
  }

  @Override
  public long reclaimable(Cpu cpu, int node) {
    return pool.size(cpu, node);
  }
}
