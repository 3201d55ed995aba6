package io.slablab.allocator.page;

import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.machine.SpinLock;

/**
 * Free blocks of orders 0..3 that one CPU keeps of one zone; last in, first out. Guarded by its
 * lock, which its CPU takes by trylock; who fails goes to the zone.
 */
final class PerCpuPages extends LinePad {
  /** Higher orders are costly to keep apart. */
  static final int MAX_ORDER = 3;

  private final int batch;
  private final int[][] blocks = new int[MAX_ORDER + 1][];
  private final int[] count = new int[MAX_ORDER + 1];
  private int pages;
  final SpinLock lock;
  final Line line;

  PerCpuPages(SpinLock lock, Line line, int batch) {
    this.lock = lock;
    this.line = line;
    this.batch = batch;
    for (int order = 0; order <= MAX_ORDER; order++) {
      blocks[order] = new int[2 * batchOf(order) + 1];
    }
  }

  /** Blocks moved at a time: a batch of pages, at least one block. */
  int batchOf(int order) {
    return Math.max(1, batch >> order);
  }

  int pages() {
    return pages;
  }

  int count(int order) {
    return count[order];
  }

  /** Last block put, or -1. */
  int pop(int order) {
    if (count[order] == 0) {
      return -1;
    }
    pages -= 1 << order;
    return blocks[order][--count[order]];
  }

  void push(int pfn, int order) {
    blocks[order][count[order]++] = pfn;
    pages += 1 << order;
  }

  /** High mark reached: a batch should go back. */
  boolean full(int order) {
    return count[order] >= 2 * batchOf(order);
  }
}
