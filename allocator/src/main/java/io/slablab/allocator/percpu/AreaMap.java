package io.slablab.allocator.percpu;

import org.jspecify.annotations.Nullable;

/**
 * Which areas of a chunk are taken: bitmaps, and hints by page and for the whole chunk. Pure
 * bookkeeping, called under {@code pcpu_lock}; offsets and sizes in bits of 4 bytes.
 *
 * <p>First fit from the first hint that can hold the area. The chunk's contig hint never exceeds
 * the largest free run (INV-PC-3), but may lag behind: a hole that is badly aligned or hidden
 * inside a page is not looked at.
 *
 * <p>The hint defect: when an area inside one page other than the first is freed, the end of the
 * new free run is taken relative to its page but the start relative to the chunk, so that the chunk
 * does not learn of the run. With {@code hintBug} that is reproduced, else mended.
 */
final class AreaMap {
  /** Bits of a page. */
  static final int BLOCK_BITS = 1024;

  static final int BYTES_PER_BIT = 4;
  private static final int NONE = -1;

  private final int bits;
  private final int head;
  private final int limit;
  private final boolean hintBug;
  private final Bits alloc;
  private final Bits bound;
  private final Hints[] blocks;
  private final Hints chunk;
  private int freeBits;

  /** Change of the number of wholly free pages by the last operation. */
  private int emptyPagesDelta;

  // Result of nextFitRegion.
  private int fitStart;
  private int fitBits;

  // Result of findArea: the largest hole it passed over.
  private int holeStart;
  private int holeBits;

  AreaMap(int pages, boolean hintBug) {
    this(pages, 0, 0, hintBug);
  }

  /**
   * @param head bits at the begin that are not the chunk's: taken for good
   * @param tail the same at the end
   */
  AreaMap(int pages, int head, int tail, boolean hintBug) {
    this.bits = pages * BLOCK_BITS;
    this.hintBug = hintBug;
    this.alloc = new Bits(bits);
    this.bound = new Bits(bits + 1);
    this.blocks = new Hints[pages];
    for (int page = 0; page < pages; page++) {
      blocks[page] = new Hints(BLOCK_BITS);
    }
    this.chunk = new Hints(bits);
    this.freeBits = bits - head - tail;
    this.head = head;
    this.limit = bits - tail;
    hide(0, head);
    hide(limit, tail);
  }

  private void hide(int start, int length) {
    if (length > 0) {
      alloc.set(start, start + length);
      bound.set(start);
      bound.set(start + length);
      if (start == 0) {
        chunk.firstFree = length;
      }
      updateHintsAfterAlloc(start, length);
    }
  }

  int pages() {
    return blocks.length;
  }

  /** Bits that are not the chunk's at its begin. */
  int head() {
    return head;
  }

  /** Where the chunk's bits end. */
  int limit() {
    return limit;
  }

  boolean pageEmpty(int page) {
    return blocks[page].contig == BLOCK_BITS;
  }

  /** Wholly free pages; at rest, as free and alloc tell of changes. */
  int emptyPages() {
    int empty = 0;
    for (int page = 0; page < blocks.length; page++) {
      empty += pageEmpty(page) ? 1 : 0;
    }
    return empty;
  }

  int freeBytes() {
    return freeBits * BYTES_PER_BIT;
  }

  Hints chunkHints() {
    return chunk;
  }

  Hints pageHints(int page) {
    return blocks[page];
  }

  Bits allocated() {
    return alloc;
  }

  Bits bounds() {
    return bound;
  }

  int emptyPagesDelta() {
    return emptyPagesDelta;
  }

  // ---- search ----

  /**
   * @param align in bits, a power of two
   * @param populated pages that may be used, or null for all
   * @return where a search is worth while, or -1
   */
  int findBlockFit(int need, int align, @Nullable Bits populated) {
    int pad = up(chunk.contigStart, align) - chunk.contigStart;
    if (pad + need > chunk.contig) {
      return NONE;
    }
    int start = chunk.next(need);
    while (true) {
      nextFitRegion(need, align, start);
      if (fitStart >= bits) {
        return NONE;
      }
      if (populated == null) {
        return fitStart;
      }
      int firstPage = fitStart / BLOCK_BITS;
      int endPage = (fitStart + fitBits + BLOCK_BITS - 1) / BLOCK_BITS;
      int hole = populated.nextClear(firstPage, endPage);
      if (hole == endPage) {
        return fitStart;
      }
      start = populated.nextSet(hole, blocks.length) * BLOCK_BITS;
      if (start >= bits) {
        return NONE;
      }
    }
  }

  private void nextFitRegion(int need, int align, int from) {
    fitBits = 0;
    fitStart = from;
    int low = from % BLOCK_BITS;
    for (int page = from / BLOCK_BITS; page < blocks.length; page++) {
      Hints block = blocks[page];
      int base = page * BLOCK_BITS;
      if (fitBits > 0) {
        fitBits += block.leftFree;
        if (fitBits >= need) {
          return;
        }
        if (block.leftFree == BLOCK_BITS) {
          continue;
        }
      }
      int pad = up(block.contigStart, align) - block.contigStart;
      if (block.contig > 0 && block.contigStart >= low && block.contig >= pad + need) {
        int start = block.next(need);
        fitStart = base + start;
        fitBits = pad + need + block.contigStart - start;
        return;
      }
      low = 0;
      int right = up(BLOCK_BITS - block.rightFree, align);
      fitBits = BLOCK_BITS - right;
      fitStart = base + right;
      if (fitBits >= need) {
        return;
      }
    }
    fitStart = bits;
  }

  // ---- allocation ----

  /**
   * Takes the first fitting area at or shortly after {@code start}.
   *
   * @return its offset, or -1 when there is none within a page's length
   */
  int alloc(int need, int align, int start) {
    emptyPagesDelta = 0;
    int end = Math.min(start + need + BLOCK_BITS, bits);
    int area = findArea(start, end, need, align);
    if (area == NONE) {
      return NONE;
    }
    if (holeBits > 0) {
      rememberHole();
    }
    alloc.set(area, area + need);
    bound.set(area);
    bound.clear(area + 1, area + need);
    bound.set(area + need);
    freeBits -= need;
    if (area == chunk.firstFree) {
      chunk.firstFree = alloc.nextClear(area + need, bits);
    }
    updateHintsAfterAlloc(area, need);
    return area;
  }

  private int findArea(int from, int end, int need, int align) {
    holeStart = 0;
    holeBits = 0;
    int start = from;
    while (true) {
      int area = up(alloc.nextClear(start, end), align);
      if (area + need > end) {
        return NONE;
      }
      int taken = alloc.nextSet(area, area + need);
      if (taken == area + need) {
        return area;
      }
      int passed = taken - area;
      if (passed > holeBits || (passed == holeBits && holeStart != 0 && betterAligned(area))) {
        holeStart = area;
        holeBits = passed;
      }
      start = taken + 1;
    }
  }

  private boolean betterAligned(int area) {
    return area == 0
        || Integer.numberOfTrailingZeros(area) > Integer.numberOfTrailingZeros(holeStart);
  }

  /** A hole within one page is that page's to know. */
  private void rememberHole() {
    int page = holeStart / BLOCK_BITS;
    int start = holeStart % BLOCK_BITS;
    int end = start + holeBits;
    if (end > BLOCK_BITS) {
      return;
    }
    int base = page * BLOCK_BITS;
    int taken = alloc.lastSet(base, base + start);
    blocks[page].update(taken == NONE ? 0 : taken - base + 1, end);
  }

  private void updateHintsAfterAlloc(int area, int need) {
    int firstPage = area / BLOCK_BITS;
    int lastPage = (area + need - 1) / BLOCK_BITS;
    int start = area % BLOCK_BITS;
    int end = (area + need - 1) % BLOCK_BITS + 1;
    int emptied = shrinkFirst(firstPage, start, start + need, firstPage == lastPage, end);
    if (firstPage != lastPage) {
      emptied += shrinkLast(lastPage, end);
      int middles = lastPage - firstPage - 1;
      emptied += middles;
      int endOfTaken = end == BLOCK_BITS ? lastPage + 1 : lastPage;
      for (int page = firstPage + 1; page < endOfTaken; page++) {
        blocks[page].take();
      }
    }
    emptyPagesDelta = -emptied;
    if (chunk.scanOverlaps(area, area + need)) {
      chunk.scan = 0;
    }
    if (chunk.contigOverlaps(area, area + need)) {
      refreshChunk(false);
    }
  }

  /** Returns 1 when the page was empty before. */
  private int shrinkFirst(int page, int start, int endUncut, boolean only, int end) {
    Hints block = blocks[page];
    int wasEmpty = block.contig == BLOCK_BITS ? 1 : 0;
    int base = page * BLOCK_BITS;
    if (start == block.firstFree) {
      block.firstFree =
          alloc.nextClear(base + Math.min(endUncut, BLOCK_BITS), base + BLOCK_BITS) - base;
    }
    if (block.scanOverlaps(start, endUncut)) {
      block.scan = 0;
    }
    if (block.contigOverlaps(start, endUncut)) {
      if (start == 0) {
        block.leftFree = 0;
      }
      refreshBlock(page);
    } else {
      block.leftFree = Math.min(block.leftFree, start);
      block.rightFree = only ? Math.min(block.rightFree, BLOCK_BITS - end) : 0;
    }
    return wasEmpty;
  }

  private int shrinkLast(int page, int end) {
    Hints block = blocks[page];
    int wasEmpty = block.contig == BLOCK_BITS ? 1 : 0;
    int base = page * BLOCK_BITS;
    block.firstFree = alloc.nextClear(base + end, base + BLOCK_BITS) - base;
    if (end == BLOCK_BITS) {
      return wasEmpty; // taken whole: the caller treats it as a middle page
    }
    if (end > block.scanStart) {
      block.scan = 0;
    }
    block.leftFree = 0;
    if (end > block.contigStart) {
      refreshBlock(page);
    } else {
      block.rightFree = Math.min(block.rightFree, BLOCK_BITS - end);
    }
    return wasEmpty;
  }

  // ---- free ----

  /**
   * @return bits freed, 0 when no area starts there
   */
  int free(int area) {
    emptyPagesDelta = 0;
    if (area < head || area >= limit || !alloc.get(area) || !bound.get(area)) {
      return 0;
    }
    int end = bound.nextSet(area + 1, bits + 1);
    alloc.clear(area, end);
    freeBits += end - area;
    chunk.firstFree = Math.min(chunk.firstFree, area);
    updateHintsAfterFree(area, end);
    return end - area;
  }

  /** Bits of the area that starts there, 0 when none does. */
  int sizeOf(int area) {
    boolean starts = area >= head && area < limit && alloc.get(area) && bound.get(area);
    return starts ? bound.nextSet(area + 1, bits + 1) - area : 0;
  }

  private void updateHintsAfterFree(int area, int areaEnd) {
    int firstPage = area / BLOCK_BITS;
    int lastPage = (areaEnd - 1) / BLOCK_BITS;
    int start = runStart(firstPage, area % BLOCK_BITS);
    int end = runEnd(lastPage, (areaEnd - 1) % BLOCK_BITS + 1);
    int firstEnd = firstPage == lastPage ? end : BLOCK_BITS;
    int emptied = start == 0 && firstEnd == BLOCK_BITS ? 1 : 0;
    blocks[firstPage].update(start, firstEnd);
    if (firstPage != lastPage) {
      emptied += end == BLOCK_BITS ? 1 : 0;
      blocks[lastPage].update(0, end);
      emptied += lastPage - firstPage - 1;
      for (int page = firstPage + 1; page < lastPage; page++) {
        blocks[page].empty();
      }
    }
    emptyPagesDelta = emptied;
    int base = firstPage * BLOCK_BITS;
    if (end - start >= BLOCK_BITS || firstPage != lastPage) {
      refreshChunk(true);
    } else {
      chunk.update(base + start, hintBug ? end : base + end);
    }
  }

  private int runStart(int page, int start) {
    Hints block = blocks[page];
    if (start == block.contigStart + block.contig) {
      return block.contigStart;
    }
    int base = page * BLOCK_BITS;
    int taken = alloc.lastSet(base, base + start);
    return taken == NONE ? 0 : taken - base + 1;
  }

  private int runEnd(int page, int end) {
    Hints block = blocks[page];
    if (end == block.contigStart) {
      return block.contigStart + block.contig;
    }
    int base = page * BLOCK_BITS;
    return alloc.nextSet(base + end, base + BLOCK_BITS) - base;
  }

  // ---- hints from the maps ----

  private void refreshBlock(int page) {
    Hints block = blocks[page];
    int base = page * BLOCK_BITS;
    int start = block.promoteScan();
    block.rightFree = 0;
    while (start < BLOCK_BITS) {
      int free = alloc.nextClear(base + start, base + BLOCK_BITS);
      if (free == base + BLOCK_BITS) {
        return;
      }
      int taken = alloc.nextSet(free, base + BLOCK_BITS);
      block.update(free - base, taken - base);
      start = taken - base + 1;
    }
  }

  /**
   * From the pages' hints, not from the map: a run inside a page that is not its contig hint stays
   * unseen.
   *
   * @param full from the first free bit, keeping the scan hint as it is
   */
  private void refreshChunk(boolean full) {
    int start;
    if (full) {
      chunk.contig = 0;
      start = chunk.firstFree;
    } else {
      start = chunk.promoteScan();
    }
    while (start < bits) {
      nextFreeRegion(start);
      if (fitStart >= bits) {
        return;
      }
      if (fitBits > 0) {
        chunk.update(fitStart, fitStart + fitBits);
      }
      start = fitStart + fitBits + 1;
    }
  }

  /** The next free run that the pages' hints show; at the end of the map when there is none. */
  private void nextFreeRegion(int from) {
    fitBits = 0;
    fitStart = from;
    int low = from % BLOCK_BITS;
    for (int page = from / BLOCK_BITS; page < blocks.length; page++) {
      Hints block = blocks[page];
      if (fitBits > 0) {
        fitBits += block.leftFree;
        if (block.leftFree == BLOCK_BITS) {
          continue;
        }
        return;
      }
      boolean inside =
          block.contig > 0
              && block.contigStart >= low
              && block.contigStart + block.contig < BLOCK_BITS;
      if (inside) {
        fitStart = page * BLOCK_BITS + block.contigStart;
        fitBits = block.contig;
        return;
      }
      low = 0;
      fitBits = block.rightFree;
      fitStart = (page + 1) * BLOCK_BITS - block.rightFree;
    }
  }

  private static int up(int value, int align) {
    return (value + align - 1) & -align;
  }

  // ---- checks ----

  /** Checks INV-PC-1 to INV-PC-3, and that no page claims larger runs than it has. */
  void verify() {
    check(bits - alloc.count(0, bits) == freeBits, "INV-PC-1: free bits differ from the map");
    int largest = 0;
    for (int free = alloc.nextClear(0, bits); free < bits; ) {
      int taken = alloc.nextSet(free, bits);
      largest = Math.max(largest, taken - free);
      free = alloc.nextClear(taken, bits);
    }
    check(chunk.contig <= largest, "INV-PC-3: contig hint exceeds the largest run");
    boolean near = largest - chunk.contig < BLOCK_BITS;
    check(hintBug || near, "INV-PC-3: contig hint is a page or more too small");
    for (int area = alloc.nextSet(0, bits); area < bits; ) {
      check(bound.get(area), "INV-PC-2: area without a start");
      int end = bound.nextSet(area + 1, bits + 1);
      check(end <= bits, "INV-PC-2: area without an end");
      check(alloc.nextClear(area, end) == end, "INV-PC-2: hole in an area");
      area = alloc.nextSet(end, bits);
    }
    for (int page = 0; page < blocks.length; page++) {
      verifyPage(page);
    }
  }

  private void verifyPage(int page) {
    int base = page * BLOCK_BITS;
    int end = base + BLOCK_BITS;
    int largest = 0;
    for (int free = alloc.nextClear(base, end); free < end; ) {
      int taken = alloc.nextSet(free, end);
      largest = Math.max(largest, taken - free);
      free = alloc.nextClear(taken, end);
    }
    Hints block = blocks[page];
    check(block.contig <= largest, "INV-PC-3: contig hint of page " + page + " is too large");
    check(block.leftFree <= alloc.nextSet(base, end) - base, "left run of page " + page);
    check(
        block.rightFree <= end - 1 - Math.max(alloc.lastSet(base, end), base - 1),
        "right run of page " + page);
    check(base + block.firstFree <= alloc.nextClear(base, end), "first free of page " + page);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }
}
