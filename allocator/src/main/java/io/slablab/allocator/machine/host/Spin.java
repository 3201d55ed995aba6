package io.slablab.allocator.machine.host;

/** One turn of a waiting loop: spin first, give the processor away when that was long enough. */
final class Spin {
  /** About ten microseconds; a pinned holder releases long before, a preempted one does not. */
  private static final int SPINS_BEFORE_YIELD = 256;

  private Spin() {}

  /**
   * @param turns waited so far; returns the next count
   */
  static int turn(int turns) {
    if (turns < SPINS_BEFORE_YIELD) {
      Thread.onSpinWait();
      return turns + 1;
    }
    Thread.yield(); // more virtual CPUs than processors, or a preempted holder
    return turns;
  }
}
