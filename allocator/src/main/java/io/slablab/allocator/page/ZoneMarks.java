package io.slablab.allocator.page;

/**
 * The watermarks of a zone, in pages. Written under the zone's lock; a reader without it may see
 * some marks boosted and others not, which is as good as a moment earlier or later.
 *
 * <p>low = min + gap, high = low + gap, promo = high + gap. A boost raises all of them until
 * background reclaim has run, when pageblocks begin to mix types.
 */
final class ZoneMarks {
  private static final int PARTS = 10_000;

  private final long baseMin;
  private final long gap;
  private final long maxBoost;
  private long min;
  private long low;

  ZoneMarks(long min, long gap, long maxBoost) {
    this.baseMin = min;
    this.gap = gap;
    this.maxBoost = maxBoost;
    set(0);
  }

  /**
   * @param lowmem managed pages of all zones, among which the reserve is divided
   */
  static ZoneMarks of(PageConfig config, int managed, long lowmem) {
    long min = config.minFreePages(lowmem) * managed / lowmem;
    long gap = Math.max(min / 4, (long) managed * config.watermarkScaleFactor() / PARTS);
    long high = min + 2 * gap;
    return new ZoneMarks(min, gap, high * config.watermarkBoostFactor() / PARTS);
  }

  private void set(long boost) {
    min = baseMin + boost;
    low = min + gap;
  }

  long min() {
    return min;
  }

  long low() {
    return low;
  }

  long high() {
    return low + gap;
  }

  long promo() {
    return high() + gap;
  }

  boolean boosted() {
    return min != baseMin;
  }

  /** By a pageblock, as far as the configured factor of the high mark allows. */
  void boost() {
    if (maxBoost > 0) {
      long most = Math.max(MigrateType.PAGEBLOCK_PAGES, maxBoost);
      set(Math.min(min - baseMin + MigrateType.PAGEBLOCK_PAGES, most));
    }
  }

  void endBoost() {
    set(0);
  }
}
