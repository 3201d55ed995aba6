package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cpu;

/**
 * What an allocation may do to get its memory, as the kernel's {@code gfp_t}: an {@code int} of
 * flags.
 */
public final class Gfp {

  /** May enter direct reclaim and wait: the flag that makes a request blocking. */
  public static final int DIRECT_RECLAIM = 1;

  /** May wake background reclaim. */
  public static final int KSWAPD_RECLAIM = 1 << 1;

  /** Reclaim may start I/O. */
  public static final int IO = 1 << 2;

  /** Reclaim may call into file systems. */
  public static final int FS = 1 << 3;

  /** High priority: may use half of the reserve. */
  public static final int HIGH = 1 << 4;

  /** Memory comes zeroed. */
  public static final int ZERO = 1 << 5;

  /** No report on failure. */
  public static final int NOWARN = 1 << 6;

  /** One round of reclaim, then failure. */
  public static final int NORETRY = 1 << 7;

  /** Several rounds of reclaim, then failure. */
  public static final int RETRY_MAYFAIL = 1 << 8;

  /** The caller cannot handle failure. */
  public static final int NOFAIL = 1 << 9;

  /** This node or nothing. */
  public static final int THISNODE = 1 << 10;

  /** May use the reserves completely. */
  public static final int MEMALLOC = 1 << 11;

  /** Must not use the reserves; wins over {@link #MEMALLOC}. */
  public static final int NOMEMALLOC = 1 << 12;

  /** The block is one compound page. */
  public static final int COMP = 1 << 13;

  /** {@link MigrateType} reads this bit and the next as a number. */
  static final int MOVABLE_SHIFT = 14;

  /** The block can be moved: migrate type MOVABLE. Not together with {@link #RECLAIMABLE}. */
  public static final int MOVABLE = 1 << MOVABLE_SHIFT;

  /** The block can be reclaimed by a shrinker: migrate type RECLAIMABLE. */
  public static final int RECLAIMABLE = 1 << 15;

  /** Charged to the memory cgroup of the task. */
  public static final int ACCOUNT = 1 << 16;

  public static final int RECLAIM = DIRECT_RECLAIM | KSWAPD_RECLAIM;

  public static final int GFP_KERNEL = RECLAIM | IO | FS;
  public static final int GFP_KERNEL_ACCOUNT = GFP_KERNEL | ACCOUNT;
  public static final int GFP_NOFS = RECLAIM | IO;
  public static final int GFP_NOIO = RECLAIM;
  public static final int GFP_NOWAIT = KSWAPD_RECLAIM | NOWARN;
  public static final int GFP_ATOMIC = HIGH | KSWAPD_RECLAIM;

  private Gfp() {}

  /** The flags as the task's own scope narrows them: {@link Cpu#PF_MEMALLOC_NOIO} and its like. */
  public static int inScope(Cpu cpu, int gfp) {
    int task = cpu.taskFlags();
    if ((task & Cpu.PF_MEMALLOC_NOIO) != 0) {
      return gfp & ~(IO | FS);
    }
    return (task & Cpu.PF_MEMALLOC_NOFS) != 0 ? gfp & ~FS : gfp;
  }

  /**
   * Whether a request may use the reserve, and so objects of slabs that came from it: those who
   * free memory, unless they forgo it by {@link #NOMEMALLOC}.
   */
  public static boolean pfmemallocAllowed(Cpu cpu, int gfp) {
    return AllocFlags.reserve(cpu, gfp) != 0;
  }

  /** Whether a request may sleep. */
  public static boolean blocking(int gfp) {
    return (gfp & DIRECT_RECLAIM) != 0;
  }
}
