package io.slablab.allocator.page;

/**
 * Which blocks are in users' hands, by their first frame: what catches a block that is freed twice
 * or with another order. An entry belongs to whoever holds the block.
 */
final class BlockStates {
  private static final int ORDER_MASK = 15;
  private static final int MOVABLE = 1 << 4;
  private static final int PFMEMALLOC = 1 << 5;

  /** 0, or order + 1 with the two flags. */
  private final byte[] entries;

  BlockStates(int frames) {
    entries = new byte[frames];
  }

  void allocated(int pfn, int order, int type, boolean pfmemalloc) {
    int flags = (type == MigrateType.MOVABLE ? MOVABLE : 0) | (pfmemalloc ? PFMEMALLOC : 0);
    entries[pfn] = (byte) (order + 1 | flags);
  }

  /**
   * @throws IllegalStateException when no such block was handed out
   */
  void freed(int pfn, int order) {
    if ((entries[pfn] & ORDER_MASK) != order + 1) {
      throw new IllegalStateException(
          "freed block is not allocated: pfn="
              + pfn
              + " order="
              + order
              + " allocatedOrder="
              + ((entries[pfn] & ORDER_MASK) - 1));
    }
    entries[pfn] = 0;
  }

  /** Whether a block in use came from below the marks. */
  boolean pfmemalloc(int pfn) {
    return (entries[pfn] & PFMEMALLOC) != 0;
  }

  /** Movable pages in use in the pageblock of a frame; a hint while others allocate and free. */
  int movableAround(int pfn) {
    int start = pfn & -MigrateType.PAGEBLOCK_PAGES;
    int pages = 0;
    for (int page = start; page < start + MigrateType.PAGEBLOCK_PAGES; page++) {
      pages += (entries[page] & MOVABLE) == 0 ? 0 : 1 << (entries[page] & ORDER_MASK) - 1;
    }
    return pages;
  }

  /** Pages in users' hands; exact at rest. */
  long pages() {
    long pages = 0;
    for (byte entry : entries) {
      pages += entry == 0 ? 0 : 1L << ((entry & ORDER_MASK) - 1);
    }
    return pages;
  }
}
