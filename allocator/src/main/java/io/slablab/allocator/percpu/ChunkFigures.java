package io.slablab.allocator.percpu;

import java.util.Arrays;

/** What the statistics say of one chunk; bytes per unit. Filled under {@code pcpu_lock}. */
final class ChunkFigures {
  /** Lengths of areas, and of the gaps between them as negative numbers; sorted. */
  private final int[] pieces;

  private int count;
  int slot;
  boolean reserved;
  boolean first;
  int areas;
  int maxAreaBytes;
  int emptyPages;
  int firstBit;
  int freeBytes;
  int contigBytes;
  int gapBytes;
  int largestGap;
  int smallestArea;
  int medianArea;
  int largestArea;

  /**
   * @param areas most areas there may be
   */
  ChunkFigures(int areas) {
    this.pieces = new int[2 * areas + 1];
  }

  /** Returns false when there are more areas than this has room for. */
  boolean fill(Chunk chunk, boolean isFirst) {
    if (2 * chunk.areas + 1 > pieces.length) {
      return false;
    }
    slot = chunk.slot;
    reserved = chunk.reserved;
    first = isFirst;
    areas = chunk.areas;
    maxAreaBytes = chunk.maxAreaBytes;
    emptyPages = chunk.emptyPopulatedPages;
    firstBit = chunk.map.chunkHints().firstFree;
    freeBytes = chunk.map.freeBytes();
    contigBytes = chunk.map.chunkHints().contig * AreaMap.BYTES_PER_BIT;
    cut(chunk.map);
    return true;
  }

  /** Up to the end of the last area: the free rest is no gap. */
  private void cut(AreaMap map) {
    count = 0;
    int end = map.allocated().lastSet(map.head(), map.limit()) + 1;
    for (int at = map.head(); at < end; ) {
      boolean taken = map.allocated().get(at);
      int next = taken ? map.bounds().nextSet(at + 1, end) : map.allocated().nextSet(at + 1, end);
      int bytes = (next - at) * AreaMap.BYTES_PER_BIT;
      pieces[count++] = taken ? bytes : -bytes;
      at = next;
    }
  }

  /** The figures that need sorting; after the lock is released. */
  void finish() {
    if (count == 0) {
      return;
    }
    Arrays.sort(pieces, 0, count);
    int gaps = 0;
    while (gaps < count && pieces[gaps] < 0) {
      gapBytes -= pieces[gaps];
      largestGap = Math.max(largestGap, -pieces[gaps]);
      gaps++;
    }
    smallestArea = pieces[gaps];
    medianArea = pieces[(gaps + count - 1) / 2];
    largestArea = pieces[count - 1];
  }
}
