package io.slablab.allocator.slub;

/** Cache flags, with the kernel's names. */
public final class SlabFlags {
  /** Align objects to the cache line, less for small ones. */
  public static final int HWCACHE_ALIGN = 1;

  /** Every object is charged to the current memory cgroup. */
  public static final int ACCOUNT = 1 << 1;

  /** Pages count as reclaimable; the cache has a shrinker. */
  public static final int RECLAIM_ACCOUNT = 1 << 2;

  /** A creation that fails ends everything: {@link IllegalStateException}. */
  public static final int PANIC = 1 << 3;

  /** Never an alias of another cache. */
  public static final int NO_MERGE = 1 << 4;

  /**
   * A slab's pages, and with them its objects' type, outlive every RCU reader that could find them:
   * they are freed, and destructed, a grace period later. An object itself may be used again at
   * once.
   */
  public static final int TYPESAFE_BY_RCU = 1 << 5;

  /**
   * Pages for devices that reach the lowest memory only. There is one zone per node, which all of
   * them reach: the flag keeps caches apart, and nothing else.
   */
  public static final int CACHE_DMA = 1 << 6;

  /** Likewise for devices with 32-bit addresses. */
  public static final int CACHE_DMA32 = 1 << 7;

  /** Letter F: slabs, pointers and patterns are checked when objects are handed out and freed. */
  public static final int CONSISTENCY_CHECKS = 1 << 8;

  /** Letter Z: bytes on both sides of an object show writes beyond its ends. */
  public static final int RED_ZONE = 1 << 9;

  /** Letter P: free objects and padding are filled with patterns. */
  public static final int POISON = 1 << 10;

  /** Letter U: an object keeps who allocated it last and who freed it last. */
  public static final int STORE_USER = 1 << 11;

  /** Letter T: every allocation and free is logged. */
  public static final int TRACE = 1 << 12;

  /** Letter A: {@link FailSlab} may fail allocations. */
  public static final int FAILSLAB = 1 << 13;

  /** Boot options do not change the flags. */
  public static final int NO_USER_FLAGS = 1 << 14;

  /** A general cache, whose users ask for any size up to the object's. */
  public static final int KMALLOC = 1 << 15;

  /** Objects are not looked for by KMEMLEAK. */
  public static final int NOLEAKTRACE = 1 << 20;

  /** DEBUG_OBJECTS does not search what is freed. */
  public static final int DEBUG_OBJECTS = 1 << 21;

  /** KFENCE takes no sample. */
  public static final int SKIP_KFENCE = 1 << 22;

  /** With any of these a cache works one object at a time under list_lock. */
  public static final int DEBUG_FLAGS = CONSISTENCY_CHECKS | RED_ZONE | POISON | STORE_USER | TRACE;

  static final int NEVER_MERGE = DEBUG_FLAGS | TYPESAFE_BY_RCU | FAILSLAB | NO_MERGE | NOLEAKTRACE;
  static final int MERGE_SAME = RECLAIM_ACCOUNT | ACCOUNT | CACHE_DMA | CACHE_DMA32;

  /** What a cache may be made with. */
  static final int ALL =
      HWCACHE_ALIGN
          | PANIC
          | KMALLOC
          | NO_USER_FLAGS
          | DEBUG_OBJECTS
          | SKIP_KFENCE
          | NEVER_MERGE
          | MERGE_SAME;

  private SlabFlags() {}
}
