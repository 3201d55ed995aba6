package io.slablab.coordinator.store.imported;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Rates as whole operations over one time.
 *
 * @param durationNs of every iteration, a power of ten
 */
record Rates(long durationNs, long[] ops) {
  private static final int NS_DIGITS = 9;

  /** 10^17 ns: sums over some tens of iterations stay within a long. */
  private static final int MOST_DECIMALS = 8;

  /** Operations stay exact as doubles, too. */
  private static final double MOST_OPS = 1L << 53;

  /** The fewest decimals that give whole operations, else as many as fit. */
  static Rates of(double[] opsPerSecond) {
    double largest = Arrays.stream(opsPerSecond).max().orElse(0);
    int decimals = 0;
    for (double rate : opsPerSecond) {
      decimals = Math.max(decimals, BigDecimal.valueOf(rate).stripTrailingZeros().scale());
    }
    decimals = Math.min(decimals, MOST_DECIMALS);
    while (decimals > 0 && largest * Math.pow(10, decimals) > MOST_OPS) {
      decimals--;
    }
    int shift = decimals;
    return new Rates(
        (long) Math.pow(10, NS_DIGITS + shift),
        Arrays.stream(opsPerSecond).mapToLong(rate -> shifted(rate, shift)).toArray());
  }

  private static long shifted(double rate, int decimals) {
    return Math.round(BigDecimal.valueOf(rate).movePointRight(decimals).doubleValue());
  }
}
