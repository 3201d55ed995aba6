package io.slablab.allocator.tc;

/**
 * How a rate estimator is asked for, as {@code tc ... estimator}.
 *
 * @param interval binary logarithm of the time between two samples in units of a quarter second, in
 *     [-2, 3]
 * @param ewmaLog binary logarithm of the weight of what was before, in [0, 31]
 */
public record RateParms(int interval, int ewmaLog) {
  /** A sample each second, a quarter of weight for it. */
  public static final RateParms DEFAULT = new RateParms(2, 2);

  public RateParms {
    if (interval < -2 || interval > 3 || ewmaLog < 0 || ewmaLog > 31) {
      throw new IllegalArgumentException(
          "no such rate estimator: interval=" + interval + " ewmaLog=" + ewmaLog);
    }
  }
}
