package io.slablab.allocator.lockdep;

/**
 * How a lock class was used with regard to interrupts, as bits.
 *
 * <p>Who holds a lock with interrupts on may be interrupted by a handler that wants it, or a lock
 * that leads to it: that is a dependency like any other, from what is held to what the handler
 * wants, although it was never seen.
 */
final class IrqUsage {
  static final int HARD = 0;
  static final int SOFT = 4;
  private static final int USED = 1;
  private static final int USED_READ = 1 << 1;
  private static final int ENABLED = 1 << 2;
  private static final int ENABLED_READ = 1 << 3;

  private IrqUsage() {}

  /**
   * @param interrupt {@link #HARD} or {@link #SOFT}
   */
  static int usedIn(int interrupt, LockMode mode) {
    return (mode == LockMode.EXCLUSIVE ? USED : USED_READ) << interrupt;
  }

  static int enabled(int interrupt, LockMode mode) {
    return (mode == LockMode.EXCLUSIVE ? ENABLED : ENABLED_READ) << interrupt;
  }

  /** Kinds of the dependency by interrupt from a class used so to one used otherwise; 0 is none. */
  static int kinds(int held, int wanted) {
    return kinds(held, wanted, HARD) | kinds(held, wanted, SOFT);
  }

  private static int kinds(int held, int wanted, int interrupt) {
    int from = held >>> interrupt;
    int to = wanted >>> interrupt;
    int kinds = 0;
    for (int mode = 0; mode <= 1; mode++) {
      for (int reader = 0; reader <= 1; reader++) {
        if ((from & ENABLED << mode) != 0 && (to & USED << reader) != 0) {
          kinds |= Dependency.kind(mode == 0, reader == 1);
        }
      }
    }
    return kinds;
  }
}
