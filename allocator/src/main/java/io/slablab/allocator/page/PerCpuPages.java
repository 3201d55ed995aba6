package io.slablab.allocator.page;

import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.machine.SpinLock;

/**
 * Free blocks of orders 0..3 that one CPU keeps of one zone, by order and migrate type; last in,
 * first out. Guarded by its lock, which its CPU takes by trylock; who fails goes to the zone.
 *
 * <p>How much it keeps follows the load: each fetch from the zone raises {@code high} by what it
 * fetched and doubles the next fetch, a free halves it again; a zone short of pages lowers {@code
 * high}. Invariants: count = sum over lists of size * 2^order; highMin <= high <= highMax.
 */
final class PerCpuPages extends LinePad {
  /** Higher orders are costly to keep apart. */
  static final int MAX_ORDER = 3;

  /** A fetch or a give-back is at most 2^5 batches. */
  private static final int MAX_SCALE = 5;

  private static final int ORDERS = MAX_ORDER + 1;

  private final PageRing[] lists = new PageRing[MigrateType.PCPTYPES * ORDERS];
  private final PcpLimits limits;
  final SpinLock lock;
  final Line line;

  private int count;
  private int high;
  private int freeCount;
  private int allocFactor;

  /** Where the next pages to give back are looked for. */
  private int turn;

  PerCpuPages(SpinLock lock, Line line, PcpLimits limits) {
    this.lock = lock;
    this.line = line;
    this.limits = limits;
    this.high = limits.highMin();
    for (int list = 0; list < lists.length; list++) {
      lists[list] = new PageRing();
    }
  }

  private static int list(int order, int type) {
    return type * ORDERS + order;
  }

  /** Pages kept. */
  int pages() {
    return count;
  }

  int high() {
    return high;
  }

  /** Newest block, or {@link PageRing#NONE}. */
  int pop(int order, int type) {
    int pfn = lists[list(order, type)].pop();
    if (pfn != PageRing.NONE) {
      count -= 1 << order;
      freeCount >>= 1;
    }
    return pfn;
  }

  /** A block that comes from the zone. */
  void fetched(int pfn, int order, int type) {
    lists[list(order, type)].push(pfn);
    count += 1 << order;
  }

  /**
   * A block that comes from its user.
   *
   * @return whether pages should go back to the zone: {@link #surplus} says how many
   */
  boolean put(int pfn, int order, int type) {
    turn = list(order, type);
    lists[turn].push(pfn);
    count += 1 << order;
    allocFactor >>= 1;
    if (freeCount < limits.batch() << MAX_SCALE) {
      freeCount += 1 << order;
    }
    return count >= high;
  }

  /**
   * Blocks to fetch now that a list is empty.
   *
   * @param zoneShort whether the zone is below its high mark
   */
  int wanted(int order, boolean zoneShort) {
    int batch = limits.batch();
    int pages = order == 0 ? batch << allocFactor : batch;
    if (!zoneShort) {
      high = Math.min(high + pages, limits.highMax());
    }
    if (order == 0) {
      int room = Math.max(high - count - batch, batch);
      if (pages <= room && allocFactor < MAX_SCALE) {
        allocFactor++;
      }
      pages = Math.min(pages, room);
    }
    return pages > 1 ? Math.max(pages >> order, 2) : pages;
  }

  /** Pages to give back, when {@code count >= high}; a row of frees is given back in a row too. */
  int surplus(boolean zoneShort) {
    int batch = limits.batch();
    int freed = Math.max(freeCount, batch);
    if (zoneShort) {
      high = Math.max(high - freed, limits.highMin());
    } else {
      high = Math.clamp(freeCount + batch, high, Math.max(high, limits.highMax()));
      if (count < high) {
        return 0;
      }
    }
    return Math.clamp(freeCount, batch, Math.max(batch, high - batch));
  }

  /**
   * Gives {@code pages} pages back, the oldest of each list, from the list last freed to onwards.
   * Under the zone's lock.
   */
  void giveBack(BuddyLists buddy, int pages) {
    int left = Math.min(pages, count);
    while (left > 0) {
      PageRing list = lists[turn];
      int order = turn % ORDERS;
      while (left > 0 && list.size() > 0) {
        buddy.give(list.removeOldest(), order);
        count -= 1 << order;
        left -= 1 << order;
      }
      turn = turn + 1 == lists.length ? 0 : turn + 1;
    }
  }
}
