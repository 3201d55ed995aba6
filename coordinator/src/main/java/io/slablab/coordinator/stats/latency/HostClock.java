package io.slablab.coordinator.stats.latency;

/**
 * How far a host's clock is off.
 *
 * @param aheadSeconds negative when it is behind
 * @param uncertaintySeconds how far that can be wrong, either way
 */
public record HostClock(double aheadSeconds, double uncertaintySeconds) {
  /** Of the host that asks. */
  public static final HostClock RIGHT = new HostClock(0, 0);

  private static final double MS_PER_SECOND = 1e3;

  /** The true time of a host's time, both in milliseconds since 1970. */
  double trueMs(double hostMs) {
    return hostMs - aheadSeconds * MS_PER_SECOND;
  }

  double uncertaintyMs() {
    return uncertaintySeconds * MS_PER_SECOND;
  }
}
