package io.slablab.allocator.page;

import java.util.Arrays;

/**
 * Free blocks of one zone by order, as doubly linked lists over page frames. Called under the
 * zone's lock.
 *
 * <p>Invariants: freePages = sum over orders of count[o] * 2^o; freeOrder[pfn] = o + 1 exactly for
 * the first frame of each free block of order o.
 */
final class BuddyLists {
  private static final int NIL = -1;

  private final int firstPfn;
  private final int pages;
  private final int[] next;
  private final int[] prev;
  private final byte[] freeOrder;
  private final int[] head = new int[PageConfig.MAX_PAGE_ORDER + 1];
  private final int[] tail = new int[PageConfig.MAX_PAGE_ORDER + 1];
  private final int[] count = new int[PageConfig.MAX_PAGE_ORDER + 1];
  private int freePages;

  BuddyLists(int firstPfn, int pages) {
    this.firstPfn = firstPfn;
    this.pages = pages;
    this.next = new int[pages];
    this.prev = new int[pages];
    this.freeOrder = new byte[pages];
    Arrays.fill(head, NIL);
    Arrays.fill(tail, NIL);
  }

  int freePages() {
    return freePages;
  }

  int count(int order) {
    return count[order];
  }

  /** A block of at least one order that holds the wanted one exists. */
  boolean hasBlock(int order) {
    for (int o = order; o <= PageConfig.MAX_PAGE_ORDER; o++) {
      if (count[o] > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes the first block of the smallest order that fits and gives the upper halves back.
   *
   * @return pfn, or -1
   */
  int take(int order) {
    for (int o = order; o <= PageConfig.MAX_PAGE_ORDER; o++) {
      if (head[o] != NIL) {
        int block = head[o];
        unlink(block, o);
        for (int half = o - 1; half >= order; half--) {
          link(block + (1 << half), half, false);
        }
        return firstPfn + block;
      }
    }
    return NIL;
  }

  /** Gives a block back, merging with free buddies. */
  void give(int pfn, int order) {
    int block = pfn - firstPfn;
    int merged = order;
    while (merged < PageConfig.MAX_PAGE_ORDER && isFree(block ^ (1 << merged), merged)) {
      unlink(block ^ (1 << merged), merged);
      block &= -(2 << merged);
      merged++;
    }
    link(block, merged, likelyToMerge(block, merged));
  }

  /** The next-higher buddy is free: put this one where it is taken last. */
  private boolean likelyToMerge(int block, int order) {
    int upper = block & -(2 << order);
    return order < PageConfig.MAX_PAGE_ORDER - 1 && isFree(upper ^ (2 << order), order + 1);
  }

  private boolean isFree(int block, int order) {
    return block >= 0 && block < pages && freeOrder[block] == order + 1;
  }

  private void link(int block, int order, boolean atTail) {
    if (atTail) {
      prev[block] = tail[order];
      next[block] = NIL;
      if (tail[order] == NIL) {
        head[order] = block;
      } else {
        next[tail[order]] = block;
      }
      tail[order] = block;
    } else {
      next[block] = head[order];
      prev[block] = NIL;
      if (head[order] == NIL) {
        tail[order] = block;
      } else {
        prev[head[order]] = block;
      }
      head[order] = block;
    }
    freeOrder[block] = (byte) (order + 1);
    count[order]++;
    freePages += 1 << order;
  }

  private void unlink(int block, int order) {
    if (prev[block] == NIL) {
      head[order] = next[block];
    } else {
      next[prev[block]] = next[block];
    }
    if (next[block] == NIL) {
      tail[order] = prev[block];
    } else {
      prev[next[block]] = prev[block];
    }
    freeOrder[block] = 0;
    count[order]--;
    freePages -= 1 << order;
  }

  /** Checks INV-PA-2 and INV-PA-3 and the counters; throws with what is wrong. */
  void verify() {
    int pagesFound = 0;
    for (int order = 0; order <= PageConfig.MAX_PAGE_ORDER; order++) {
      int found = 0;
      for (int block = head[order]; block != NIL; block = next[block]) {
        check(block % (1 << order) == 0, "INV-PA-3: block misaligned", block, order);
        check(freeOrder[block] == order + 1, "free block unmarked", block, order);
        check(
            order == PageConfig.MAX_PAGE_ORDER || !isFree(block ^ (1 << order), order),
            "INV-PA-2: buddies both free",
            block,
            order);
        found++;
        pagesFound += 1 << order;
      }
      check(found == count[order], "count differs from list length", found, order);
    }
    check(pagesFound == freePages, "freePages differs from lists", pagesFound, freePages);
  }

  private static void check(boolean holds, String what, int a, int b) {
    if (!holds) {
      throw new IllegalStateException(what + ": " + a + ", " + b);
    }
  }
}
