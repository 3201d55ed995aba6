package io.slablab.allocator.debug;

import io.slablab.allocator.page.PageAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * 512 pages: object pages, each between pages that nobody may touch.
 *
 * <pre>
 *   page   0      1      2         3      4         5          511
 *        guard  guard  object 0  guard  object 1  guard  ...  guard
 * </pre>
 *
 * <p>Threads: a page opens and closes by whoever owns its object, or by who ran into it; others see
 * it a little later, as with page tables.
 */
final class KfencePool {
  static final int SLOTS = 255;
  static final int ORDER = 9;
  static final int NO_SLOT = -1;
  private static final int PAGE = PageAllocator.PAGE_BYTES;
  private static final long BYTES = (long) PAGE << ORDER;

  private final long base;
  private final boolean[] open = new boolean[1 << ORDER];
  private final KfenceSlot[] slots = new KfenceSlot[SLOTS];

  /**
   * @param base of a block of pages of order {@link #ORDER}
   */
  KfencePool(long base) {
    this.base = base;
    Arrays.setAll(slots, i -> new KfenceSlot(base + (i + 1) * 2L * PAGE));
  }

  boolean owns(long address) {
    return address >= base && address < base + BYTES;
  }

  /** Whether a range has a byte in the pool. */
  boolean overlaps(long address, long bytes) {
    return address < base + BYTES && address + bytes > base;
  }

  /** The first byte of a range that lies on a closed page of the pool, or -1. */
  long firstClosed(long address, long bytes) {
    long at = Math.max(address, base);
    long end = Math.min(address + bytes, base + BYTES);
    while (at < end) {
      if (!open[pageOf(at)]) {
        return at;
      }
      at = (at & -PAGE) + PAGE;
    }
    return -1;
  }

  void open(long address) {
    open[pageOf(address)] = true;
  }

  void close(long address) {
    open[pageOf(address)] = false;
  }

  boolean onGuard(long address) {
    int page = pageOf(address);
    return page == 0 || page % 2 == 1;
  }

  private int pageOf(long address) {
    return (int) ((address - base) / PAGE);
  }

  KfenceSlot[] slots() {
    return slots;
  }

  /** The slot whose object page, or the guard behind it, an address lies on; null before them. */
  @Nullable KfenceSlot slotAt(long address) {
    int slot = owns(address) ? pageOf(address) / 2 - 1 : NO_SLOT;
    return slot == NO_SLOT ? null : slots[slot];
  }
}
