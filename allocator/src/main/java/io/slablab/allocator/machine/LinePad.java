package io.slablab.allocator.machine;

/**
 * Two cache lines that nobody uses, ahead of the fields of a structure that one CPU writes. The
 * heap may put the structures of two CPUs side by side; with these between, no CPU writes a line
 * (or the line that the prefetcher pairs with it) that another reads.
 */
public abstract class LinePad {
  /** Longs in two lines of 64 bytes. */
  public static final int PAD_LONGS = 16;

  /**
   * Fills the four bytes between the object's header and the first long. HotSpot would put a field
   * of the subclass there, ahead of the padding.
   */
  @SuppressWarnings("unused")
  private int gap;

  @SuppressWarnings("unused")
  private long before0, before1, before2, before3, before4, before5, before6, before7;
  @SuppressWarnings("unused")
  private long before8, before9, before10, before11, before12, before13, before14, before15;
}
