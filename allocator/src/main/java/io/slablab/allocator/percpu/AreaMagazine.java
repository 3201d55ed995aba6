package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.LinePad;
import org.jspecify.annotations.Nullable;

/** A stack of free areas of one class. It belongs to one CPU, or to a depot under its lock. */
final class AreaMagazine extends LinePad {
  private final long[] areas;
  private final int capacity;
  private int count;

  /** In a depot's list. */
  @Nullable AreaMagazine next;

  AreaMagazine(int capacity) {
    this.capacity = capacity;
    this.areas = new long[PAD_LONGS + capacity + PAD_LONGS];
  }

  int count() {
    return count;
  }

  int capacity() {
    return capacity;
  }

  boolean full() {
    return count == capacity;
  }

  void push(long area) {
    areas[PAD_LONGS + count++] = area;
  }

  /** The last one pushed; there must be one. */
  long pop() {
    return areas[PAD_LONGS + --count];
  }
}
