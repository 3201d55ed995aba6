package io.slablab.allocator.percpu;

/**
 * Boot options.
 *
 * @param staticBytes of the kernel's own per-CPU variables, a multiple of the page size
 * @param reservedBytes for modules' static variables, a multiple of the page size
 * @param dynamicBytes of the first chunk, a multiple of the page size
 * @param maxChunks most chunks that may exist, the first one included
 * @param hintBug whether the chunk hints have their known defect
 */
public record PercpuConfig(
    int staticBytes, int reservedBytes, int dynamicBytes, int maxChunks, boolean hintBug) {
  private static final int STATIC = 221_184;
  private static final int RESERVED = 8_192;
  private static final int DYNAMIC = 28_672;

  public static PercpuConfig defaults() {
    return new PercpuConfig(STATIC, RESERVED, DYNAMIC, 256, false);
  }

  public PercpuConfig withHintBug(boolean on) {
    return new PercpuConfig(staticBytes, reservedBytes, dynamicBytes, maxChunks, on);
  }

  public PercpuConfig withMaxChunks(int most) {
    return new PercpuConfig(staticBytes, reservedBytes, dynamicBytes, most, hintBug);
  }
}
