package io.slablab.allocator.page;

/**
 * Size of the modelled memory.
 *
 * @param pagesPerNode pages of each node, a positive multiple of 1024 (one block of the highest
 *     order)
 * @param watermarkScaleFactor distance of the marks in 1/10000 of the zone, as the sysctl
 */
public record PageConfig(int pagesPerNode, int watermarkScaleFactor) {
  static final int MAX_PAGE_ORDER = 10;
  private static final int DEFAULT_SCALE = 10;

  public PageConfig {
    if (pagesPerNode <= 0 || pagesPerNode % (1 << MAX_PAGE_ORDER) != 0) {
      throw new IllegalArgumentException(
          "pagesPerNode must be a positive multiple of 1024: pagesPerNode=" + pagesPerNode);
    }
  }

  public static PageConfig ofPagesPerNode(int pagesPerNode) {
    return new PageConfig(pagesPerNode, DEFAULT_SCALE);
  }

  /**
   * Pages kept for those who must not fail: sqrt(16 kB per kB of memory) kB between 128 and 262144
   * kB, over all nodes.
   */
  long minFreePages(int nodes) {
    double totalKb = 4.0 * pagesPerNode * nodes;
    double kb = Math.max(128, Math.min(262_144, Math.sqrt(16 * totalKb)));
    return (long) kb / 4;
  }
}
