package io.slablab.coordinator.stats.history;

import io.slablab.coordinator.stats.Quantiles;
import io.slablab.coordinator.stats.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The partition into levels with the least sum of squared distances plus a price per change, exact.
 * For plots only: a single spike is a level to it.
 *
 * @param points first points of new levels, ascending
 * @param cost squares plus penalties of the best partition
 */
public record OptimalPartition(List<Integer> points, double cost) {
  /** Turns a median absolute deviation into a normal law's standard deviation. */
  private static final double MAD_TO_SD = 1.4826;

  public OptimalPartition {
    points = List.copyOf(points);
  }

  /**
   * F(t) = min over s < t of F(s) + squares(s, t) + penalty, F(0) = -penalty.
   *
   * @param x finite values, any number of them
   * @param penalty price of one change, positive; see {@link #penalty}
   */
  public static OptimalPartition of(double[] x, double penalty) {
    Squares squares = Squares.of(x);
    int n = x.length;
    double[] best = new double[n + 1];
    int[] from = new int[n + 1];
    best[0] = -penalty;
    for (int t = 1; t <= n; t++) {
      best[t] = Double.POSITIVE_INFINITY;
      for (int s = 0; s < t; s++) {
        double cost = best[s] + squares.within(s, t) + penalty;
        if (cost < best[t]) {
          best[t] = cost;
          from[t] = s;
        }
      }
    }
    List<Integer> points = new ArrayList<>();
    for (int s = from[n]; s > 0; s = from[s]) {
      points.addFirst(s);
    }
    return new OptimalPartition(points, n == 0 ? 0 : best[n]);
  }

  /** 6 ln(N) sigma^2. */
  public static double penalty(int nights, double sd) {
    return 6 * Math.log(nights) * sd * sd;
  }

  /**
   * The noise of a series with steps: from the median size of the differences of neighbours, which
   * a few steps do not move. 0 below three values.
   */
  public static double noise(double[] x) {
    if (x.length < 3) {
      return 0;
    }
    double[] sizes = new double[x.length - 1];
    Arrays.setAll(sizes, i -> Math.abs(x[i + 1] - x[i]));
    return MAD_TO_SD * Quantiles.median(sizes) / Math.sqrt(2);
  }

  /** Running sums over values less their mean, so that squares do not cancel. */
  private record Squares(double[] sums, double[] squares) {
    static Squares of(double[] x) {
      double centre = x.length == 0 ? 0 : Samples.mean(x);
      double[] sums = new double[x.length + 1];
      double[] squares = new double[x.length + 1];
      for (int i = 0; i < x.length; i++) {
        double v = x[i] - centre;
        sums[i + 1] = sums[i] + v;
        squares[i + 1] = squares[i] + v * v;
      }
      return new Squares(sums, squares);
    }

    double within(int s, int t) {
      double sum = sums[t] - sums[s];
      return squares[t] - squares[s] - sum * sum / (t - s);
    }
  }
}
