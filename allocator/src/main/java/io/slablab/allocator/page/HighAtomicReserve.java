package io.slablab.allocator.page;

/**
 * Pageblocks kept for requests of order 1 and more that cannot wait. One is reserved around a page
 * that such a request got, so that the next finds a block too; given up again before others must
 * fail. Called under the zone's lock.
 *
 * <p>Invariant: reserved = 512 * pageblocks of type HIGHATOMIC, at most a 100th of the zone,
 * rounded up to a pageblock.
 */
final class HighAtomicReserve {
  private static final int PART_OF_ZONE = 100;

  private final BuddyLists buddy;
  private final int limit;
  private int reserved;

  HighAtomicReserve(BuddyLists buddy, int managed) {
    int share = managed / PART_OF_ZONE;
    int rounded = share + MigrateType.PAGEBLOCK_PAGES - 1 & -MigrateType.PAGEBLOCK_PAGES;
    this.buddy = buddy;
    this.limit = share < MigrateType.PAGEBLOCK_PAGES ? 0 : rounded;
  }

  int reservedPages() {
    return reserved;
  }

  /** A block was granted to such a request. */
  void granted(int pfn, int order) {
    boolean common = buddy.typeOf(pfn) < MigrateType.PCPTYPES;
    if (!common || reserved >= limit || order >= MigrateType.PAGEBLOCK_ORDER) {
      return;
    }
    buddy.moveFreePages(pfn - buddy.firstPfn(), MigrateType.HIGHATOMIC);
    reserved += MigrateType.PAGEBLOCK_PAGES;
  }

  /**
   * Gives a pageblock with free pages, or a larger free block, to a type.
   *
   * @param last whether the last pageblock may go too
   * @return whether one was given
   */
  boolean giveUp(int type, boolean last) {
    if (reserved <= (last ? 0 : MigrateType.PAGEBLOCK_PAGES)) {
      return false;
    }
    for (int order = 0; order <= PageConfig.MAX_PAGE_ORDER; order++) {
      int block = buddy.first(order, MigrateType.HIGHATOMIC);
      if (block != BuddyLists.NIL) {
        give(block, order, type);
        return true;
      }
    }
    return false;
  }

  private void give(int block, int order, int type) {
    if (order > MigrateType.PAGEBLOCK_ORDER) {
      buddy.retype(block, order, type);
      reserved -= 1 << order;
    } else {
      buddy.moveFreePages(block, type);
      reserved -= MigrateType.PAGEBLOCK_PAGES;
    }
  }
}
