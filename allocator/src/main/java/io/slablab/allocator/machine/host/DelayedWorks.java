package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Work;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Work items of one CPU that wait for their time; few, so that they are in no order. */
final class DelayedWorks {
  private @Nullable Work[] works = new Work[4];
  private long[] dueNs = new long[4];
  private int count;

  int count() {
    return count;
  }

  void add(Work work, long due) {
    if (count == works.length) {
      works = Arrays.copyOf(works, 2 * count);
      dueNs = Arrays.copyOf(dueNs, 2 * count);
    }
    works[count] = work;
    dueNs[count++] = due;
  }

  /** An item that is here keeps the earlier time; times compare by difference, as nanoTime's do. */
  void pullForward(Work work, long due) {
    for (int i = 0; i < count; i++) {
      if (works[i] == work && due - dueNs[i] < 0) {
        dueNs[i] = due;
      }
    }
  }

  /** Takes out one item that is due, the longest here first; null when none is. */
  @Nullable Work takeDue(long nowNs) {
    for (int i = 0; i < count; i++) {
      if (dueNs[i] - nowNs <= 0) {
        return remove(i);
      }
    }
    return null;
  }

  private @Nullable Work remove(int at) {
    Work work = works[at];
    count--;
    System.arraycopy(works, at + 1, works, at, count - at);
    System.arraycopy(dueNs, at + 1, dueNs, at, count - at);
    works[count] = null;
    return work;
  }

  /** All of another one's come here. */
  void addAll(DelayedWorks others) {
    while (others.count > 0) {
      long due = others.dueNs[0];
      Work work = others.remove(0);
      if (work != null) {
        add(work, due);
      }
    }
  }
}
