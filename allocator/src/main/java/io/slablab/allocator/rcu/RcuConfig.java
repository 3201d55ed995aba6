package io.slablab.allocator.rcu;

/**
 * Boot options, with the kernel's names and defaults.
 *
 * @param blimit callbacks in one pass at least
 * @param qhimark callbacks of one CPU above which passes take {@link #MAX_BLIMIT} and grace periods
 *     are hurried
 * @param qlowmark callbacks down to which that lasts
 * @param jiffyNs a tick: until a grace period asks CPUs that said nothing for the first time, and
 *     from there on
 * @param passNs a pass of more than a hundred callbacks ends after this time
 * @param drainNs how long kfree_rcu gathers objects that fill no block
 */
public record RcuConfig(
    int blimit, int qhimark, int qlowmark, long jiffyNs, long passNs, long drainNs) {
  /** Callbacks in one pass of a CPU that has too many. */
  static final int MAX_BLIMIT = 10_000;

  /** A pass takes at least this part of what is ready, as a shift. */
  static final int READY_SHIFT = 7;

  /** Passes that are longer watch the clock. */
  static final int TIMED_BLIMIT = 100;

  /** CPUs for which the first question is put off by one more tick. */
  private static final int CPUS_PER_JIFFY = 256;

  /** HZ=250. */
  public static final RcuConfig DEFAULT =
      new RcuConfig(10, 10_000, 100, 4_000_000, 3_000_000, 5_000_000_000L);

  public RcuConfig {
    if (blimit < 1 || qlowmark < 0 || qhimark < qlowmark) {
      throw new IllegalArgumentException(
          "need blimit >= 1 and qhimark >= qlowmark >= 0: blimit="
              + blimit
              + " qhimark="
              + qhimark
              + " qlowmark="
              + qlowmark);
    }
  }

  /** Nothing waits for a tick: for tests and for what is not measured. */
  public RcuConfig hurried() {
    return new RcuConfig(blimit, qhimark, qlowmark, 0, passNs, drainNs);
  }

  /** Callbacks of one CPU that mark an overload. */
  int qovld() {
    return 2 * qhimark;
  }

  long scanNs(int cpus) {
    return jiffyNs * (1 + cpus / CPUS_PER_JIFFY);
  }
}
