package io.slablab.allocator.percpu;

import org.jspecify.annotations.Nullable;

/**
 * One area of the percpu allocator, cut into areas of one class. Its free areas that are in no
 * magazine are here.
 *
 * <p>Everything but the constants is under the lock of the depot it belongs to. Invariant: free =
 * areas of the run in no user's hands, no magazine and no CPU's stack; it hangs in its depot's list
 * iff free > 0.
 */
final class AreaRun {
  final long base;
  final AreaDepot home;
  private final long[] areas;
  private int free;
  @Nullable AreaRun next;
  @Nullable AreaRun prev;

  /** All areas are free. */
  AreaRun(long base, AreaDepot home, int areaBytes, int count) {
    this.base = base;
    this.home = home;
    this.areas = new long[count];
    for (int i = count - 1; i >= 0; i--) {
      areas[free++] = base + (long) i * areaBytes;
    }
  }

  int free() {
    return free;
  }

  boolean whole() {
    return free == areas.length;
  }

  long pop() {
    return areas[--free];
  }

  void push(long area) {
    areas[free++] = area;
  }
}
