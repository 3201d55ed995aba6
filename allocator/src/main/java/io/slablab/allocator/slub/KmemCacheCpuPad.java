package io.slablab.allocator.slub;

/**
 * Two cache lines that nobody uses. The heap may put the structures of two CPUs side by side; with
 * these before and as many fields behind, no CPU's fast path writes a line (or the line that the
 * prefetcher pairs with it) that another's reads.
 */
abstract class KmemCacheCpuPad {
  /** Longs in two lines of 64 bytes. */
  static final int PAD_LONGS = 16;

  /**
   * Fills the four bytes between the object's header and the first long. HotSpot would put a field
   * of the subclass there, ahead of the padding: then the line of CPU 0's freelist can be that of
   * the array of all CPUs' structures, which everybody reads.
   */
  @SuppressWarnings("unused")
  private int gap;

  @SuppressWarnings("unused")
  private long before0, before1, before2, before3, before4, before5, before6, before7;
  @SuppressWarnings("unused")
  private long before8, before9, before10, before11, before12, before13, before14;
}
