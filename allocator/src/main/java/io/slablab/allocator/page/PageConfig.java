package io.slablab.allocator.page;

/**
 * Size of the modelled memory, and the knobs of the sysctls of the same names.
 *
 * @param pagesPerNode pages of each node, a positive multiple of 1024 (one block of the highest
 *     order)
 * @param minFreeKbytes kept for those who must not fail, over all nodes; 0 derives it from the size
 * @param watermarkScaleFactor least distance of the marks in 1/10000 of the zone
 * @param watermarkBoostFactor how far the marks rise when types mix, in 1/10000 of the high mark; 0
 *     for never
 * @param pcpBatch pages moved between a zone and a CPU at a time; 0 derives it from the size
 * @param initOnAlloc whether blocks are zeroed when they are handed out
 * @param initOnFree whether blocks are zeroed when they come back
 */
public record PageConfig(
    int pagesPerNode,
    int minFreeKbytes,
    int watermarkScaleFactor,
    int watermarkBoostFactor,
    int pcpBatch,
    boolean initOnAlloc,
    boolean initOnFree) {
  static final int MAX_PAGE_ORDER = 10;
  private static final int DEFAULT_SCALE = 10;
  private static final int PAGE_KB = 4;

  public PageConfig {
    if (pagesPerNode <= 0 || pagesPerNode % (1 << MAX_PAGE_ORDER) != 0) {
      throw new IllegalArgumentException(
          "pagesPerNode must be a positive multiple of 1024: pagesPerNode=" + pagesPerNode);
    }
    if (minFreeKbytes < 0 || watermarkBoostFactor < 0 || pcpBatch < 0) {
      throw new IllegalArgumentException(
          "must not be negative: minFreeKbytes="
              + minFreeKbytes
              + " watermarkBoostFactor="
              + watermarkBoostFactor
              + " pcpBatch="
              + pcpBatch);
    }
    if (watermarkScaleFactor < 1 || watermarkScaleFactor > 3000) {
      throw new IllegalArgumentException(
          "watermarkScaleFactor must lie in 1..3000: watermarkScaleFactor=" + watermarkScaleFactor);
    }
  }

  public static PageConfig ofPagesPerNode(int pagesPerNode) {
    return new PageConfig(pagesPerNode, 0, DEFAULT_SCALE, 0, 0, false, false);
  }

  public PageConfig withMinFreeKbytes(int kbytes) {
    return new PageConfig(
        pagesPerNode,
        kbytes,
        watermarkScaleFactor,
        watermarkBoostFactor,
        pcpBatch,
        initOnAlloc,
        initOnFree);
  }

  public PageConfig withWatermarkScaleFactor(int factor) {
    return new PageConfig(
        pagesPerNode,
        minFreeKbytes,
        factor,
        watermarkBoostFactor,
        pcpBatch,
        initOnAlloc,
        initOnFree);
  }

  public PageConfig withWatermarkBoostFactor(int factor) {
    return new PageConfig(
        pagesPerNode,
        minFreeKbytes,
        watermarkScaleFactor,
        factor,
        pcpBatch,
        initOnAlloc,
        initOnFree);
  }

  public PageConfig withPcpBatch(int pages) {
    return new PageConfig(
        pagesPerNode,
        minFreeKbytes,
        watermarkScaleFactor,
        watermarkBoostFactor,
        pages,
        initOnAlloc,
        initOnFree);
  }

  public PageConfig withInit(boolean onAlloc, boolean onFree) {
    return new PageConfig(
        pagesPerNode,
        minFreeKbytes,
        watermarkScaleFactor,
        watermarkBoostFactor,
        pcpBatch,
        onAlloc,
        onFree);
  }

  /**
   * Pages kept for those who must not fail, over all nodes: as configured, or sqrt(16 kB per kB of
   * memory) kB between 128 and 262144 kB.
   */
  long minFreePages(long lowmem) {
    if (minFreeKbytes != 0) {
      return minFreeKbytes / PAGE_KB;
    }
    double kb = Math.max(128, Math.min(262_144, Math.sqrt(16.0 * PAGE_KB * lowmem)));
    return (long) kb / PAGE_KB;
  }
}
