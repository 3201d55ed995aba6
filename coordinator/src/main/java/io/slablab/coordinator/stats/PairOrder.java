package io.slablab.coordinator.stats;

import java.util.Arrays;

/**
 * Order statistics of all pairs of one or two samples, without the pairs: thousands of blocks have
 * millions of them. Each pair's value grows with both of its members, so that the pairs up to a
 * value are counted in one pass over sorted samples, and the k-th smallest is the smallest double
 * up to which there are k.
 */
abstract sealed class PairOrder {

  /** Of the n (n + 1) / 2 Walsh averages. */
  static PairOrder walsh(double[] d) {
    return new Walsh(sorted(d));
  }

  /** Of the m n differences y - x. */
  static PairOrder differences(double[] x, double[] y) {
    return new Differences(sorted(x), sorted(y));
  }

  private static double[] sorted(double[] values) {
    double[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  /** Number of pairs. */
  abstract long size();

  /** Number of pairs whose value is at most v. */
  abstract long upTo(double v);

  abstract double smallest();

  abstract double largest();

  /** The k-th smallest value, from 1; takes time of n log 2^64, and memory of n. */
  final double kth(long k) {
    long low = ordered(smallest());
    long high = ordered(largest());
    while (low < high) {
      long middle = (low & high) + ((low ^ high) >> 1); // of two longs, without overflow
      if (upTo(value(middle)) >= k) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return value(low) + 0.0; // no negative zero
  }

  /** The median: the middle value, or the mean of the two middle ones. */
  final double median() {
    long n = size();
    return n % 2 == 1
        ? kth(n / 2 + 1)
        : Quantiles.median(new double[] {kth(n / 2), kth(n / 2 + 1)});
  }

  /** Longs in the order of their doubles. */
  private static long ordered(double v) {
    long bits = Double.doubleToLongBits(v);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  private static double value(long ordered) {
    return Double.longBitsToDouble(ordered ^ ((ordered >> 63) & Long.MAX_VALUE));
  }

  private static final class Walsh extends PairOrder {
    private final double[] d;

    Walsh(double[] d) {
      this.d = d;
    }

    @Override
    long size() {
      return d.length * (d.length + 1L) / 2;
    }

    @Override
    long upTo(double v) {
      long count = 0;
      int j = d.length - 1;
      for (int i = 0; i <= j; i++) {
        while (j >= i && (d[i] + d[j]) / 2 > v) {
          j--;
        }
        count += j - i + 1;
      }
      return count;
    }

    @Override
    double smallest() {
      return d[0];
    }

    @Override
    double largest() {
      return d[d.length - 1];
    }
  }

  private static final class Differences extends PairOrder {
    private final double[] x;
    private final double[] y;

    Differences(double[] x, double[] y) {
      this.x = x;
      this.y = y;
    }

    @Override
    long size() {
      return (long) x.length * y.length;
    }

    @Override
    long upTo(double v) {
      long count = 0;
      int below = 0;
      for (double from : x) {
        while (below < y.length && y[below] - from <= v) {
          below++;
        }
        count += below;
      }
      return count;
    }

    @Override
    double smallest() {
      return y[0] - x[x.length - 1];
    }

    @Override
    double largest() {
      return y[y.length - 1] - x[0];
    }
  }
}
