package io.slablab.allocator.page;

import java.util.Arrays;
import java.util.Locale;

/**
 * One zone at rest; counts are in pages.
 *
 * @param highatomic in reserved pageblocks, free or in use
 * @param claims pageblocks that a request of another type took over
 * @param steals blocks that a request of another type took alone
 * @param nrFree free blocks by migrate type and order
 */
public record ZoneStats(
    int node,
    long managed,
    long free,
    long min,
    long low,
    long high,
    long promo,
    long highatomic,
    long claims,
    long steals,
    int[][] nrFree) {

  /** The zone's line of /proc/buddyinfo. */
  public String buddyInfo() {
    StringBuilder line =
        new StringBuilder(String.format(Locale.ROOT, "Node %d, zone %8s ", node, "Normal"));
    for (int order = 0; order <= PageAllocator.MAX_PAGE_ORDER; order++) {
      int blocks = 0;
      for (int[] ofType : nrFree) {
        blocks += ofType[order];
      }
      line.append(String.format(Locale.ROOT, "%6d ", blocks));
    }
    return line.append('\n').toString();
  }

  /** The zone's lines of /proc/pagetypeinfo. */
  public String pageTypeInfo() {
    StringBuilder text = new StringBuilder();
    for (int type = 0; type < MigrateType.TYPES; type++) {
      text.append(
          String.format(
              Locale.ROOT,
              "Node %4d, zone %8s, type %12s ",
              node,
              "Normal",
              MigrateType.name(type)));
      for (int blocks : nrFree[type]) {
        text.append(String.format(Locale.ROOT, "%6d ", blocks));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** Free blocks of a type by order. */
  public int[] nrFree(int type) {
    return Arrays.copyOf(nrFree[type], nrFree[type].length);
  }
}
