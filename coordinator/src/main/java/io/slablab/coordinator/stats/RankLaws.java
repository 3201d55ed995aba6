package io.slablab.coordinator.stats;

import java.util.Arrays;

/**
 * Mid-ranks, and the exact laws of rank sums given those ranks.
 *
 * <p>Ranks are carried doubled, so that the mid-rank of a tie is a whole number and every law is a
 * table over whole numbers.
 */
final class RankLaws {
  private RankLaws() {}

  /** Doubled mid-ranks of the values, in the order of the values. */
  static int[] doubledMidRanks(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int[] ranks = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      int below = lowerBound(sorted, values[i]);
      int upTo = below;
      while (upTo < sorted.length && sorted[upTo] == values[i]) {
        upTo++;
      }
      ranks[i] = below + 1 + upTo;
    }
    return ranks;
  }

  private static int lowerBound(double[] sorted, double value) {
    int i = 0;
    while (sorted[i] != value) {
      i++;
    }
    return i;
  }

  static boolean tied(int[] doubledRanks) {
    return Arrays.stream(doubledRanks).distinct().count() < doubledRanks.length;
  }

  /** The doubled ranks 2, 4, .., 2n of n values without ties. */
  static int[] untied(int n) {
    int[] ranks = new int[n];
    Arrays.setAll(ranks, i -> 2 * (i + 1));
    return ranks;
  }

  /** p[v] = P(doubled sum of the ranks with a positive sign = v), every sign by a fair coin. */
  static double[] signLaw(int[] doubledRanks) {
    double[] p = new double[Arrays.stream(doubledRanks).sum() + 1];
    p[0] = 1;
    int reach = 0;
    for (int rank : doubledRanks) {
      reach += rank;
      for (int v = reach; v >= 0; v--) {
        p[v] = p[v] / 2 + (v >= rank ? p[v - rank] / 2 : 0);
      }
    }
    return p;
  }

  /** p[v] = P(doubled rank sum of a random subset of the given size = v). */
  static double[] subsetLaw(int[] doubledRanks, int size) {
    int[] descending = doubledRanks.clone();
    Arrays.sort(descending);
    int top = 0;
    for (int i = 0; i < size; i++) {
      top += descending[descending.length - 1 - i];
    }
    // After k ranks, share[j][v] = P(a random k-subset process chose j of them with sum v): each
    // rank is taken with
    // probability (size - j) / (ranks left), which makes every subset of the wanted size equally
    // likely.
    double[][] share = new double[size + 1][top + 1];
    share[0][0] = 1;
    for (int k = 0; k < descending.length; k++) {
      int left = descending.length - k;
      for (int j = Math.min(k, size); j >= 0; j--) {
        take(share, j, descending[k], Math.min(1, (size - j) / (double) left));
      }
    }
    return share[size];
  }

  private static void take(double[][] share, int chosen, int rank, double probability) {
    double[] from = share[chosen];
    for (int v = 0; v < from.length; v++) {
      double mass = from[v];
      if (mass != 0) {
        from[v] = mass * (1 - probability);
        if (probability > 0) {
          share[chosen + 1][v + rank] += mass * probability;
        }
      }
    }
  }

  /** P(X <= v). */
  static double upTo(double[] law, int v) {
    double sum = 0;
    for (int i = 0; i <= v && i < law.length; i++) {
      sum += law[i];
    }
    return Math.min(1, sum);
  }

  /** P(X >= v). */
  static double from(double[] law, int v) {
    double sum = 0;
    for (int i = law.length - 1; i >= v && i >= 0; i--) {
      sum += law[i];
    }
    return Math.min(1, sum);
  }

  /** The smallest v with P(X <= v) >= p. */
  static int quantile(double[] law, double p) {
    double sum = 0;
    for (int v = 0; v < law.length; v++) {
      sum += law[v];
      if (sum >= p) {
        return v;
      }
    }
    return law.length - 1;
  }
}
