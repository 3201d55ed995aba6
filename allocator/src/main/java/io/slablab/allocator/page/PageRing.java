package io.slablab.allocator.page;

import java.util.Arrays;

/** First frames of free blocks: the newest leaves first, or the oldest. Grows as needed. */
final class PageRing {
  static final int NONE = -1;

  private static final int INITIAL = 16;

  private int[] frames = new int[INITIAL];
  private int mask = INITIAL - 1;
  private int head;
  private int size;

  int size() {
    return size;
  }

  void push(int pfn) {
    if (size == frames.length) {
      grow();
    }
    head = head - 1 & mask;
    frames[head] = pfn;
    size++;
  }

  /** The newest, or NONE. */
  int pop() {
    if (size == 0) {
      return NONE;
    }
    int pfn = frames[head];
    head = head + 1 & mask;
    size--;
    return pfn;
  }

  /** The oldest; there must be one. */
  int removeOldest() {
    size--;
    return frames[head + size & mask];
  }

  private void grow() {
    int[] larger = Arrays.copyOf(frames, 2 * frames.length);
    for (int i = 0; i < size; i++) {
      larger[i] = frames[head + i & mask];
    }
    frames = larger;
    mask = larger.length - 1;
    head = 0;
  }
}
