package io.slablab.allocator.page;

/**
 * Which blocks are in users' hands, by their first frame: what catches a block that is freed twice
 * or with another order. An entry belongs to whoever holds the block.
 */
final class BlockStates {
  private final byte[] ordersPlusOne;

  BlockStates(int frames) {
    ordersPlusOne = new byte[frames];
  }

  void allocated(int pfn, int order) {
    ordersPlusOne[pfn] = (byte) (order + 1);
  }

  /**
   * @throws IllegalStateException when no such block was handed out
   */
  void freed(int pfn, int order) {
    if (ordersPlusOne[pfn] != order + 1) {
      throw new IllegalStateException(
          "freed block is not allocated: pfn="
              + pfn
              + " order="
              + order
              + " allocatedOrder="
              + (ordersPlusOne[pfn] - 1));
    }
    ordersPlusOne[pfn] = 0;
  }

  /** Pages in users' hands; exact at rest. */
  long pages() {
    long pages = 0;
    for (byte entry : ordersPlusOne) {
      pages += entry == 0 ? 0 : 1L << (entry - 1);
    }
    return pages;
  }
}
