package io.slablab.allocator.slub;

/** Cache flags, with the kernel's names. */
public final class SlabFlags {
  /** Align objects to the cache line, less for small ones. */
  public static final int HWCACHE_ALIGN = 1;

  /** Every object is charged to the current memory cgroup. */
  public static final int ACCOUNT = 1 << 1;

  /** Pages count as reclaimable; the cache has a shrinker. */
  public static final int RECLAIM_ACCOUNT = 1 << 2;

  /** A failing creation is a defect of the caller. */
  public static final int PANIC = 1 << 3;

  /** Never an alias of another cache. */
  public static final int NO_MERGE = 1 << 4;

  static final int MERGE_SAME = RECLAIM_ACCOUNT | ACCOUNT;

  private SlabFlags() {}
}
