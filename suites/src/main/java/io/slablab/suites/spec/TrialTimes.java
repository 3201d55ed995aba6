package io.slablab.suites.spec;

/**
 * How long a trial runs, in nanoseconds.
 *
 * @param measureNs a multiple of {@code intervalNs}
 */
public record TrialTimes(long warmupNs, long measureNs, long intervalNs) {
  public TrialTimes {
    if (warmupNs < 0 || intervalNs <= 0 || measureNs < intervalNs || measureNs % intervalNs != 0) {
      throw new IllegalArgumentException(
          "measure must be a positive multiple of interval: measureNs="
              + measureNs
              + " intervalNs="
              + intervalNs
              + " warmupNs="
              + warmupNs);
    }
  }

  /** Measured intervals of a trial. */
  public int intervals() {
    return (int) (measureNs / intervalNs);
  }
}
