package io.slablab.allocator.page;

import java.util.List;

/**
 * What may become of a page in use, as small numbers. Pages of one pageblock are kept of one type,
 * so that what cannot be moved does not stand in the way of large blocks.
 */
public final class MigrateType {
  /** Stays where it is: slabs, per-CPU chunks, page tables. */
  public static final int UNMOVABLE = 0;

  /** Can be copied elsewhere: user memory, the page cache. */
  public static final int MOVABLE = 1;

  /** Can be given up by a shrinker. */
  public static final int RECLAIMABLE = 2;

  /** The types that CPUs keep lists of. */
  static final int PCPTYPES = 3;

  /** Pageblocks kept for requests of higher orders that cannot wait. */
  public static final int HIGHATOMIC = 3;

  public static final int TYPES = 4;

  /** Pageblocks change their type as a whole: 512 pages. */
  static final int PAGEBLOCK_ORDER = 9;

  static final int PAGEBLOCK_PAGES = 1 << PAGEBLOCK_ORDER;

  private static final int[][] FALLBACKS = {
    {RECLAIMABLE, MOVABLE}, {RECLAIMABLE, UNMOVABLE}, {UNMOVABLE, MOVABLE}
  };

  private static final List<String> NAMES =
      List.of("Unmovable", "Movable", "Reclaimable", "HighAtomic");

  private MigrateType() {}

  /** As /proc/pagetypeinfo writes it. */
  public static String name(int type) {
    return NAMES.get(type);
  }

  /** The type of a request: the two bits of {@link Gfp#MOVABLE} and {@link Gfp#RECLAIMABLE}. */
  static int of(int gfp) {
    return gfp >>> Gfp.MOVABLE_SHIFT & 3;
  }

  /** Whose pages a request takes when its own type has none, best first. */
  static int[] fallbacks(int type) {
    return FALLBACKS[type];
  }
}
