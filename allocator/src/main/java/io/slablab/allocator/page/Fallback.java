package io.slablab.allocator.page;

/**
 * Pages of another type for a request whose own type has none. A pageblock that is mostly free or
 * of a like kind is claimed: it takes the request's type, so that the next requests stay in it.
 * Otherwise a single block is stolen. Called under the zone's lock.
 */
final class Fallback {
  private static final int NIL = BuddyLists.NIL;

  private final BuddyLists buddy;
  private final BlockStates states;

  /** Pageblocks claimed, and blocks stolen, since the start; under the zone's lock. */
  long claims;

  long steals;

  /** Set when less than a whole pageblock was claimed: types begin to mix. */
  private boolean mixed;

  Fallback(BuddyLists buddy, BlockStates states) {
    this.buddy = buddy;
    this.states = states;
  }

  /**
   * @return pfn, or NIL
   */
  int take(int order, int type) {
    int pfn = claim(order, type);
    return pfn != NIL ? pfn : steal(order, type);
  }

  /** Whether pageblocks were broken into since the last call. */
  boolean takeMixed() {
    boolean was = mixed;
    mixed = false;
    return was;
  }

  /** The largest block first: it brings the most free pages with it. */
  private int claim(int order, int type) {
    for (int o = PageConfig.MAX_PAGE_ORDER; o >= order && worthClaiming(o, type); o--) {
      for (int from : MigrateType.fallbacks(type)) {
        int block = buddy.first(o, from);
        if (block != NIL) {
          if (claimed(block, o, type, from)) {
            claims++;
            return buddy.take(order, type);
          }
          break;
        }
      }
    }
    return NIL;
  }

  /** What cannot be moved shall not spread; what can may lie anywhere. */
  private static boolean worthClaiming(int order, int type) {
    return order >= MigrateType.PAGEBLOCK_ORDER / 2 || type != MigrateType.MOVABLE;
  }

  private boolean claimed(int block, int order, int type, int from) {
    if (order >= MigrateType.PAGEBLOCK_ORDER) {
      buddy.retype(block, order, type);
      return true;
    }
    mixed = true;
    int free = buddy.freePagesAround(block);
    if (free + alike(block, free, type, from) < MigrateType.PAGEBLOCK_PAGES / 2) {
      return false;
    }
    buddy.moveFreePages(block, type);
    return true;
  }

  /** Pages in use that fit the new type as well. */
  private int alike(int block, int free, int type, int from) {
    int movable = states.movableAround(buddy.firstPfn() + block);
    if (type == MigrateType.MOVABLE) {
      return movable;
    }
    return from == MigrateType.MOVABLE ? MigrateType.PAGEBLOCK_PAGES - free - movable : 0;
  }

  /** The smallest block that fits: nothing larger is broken for a guest. */
  private int steal(int order, int type) {
    for (int o = order; o <= PageConfig.MAX_PAGE_ORDER; o++) {
      for (int from : MigrateType.fallbacks(type)) {
        if (buddy.first(o, from) != NIL) {
          steals++;
          return buddy.take(order, from);
        }
      }
    }
    return NIL;
  }
}
