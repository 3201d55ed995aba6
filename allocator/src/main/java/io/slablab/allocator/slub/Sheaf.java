package io.slablab.allocator.slub;

import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.rcu.RcuHead;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An array of free objects, as a stack. It belongs to one CPU, to a barn under its lock, to a grace
 * period, or to who borrowed it by {@link Sheaves#prefill}.
 */
public final class Sheaf extends LinePad {
  private final long[] objects;
  private final int capacity;
  private int size;

  /** May hold objects of slabs from the reserve, so that it is emptied when its loan ends. */
  boolean pfmemalloc;

  /** In a barn's list. */
  @Nullable Sheaf next;

  /** Of the objects, while they wait for a grace period. */
  int node;

  /** Made by the first grace period this sheaf waits for. */
  private @Nullable RcuHead rcuHead;

  Sheaf(int capacity) {
    this.capacity = capacity;
    this.objects = new long[PAD_LONGS + capacity + PAD_LONGS];
  }

  /** Objects in it. */
  public int size() {
    return size;
  }

  public int capacity() {
    return capacity;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size == capacity;
  }

  /** The one that {@link #pop} would return; there must be one. */
  long top() {
    return objects[PAD_LONGS + size - 1];
  }

  void push(long object) {
    objects[PAD_LONGS + size++] = object;
  }

  /** Takes out the objects that a test is true for. */
  void removeIf(LongPredicate test) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      long object = objects[PAD_LONGS + i];
      if (!test.test(object)) {
        objects[PAD_LONGS + kept++] = object;
      }
    }
    size = kept;
  }

  RcuHead rcuHead(RcuSheaves owner) {
    RcuHead head = rcuHead;
    if (head == null) {
      head = new RcuHead(cpu -> owner.gracePeriodOver(cpu, this));
      rcuHead = head;
    }
    return head;
  }

  /** The last one pushed; there must be one. */
  long pop() {
    return objects[PAD_LONGS + --size];
  }
}
