package io.slablab.allocator.slub;

import io.slablab.allocator.machine.LinePad;
import org.jspecify.annotations.Nullable;

/** An array of free objects, as a stack. It belongs to one CPU, or to a barn under its lock. */
final class Sheaf extends LinePad {
  private final long[] objects;
  private final int capacity;
  private int size;

  /** In a barn's list. */
  @Nullable Sheaf next;

  Sheaf(int capacity) {
    this.capacity = capacity;
    this.objects = new long[PAD_LONGS + capacity + PAD_LONGS];
  }

  int size() {
    return size;
  }

  int capacity() {
    return capacity;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size == capacity;
  }

  void push(long object) {
    objects[PAD_LONGS + size++] = object;
  }

  /** The last one pushed; there must be one. */
  long pop() {
    return objects[PAD_LONGS + --size];
  }
}
