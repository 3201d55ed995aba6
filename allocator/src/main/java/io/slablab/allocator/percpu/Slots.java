package io.slablab.allocator.percpu;

/**
 * The lists that chunks hang in, by their largest free run: slot 0 for full ones, then one slot per
 * power of two, then three special ones.
 */
final class Slots {
  private static final int BASE_SHIFT = 5;

  /** Chunks below are moved to slot 0 after a search failed. */
  static final int FAIL_THRESHOLD = 3;

  final int sidelined;
  final int free;
  final int toDepopulate;
  final int count;
  private final int unitBytes;

  Slots(int unitBytes) {
    this.unitBytes = unitBytes;
    this.sidelined = bySize(unitBytes) + 1;
    this.free = sidelined + 1;
    this.toDepopulate = free + 1;
    this.count = toDepopulate + 1;
  }

  private static int bySize(int bytes) {
    return Math.max(32 - Integer.numberOfLeadingZeros(bytes) - BASE_SHIFT + 2, 1);
  }

  /** Least slot whose chunks may hold an area of this size. */
  int of(int bytes) {
    return bytes == unitBytes ? free : bySize(bytes);
  }

  /** Where a chunk belongs. */
  int of(AreaMap map) {
    int contig = map.chunkHints().contig;
    boolean full = map.freeBytes() < AreaMap.BYTES_PER_BIT || contig == 0;
    return full ? 0 : of(contig * AreaMap.BYTES_PER_BIT);
  }
}
