package io.slablab.coordinator.stats.history;

import io.slablab.coordinator.stats.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * E-divisive as Matteson and James (2014) publish it, with kappa at the segment's end: the best
 * split of all segments is kept when it beats those of series shuffled inside their segments. A
 * cross-check that assumes no law of the noise; slower, and blind to levels that come and go.
 *
 * @param points first points of new levels, ascending
 * @param trace every split tried, in order; the last was refused, unless nothing was left to split
 */
public record PermutationSplits(List<Integer> points, List<Tried> trace) {
  private static final int LEAST_SEGMENT = 4;

  /**
   * @param pValue (1 + shuffles whose best Q is no smaller) / (shuffles + 1), never 0
   */
  public record Tried(int index, double q, double pValue) {}

  public PermutationSplits {
    points = List.copyOf(points);
    trace = List.copyOf(trace);
  }

  /**
   * @param x finite values
   * @param stream of the shuffles: all segments, from left to right, each time
   * @param shuffles per split, 499 by custom
   * @param alpha of a split
   */
  public static PermutationSplits of(double[] x, Streams stream, int shuffles, double alpha) {
    TreeSet<Integer> points = new TreeSet<>();
    List<Tried> trace = new ArrayList<>();
    while (true) {
      List<Integer> ends = ends(points, x.length);
      Candidate best = best(x, ends);
      if (best.at() < 0) {
        break;
      }
      double p = pValue(x, ends, best.q(), stream, shuffles);
      trace.add(new Tried(best.at(), best.q(), p));
      if (p > alpha) {
        break;
      }
      points.add(best.at());
    }
    return new PermutationSplits(List.copyOf(points), trace);
  }

  private static double pValue(
      double[] x, List<Integer> ends, double q, Streams stream, int shuffles) {
    int reached = 0;
    double[] shuffled = x.clone();
    for (int r = 0; r < shuffles; r++) {
      System.arraycopy(x, 0, shuffled, 0, x.length);
      for (int i = 0; i + 1 < ends.size(); i++) {
        stream.shuffle(shuffled, ends.get(i), ends.get(i + 1));
      }
      reached += best(shuffled, ends).q() >= q ? 1 : 0;
    }
    return (1 + reached) / (shuffles + 1.0);
  }

  private static List<Integer> ends(TreeSet<Integer> points, int length) {
    List<Integer> ends = new ArrayList<>();
    ends.add(0);
    ends.addAll(points);
    ends.add(length);
    return ends;
  }

  /** A split; at = -1 for none. */
  private record Candidate(double q, int at) {
    static final Candidate NONE = new Candidate(Double.NEGATIVE_INFINITY, -1);
  }

  private static Candidate best(double[] x, List<Integer> ends) {
    return IntStream.range(0, ends.size() - 1)
        .mapToObj(i -> best(x, ends.get(i), ends.get(i + 1)))
        .reduce(Candidate.NONE, (a, b) -> b.q() > a.q() ? b : a);
  }

  private static Candidate best(double[] x, int from, int to) {
    int length = to - from;
    double[] left = new double[length + 1];
    double[] right = new double[length + 1];
    for (int i = 0; i < length; i++) {
      double below = 0;
      double above = 0;
      for (int j = 0; j < length; j++) {
        double distance = Math.abs(x[from + i] - x[from + j]);
        below += j < i ? distance : 0;
        above += j > i ? distance : 0;
      }
      left[i + 1] = below;
      right[i] = above;
    }
    accumulate(left, right);
    Candidate best = Candidate.NONE;
    for (int n = LEAST_SEGMENT; n + LEAST_SEGMENT <= length; n++) {
      double q = q(n, length - n, left[n], right[n], left[length]);
      best = q > best.q() ? new Candidate(q, from + n) : best;
    }
    return best;
  }

  /** left[n]: pairs among the first n points; right[n]: pairs among the others. */
  private static void accumulate(double[] left, double[] right) {
    for (int i = 1; i < left.length; i++) {
      left[i] += left[i - 1];
      right[right.length - 1 - i] += right[right.length - i];
    }
  }

  private static double q(double n, double m, double xx, double yy, double all) {
    double xy = all - xx - yy;
    return 2 / (n + m) * xy - 2 * m / ((n + m) * (n - 1)) * xx - 2 * n / ((n + m) * (m - 1)) * yy;
  }
}
