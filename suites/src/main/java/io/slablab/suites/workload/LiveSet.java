package io.slablab.suites.workload;

/** A worker's live objects, oldest first out; two cache lines away from other workers' data. */
final class LiveSet {
  private static final int GAP = 16;

  private final long[] cells;
  private final int capacity;

  /** Cells: [GAP] position of the oldest, [GAP + 1] number of objects, then the objects. */
  LiveSet(int capacity) {
    this.capacity = capacity;
    this.cells = new long[GAP + 2 + capacity + GAP];
  }

  int size() {
    return (int) cells[GAP + 1];
  }

  boolean full() {
    return size() == capacity;
  }

  void add(long object) {
    int size = size();
    cells[slot((int) cells[GAP] + size)] = object;
    cells[GAP + 1] = size + 1;
  }

  /** Stays in the set, which is not empty. */
  long oldest() {
    return cells[slot((int) cells[GAP])];
  }

  long removeOldest() {
    int oldest = (int) cells[GAP];
    long object = cells[slot(oldest)];
    cells[GAP] = oldest + 1 == capacity ? 0 : oldest + 1;
    cells[GAP + 1]--;
    return object;
  }

  /**
   * Removes any one; the oldest goes in its place.
   *
   * @param which in [0, size), 0 for the oldest
   */
  long removeAny(int which) {
    int chosen = slot((int) cells[GAP] + which);
    long object = cells[chosen];
    cells[chosen] = oldest();
    removeOldest();
    return object;
  }

  private int slot(int position) {
    return GAP + 2 + (position >= capacity ? position - capacity : position);
  }
}
