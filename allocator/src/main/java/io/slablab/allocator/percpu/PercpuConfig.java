package io.slablab.allocator.percpu;

import io.slablab.allocator.page.PageAllocator;

/**
 * Boot options; names as in the kernel's percpu_stats where it has one.
 *
 * @param staticBytes of the kernel's own per-CPU variables, a positive multiple of 4
 * @param reservedBytes for modules' static variables, a multiple of 4; 0 for none
 * @param dynamicBytes of the first chunk at least, a multiple of 4; 20 KiB are the least
 * @param atomBytes what pieces of units are a multiple of: a power of two from 4 KiB to 4 MiB
 * @param maxChunks most chunks that may exist, the first one included
 * @param emptyPagesLow below so many empty pages in all, balancing is asked for
 * @param emptyPagesHigh so many empty pages are kept for atomic allocations, {@code emptyPagesLow}
 *     to 64
 * @param backing where the pages of chunks come from
 * @param hintBug whether the chunk hints have their known defect
 */
public record PercpuConfig(
    int staticBytes,
    int reservedBytes,
    int dynamicBytes,
    int atomBytes,
    int maxChunks,
    int emptyPagesLow,
    int emptyPagesHigh,
    Backing backing,
    boolean hintBug) {
  /** Most bytes of each region: a unit is 2 MiB at most then. */
  public static final int MOST_REGION_BYTES = 512 << 10;

  public static final int MOST_ATOM_BYTES = 4 << 20;
  public static final int MOST_EMPTY_PAGES = 64;
  private static final int PAGE = PageAllocator.PAGE_BYTES;
  private static final int EARLY = 20 << 10;
  private static final PercpuConfig DEFAULTS =
      new PercpuConfig(221_184, 8_192, 28_672, 2 << 20, 256, 2, 4, Backing.VM, false);

  /** Where the pages of chunks come from. */
  public enum Backing {
    /** percpu-vm: page by page when an area needs them, each from its CPU's node. */
    VM,
    /** percpu-km: with the chunk, as one contiguous block. */
    KM
  }

  public PercpuConfig {
    checkRegion("staticBytes", staticBytes, AreaMap.BYTES_PER_BIT);
    checkRegion("reservedBytes", reservedBytes, 0);
    checkRegion("dynamicBytes", dynamicBytes, 0);
    if (atomBytes < PAGE || atomBytes > MOST_ATOM_BYTES || Integer.bitCount(atomBytes) != 1) {
      throw new IllegalArgumentException(
          "atomBytes must be a power of two from 4096 to 4194304: atomBytes=" + atomBytes);
    }
    if (maxChunks < 1) {
      throw new IllegalArgumentException("maxChunks must be positive: maxChunks=" + maxChunks);
    }
    if (emptyPagesLow < 0 || emptyPagesHigh < emptyPagesLow || emptyPagesHigh > MOST_EMPTY_PAGES) {
      throw new IllegalArgumentException(
          "empty pages must be 0 <= low <= high <= 64: emptyPagesLow="
              + emptyPagesLow
              + " emptyPagesHigh="
              + emptyPagesHigh);
    }
  }

  private static void checkRegion(String name, int bytes, int least) {
    if (bytes < least || bytes > MOST_REGION_BYTES || bytes % AreaMap.BYTES_PER_BIT != 0) {
      throw new IllegalArgumentException(
          name
              + " must be a multiple of 4 from "
              + least
              + " to "
              + MOST_REGION_BYTES
              + ": "
              + name
              + "="
              + bytes);
    }
  }

  public static PercpuConfig defaults() {
    return DEFAULTS;
  }

  public PercpuConfig withHintBug(boolean on) {
    return with(staticBytes, reservedBytes, dynamicBytes, atomBytes, maxChunks, backing, on);
  }

  public PercpuConfig withMaxChunks(int most) {
    return with(staticBytes, reservedBytes, dynamicBytes, atomBytes, most, backing, hintBug);
  }

  public PercpuConfig withReserved(int bytes) {
    return with(staticBytes, bytes, dynamicBytes, atomBytes, maxChunks, backing, hintBug);
  }

  public PercpuConfig withStatic(int bytes) {
    return with(bytes, reservedBytes, dynamicBytes, atomBytes, maxChunks, backing, hintBug);
  }

  public PercpuConfig withDynamic(int bytes) {
    return with(staticBytes, reservedBytes, bytes, atomBytes, maxChunks, backing, hintBug);
  }

  public PercpuConfig withAtom(int bytes) {
    return with(staticBytes, reservedBytes, dynamicBytes, bytes, maxChunks, backing, hintBug);
  }

  public PercpuConfig withBacking(Backing wanted) {
    return with(staticBytes, reservedBytes, dynamicBytes, atomBytes, maxChunks, wanted, hintBug);
  }

  public PercpuConfig withEmptyPages(int low, int high) {
    return new PercpuConfig(
        staticBytes,
        reservedBytes,
        dynamicBytes,
        atomBytes,
        maxChunks,
        low,
        high,
        backing,
        hintBug);
  }

  /** The thresholds stay. */
  private PercpuConfig with(
      int fixed, int reserved, int dynamic, int atom, int chunks, Backing from, boolean bug) {
    return new PercpuConfig(
        fixed, reserved, dynamic, atom, chunks, emptyPagesLow, emptyPagesHigh, from, bug);
  }

  /** Bytes of a unit that the static region takes: whole pages. */
  int regionBytes() {
    int sum = staticBytes + reservedBytes + Math.max(dynamicBytes, EARLY);
    return (sum + PAGE - 1) / PAGE * PAGE;
  }

  /** What the static and the reserved part leave of the region. */
  int firstChunkBytes() {
    return regionBytes() - staticBytes - reservedBytes;
  }
}
