package io.slablab.allocator.page;

import java.util.Arrays;

/**
 * Free blocks of one zone by order and migrate type, as doubly linked lists over page frames.
 * Blocks are numbered from the zone's first frame. Called under the zone's lock.
 *
 * <p>Invariants: freePages = sum over orders and types of nrFree * 2^order; a frame is marked
 * exactly when it is the first of a free block, with its order and type; all pageblocks of a free
 * block have its type.
 */
final class BuddyLists {
  static final int NIL = -1;

  private static final int MAX_ORDER = PageConfig.MAX_PAGE_ORDER;
  private static final int ORDERS = MAX_ORDER + 1;
  private static final int TYPE_SHIFT = 4;
  private static final int ORDER_MASK = (1 << TYPE_SHIFT) - 1;

  private final int firstPfn;
  private final int pages;
  private final int[] next;
  private final int[] prev;

  /** 0, or order + 1 and the type. */
  private final byte[] marks;

  /** By pageblock. Read without the lock as a hint: where a freed page belongs. */
  private final byte[] types;

  private final int[] head = new int[MigrateType.TYPES * ORDERS];
  private final int[] tail = new int[MigrateType.TYPES * ORDERS];
  private final int[] nrFree = new int[MigrateType.TYPES * ORDERS];

  /** By order, of the types that every request may use. */
  private final int[] common = new int[ORDERS];

  private int freePages;
  private int freeHighatomic;

  BuddyLists(int firstPfn, int pages) {
    this.firstPfn = firstPfn;
    this.pages = pages;
    this.next = new int[pages];
    this.prev = new int[pages];
    this.marks = new byte[pages];
    this.types = new byte[pages >> MigrateType.PAGEBLOCK_ORDER];
    Arrays.fill(types, (byte) MigrateType.MOVABLE);
    Arrays.fill(head, NIL);
    Arrays.fill(tail, NIL);
  }

  int firstPfn() {
    return firstPfn;
  }

  int freePages() {
    return freePages;
  }

  /** Free pages in reserved pageblocks; part of {@link #freePages}. */
  int freeHighatomic() {
    return freeHighatomic;
  }

  int nrFree(int order, int type) {
    return nrFree[list(order, type)];
  }

  /** Type of the pageblock of a frame. */
  int typeOf(int pfn) {
    return types[pfn - firstPfn >> MigrateType.PAGEBLOCK_ORDER];
  }

  private static int list(int order, int type) {
    return type * ORDERS + order;
  }

  /**
   * A block that holds the wanted order exists.
   *
   * @param reserved whether those of reserved pageblocks count
   */
  boolean hasBlock(int order, boolean reserved) {
    for (int o = order; o <= MAX_ORDER; o++) {
      if (common[o] > 0 || (reserved && nrFree(o, MigrateType.HIGHATOMIC) > 0)) {
        return true;
      }
    }
    return false;
  }

  /** First block of a list, or NIL. */
  int first(int order, int type) {
    return head[list(order, type)];
  }

  /**
   * Takes the first block of the smallest order that fits and gives the upper halves back.
   *
   * @return pfn, or NIL
   */
  int take(int order, int type) {
    for (int o = order; o <= MAX_ORDER; o++) {
      int block = first(o, type);
      if (block != NIL) {
        unlink(block);
        for (int half = o - 1; half >= order; half--) {
          link(block + (1 << half), half, type, false);
        }
        return firstPfn + block;
      }
    }
    return NIL;
  }

  /** Gives a block back, merging with free buddies. */
  void give(int pfn, int order) {
    int block = pfn - firstPfn;
    int type = typeOf(pfn);
    int merged = order;
    while (merged < MAX_ORDER && mergesWith(block ^ (1 << merged), merged, type)) {
      unlink(block ^ (1 << merged));
      block &= -(2 << merged);
      merged++;
    }
    link(block, merged, type, likelyToMerge(block, merged));
  }

  /** From whole pageblocks on the buddy takes our type, unless one of both is reserved. */
  private boolean mergesWith(int buddy, int order, int type) {
    if (!isFree(buddy, order)) {
      return false;
    }
    int other = marks[buddy] >> TYPE_SHIFT;
    if (other == type) {
      return true;
    }
    if (other >= MigrateType.PCPTYPES || type >= MigrateType.PCPTYPES) {
      return false;
    }
    setTypes(buddy, order, type);
    return true;
  }

  /** The next-higher buddy is free: put this one where it is taken last. */
  private boolean likelyToMerge(int block, int order) {
    int upper = block & -(2 << order);
    return order < MAX_ORDER - 1 && isFree(upper ^ (2 << order), order + 1);
  }

  private boolean isFree(int block, int order) {
    return block >= 0 && block < pages && (marks[block] & ORDER_MASK) == order + 1;
  }

  /** Gives a free block of whole pageblocks another type. */
  void retype(int block, int order, int type) {
    unlink(block);
    setTypes(block, order, type);
    link(block, order, type, false);
  }

  /** Sets the type of the pageblocks of a block that is on no list. */
  void setTypes(int block, int order, int type) {
    int from = block >> MigrateType.PAGEBLOCK_ORDER;
    int count = Math.max(1, 1 << order >> MigrateType.PAGEBLOCK_ORDER);
    Arrays.fill(types, from, from + count, (byte) type);
  }

  /** Gives the pageblock of a block another type, and its free pages to that type's lists. */
  void moveFreePages(int block, int type) {
    int start = block & -MigrateType.PAGEBLOCK_PAGES;
    setTypes(start, MigrateType.PAGEBLOCK_ORDER, type);
    for (int page = start; page < start + MigrateType.PAGEBLOCK_PAGES; ) {
      int order = (marks[page] & ORDER_MASK) - 1;
      if (order >= 0) {
        unlink(page);
        link(page, order, type, false);
      }
      page += order < 0 ? 1 : 1 << order;
    }
  }

  /** Free pages of the pageblock that a block lies in. */
  int freePagesAround(int block) {
    int start = block & -MigrateType.PAGEBLOCK_PAGES;
    int free = 0;
    for (int page = start; page < start + MigrateType.PAGEBLOCK_PAGES; page++) {
      free += marks[page] == 0 ? 0 : 1 << (marks[page] & ORDER_MASK) - 1;
    }
    return free;
  }

  private void link(int block, int order, int type, boolean atTail) {
    int list = list(order, type);
    int neighbour = atTail ? tail[list] : head[list];
    prev[block] = atTail ? neighbour : NIL;
    next[block] = atTail ? NIL : neighbour;
    if (neighbour == NIL) {
      head[list] = block;
      tail[list] = block;
    } else if (atTail) {
      next[neighbour] = block;
      tail[list] = block;
    } else {
      prev[neighbour] = block;
      head[list] = block;
    }
    marks[block] = (byte) (order + 1 | type << TYPE_SHIFT);
    account(order, type, 1);
  }

  private void unlink(int block) {
    int order = (marks[block] & ORDER_MASK) - 1;
    int type = marks[block] >> TYPE_SHIFT;
    int list = list(order, type);
    if (prev[block] == NIL) {
      head[list] = next[block];
    } else {
      next[prev[block]] = next[block];
    }
    if (next[block] == NIL) {
      tail[list] = prev[block];
    } else {
      prev[next[block]] = prev[block];
    }
    marks[block] = 0;
    account(order, type, -1);
  }

  private void account(int order, int type, int blocks) {
    nrFree[list(order, type)] += blocks;
    freePages += blocks << order;
    if (type == MigrateType.HIGHATOMIC) {
      freeHighatomic += blocks << order;
    } else {
      common[order] += blocks;
    }
  }

  /** Checks INV-PA-2 and INV-PA-3 and the counters; throws with what is wrong. */
  void verify() {
    int pagesFound = 0;
    int reserved = 0;
    for (int type = 0; type < MigrateType.TYPES; type++) {
      for (int order = 0; order <= MAX_ORDER; order++) {
        int found = verifyList(order, type);
        pagesFound += found << order;
        reserved += type == MigrateType.HIGHATOMIC ? found << order : 0;
      }
    }
    check(pagesFound == freePages, "freePages differs from lists", pagesFound, freePages);
    check(reserved == freeHighatomic, "freeHighatomic differs", reserved, freeHighatomic);
  }

  private int verifyList(int order, int type) {
    int found = 0;
    for (int block = first(order, type); block != NIL; block = next[block]) {
      check(block % (1 << order) == 0, "INV-PA-3: block misaligned", block, order);
      check(marks[block] == (order + 1 | type << TYPE_SHIFT), "free block unmarked", block, order);
      check(typeOf(firstPfn + block) == type, "block on the list of another type", block, type);
      check(typeOf(firstPfn + block + (1 << order) - 1) == type, "block of two types", block, type);
      int buddy = block ^ (1 << order);
      check(
          order == MAX_ORDER || !isFree(buddy, order) || marks[buddy] >> TYPE_SHIFT != type,
          "INV-PA-2: buddies both free",
          block,
          order);
      found++;
    }
    check(found == nrFree(order, type), "nr_free differs from list length", found, order);
    return found;
  }

  private static void check(boolean holds, String what, int a, int b) {
    if (!holds) {
      throw new IllegalStateException(what + ": " + a + ", " + b);
    }
  }
}
