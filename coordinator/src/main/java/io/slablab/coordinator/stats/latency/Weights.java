package io.slablab.coordinator.stats.latency;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Values with weights: a histogram whose counts need not be whole. Immutable. */
public final class Weights {
  private static final Weights NOTHING = new Weights(new double[0], new double[0]);

  /** Sums of weights are equal up to this share of all. */
  private static final double ROUNDING = 1e-12;

  /** Ascending, no two equal. */
  private final double[] values;

  /** Positive; weights[i] is that of values[i]. */
  private final double[] weights;

  /** upTo[i] = sum over j <= i of weights[j]. */
  private final double[] upTo;

  private Weights(double[] values, double[] weights) {
    this.values = values;
    this.weights = weights;
    this.upTo = weights.clone();
    for (int i = 1; i < upTo.length; i++) {
      upTo[i] += upTo[i - 1];
    }
  }

  /** Every value of a sample once. */
  public static Weights of(double[] sample) {
    SortedMap<Double, Double> counts = new TreeMap<>();
    Arrays.stream(sample).forEach(v -> counts.merge(v, 1.0, Double::sum));
    return of(counts);
  }

  /** Counts by value; what is not positive does not count. */
  public static Weights of(SortedMap<Double, Double> counts) {
    SortedMap<Double, Double> positive = new TreeMap<>(counts);
    positive.values().removeIf(count -> !(count > 0));
    return new Weights(array(positive.keySet()), array(positive.values()));
  }

  private static double[] array(Collection<Double> numbers) {
    return numbers.stream().mapToDouble(x -> x).toArray();
  }

  /** A histogram's counts at the highest value of each bucket. */
  public static Weights of(Histogram histogram) {
    SortedMap<Double, Double> counts = new TreeMap<>();
    for (HistogramIterationValue bucket : histogram.recordedValues()) {
      counts.put(
          (double) bucket.getValueIteratedTo(), (double) bucket.getCountAddedInThisIterationStep());
    }
    return of(counts);
  }

  /** Trials as one; empty ones weigh nothing. */
  public static Weights merged(List<Weights> trials, Weighting weighting) {
    Weights merged = NOTHING;
    for (Weights trial : trials) {
      merged = merged.plus(trial, weighting == Weighting.BY_COUNT ? 1 : 1 / trial.total());
    }
    return merged;
  }

  private Weights plus(Weights other, double share) {
    double[] both = new double[values.length + other.values.length];
    double[] sums = new double[both.length];
    int n = 0;
    int i = 0;
    int j = 0;
    while (i < values.length || j < other.values.length) {
      double mine = i < values.length ? values[i] : Double.POSITIVE_INFINITY;
      double theirs = j < other.values.length ? other.values[j] : Double.POSITIVE_INFINITY;
      both[n] = Math.min(mine, theirs);
      if (i < values.length && mine <= theirs) {
        sums[n] += weights[i++];
      }
      if (j < other.values.length && theirs <= mine) {
        sums[n] += share * other.weights[j++];
      }
      n++;
    }
    return new Weights(Arrays.copyOf(both, n), Arrays.copyOf(sums, n));
  }

  /** Sum of all weights. */
  public double total() {
    return upTo.length == 0 ? 0 : upTo[upTo.length - 1];
  }

  /** The smallest value whose cumulative weight reaches p of the total; NaN of nothing. */
  public double quantile(double p) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double wanted = p * total() * (1 - ROUNDING);
    int i = Arrays.binarySearch(upTo, wanted);
    return values[i >= 0 ? i : Math.min(-i - 1, values.length - 1)];
  }

  /**
   * What a closed loop missed: beside every value v also v - e, v - 2 e, .. while at least e, each
   * of v's weight. For imports only; an open loop that measures from intended starts misses
   * nothing.
   *
   * @param expectedInterval e between requests, positive
   */
  public Weights backfilled(double expectedInterval) {
    SortedMap<Double, Double> all = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      all.merge(values[i], weights[i], Double::sum);
      double missed = values[i] - expectedInterval;
      while (missed >= expectedInterval) {
        all.merge(missed, weights[i], Double::sum);
        missed -= expectedInterval;
      }
    }
    return of(all);
  }

  /** Values in ascending order, each as often as its (whole) weight. */
  double[] expanded() {
    double[] all = new double[(int) Math.round(total())];
    int from = 0;
    for (int i = 0; i < values.length; i++) {
      int to = (int) Math.round(upTo[i]);
      Arrays.fill(all, from, to, values[i]);
      from = to;
    }
    return all;
  }
}
