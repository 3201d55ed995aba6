package io.slablab.allocator.percpu;

import io.slablab.allocator.page.PageAllocator;

/**
 * Boot options.
 *
 * @param staticBytes of the kernel's own per-CPU variables, a positive multiple of 4
 * @param reservedBytes for modules' static variables, a multiple of 4; 0 for none
 * @param dynamicBytes of the first chunk at least, a multiple of 4; 20 KiB are the least
 * @param maxChunks most chunks that may exist, the first one included
 * @param hintBug whether the chunk hints have their known defect
 */
public record PercpuConfig(
    int staticBytes, int reservedBytes, int dynamicBytes, int maxChunks, boolean hintBug) {
  private static final int STATIC = 221_184;
  private static final int RESERVED = 8_192;
  private static final int DYNAMIC = 28_672;
  private static final int EARLY = 20 << 10;

  public PercpuConfig {
    boolean multiples = (staticBytes | reservedBytes | dynamicBytes) % AreaMap.BYTES_PER_BIT == 0;
    if (!multiples || staticBytes <= 0 || reservedBytes < 0 || dynamicBytes < 0 || maxChunks < 1) {
      throw new IllegalArgumentException(
          "sizes must be multiples of 4, static ones positive: static="
              + staticBytes
              + " reserved="
              + reservedBytes
              + " dynamic="
              + dynamicBytes
              + " maxChunks="
              + maxChunks);
    }
  }

  public static PercpuConfig defaults() {
    return new PercpuConfig(STATIC, RESERVED, DYNAMIC, 256, false);
  }

  public PercpuConfig withHintBug(boolean on) {
    return new PercpuConfig(staticBytes, reservedBytes, dynamicBytes, maxChunks, on);
  }

  public PercpuConfig withMaxChunks(int most) {
    return new PercpuConfig(staticBytes, reservedBytes, dynamicBytes, most, hintBug);
  }

  public PercpuConfig withReserved(int bytes) {
    return new PercpuConfig(staticBytes, bytes, dynamicBytes, maxChunks, hintBug);
  }

  public PercpuConfig withStatic(int bytes) {
    return new PercpuConfig(bytes, reservedBytes, dynamicBytes, maxChunks, hintBug);
  }

  /** Bytes of a unit that the static region takes: whole pages. */
  int regionBytes() {
    int page = PageAllocator.PAGE_BYTES;
    int sum = staticBytes + reservedBytes + Math.max(dynamicBytes, EARLY);
    return (sum + page - 1) / page * page;
  }

  /** What the static and the reserved part leave of the region. */
  int firstChunkBytes() {
    return regionBytes() - staticBytes - reservedBytes;
  }
}
