package io.slablab.coordinator.stats;

/**
 * The robust companion of the t interval: a median of pairs, with an interval between two order
 * statistics of the pairs.
 *
 * @param estimate median of the Walsh averages (one sample) or of the differences y - x (two
 *     samples)
 * @param low the k-th smallest of the pairs
 * @param high the k-th largest of the pairs
 * @param achieved exact coverage of the interval for continuous (one sample: symmetric) noise
 * @param k the rank used, from 1
 */
public record HodgesLehmann(double estimate, double low, double high, double achieved, int k) {
  /** Largest sample with the exact rank law; beyond, the normal law with continuity correction. */
  private static final int EXACT_LIMIT = 50;

  /**
   * The centre of one symmetric sample.
   *
   * @param d at least one value; 95 % coverage can be reached from n = 6 (n = 5 ends at 93.75 %)
   */
  public static HodgesLehmann paired(double[] d, double confidence) {
    int n = d.length;
    PairOrder walsh = PairOrder.walsh(d);
    double sd = Math.sqrt(n * (n + 1.0) * (2 * n + 1) / 24);
    Tail tail =
        n <= EXACT_LIMIT
            ? new Exact(RankLaws.signLaw(RankLaws.untied(n)), 0)
            : new Normal(walsh.size() / 2.0, sd);
    return of(walsh, tail, confidence);
  }

  /** How much y lies above x; both samples need at least one value. */
  public static HodgesLehmann shift(double[] x, double[] y, double confidence) {
    int m = x.length;
    int n = y.length;
    double sd = Math.sqrt(m * (double) n * (m + n + 1) / 12);
    Tail tail =
        Math.max(m, n) <= EXACT_LIMIT
            ? new Exact(RankLaws.subsetLaw(RankLaws.untied(m + n), m), m * (m + 1))
            : new Normal(m * n / 2.0, sd);
    return of(PairOrder.differences(x, y), tail, confidence);
  }

  private static HodgesLehmann of(PairOrder pairs, Tail tail, double confidence) {
    long middle = (pairs.size() + 1) / 2;
    int k = (int) Math.min(Math.max(1, tail.quantile((1 - confidence) / 2)), middle);
    return new HodgesLehmann(
        pairs.median(), pairs.kth(k), pairs.kth(pairs.size() - k + 1), 1 - 2 * tail.upTo(k - 1), k);
  }

  /** The lower tail of the rank statistic's law. */
  private sealed interface Tail {
    /** The smallest q with P(X <= q) >= p. */
    int quantile(double p);

    double upTo(int q);
  }

  /** A table over doubled values, starting at {@code offset}. */
  private record Exact(double[] law, int offset) implements Tail {
    @Override
    public int quantile(double p) {
      return (RankLaws.quantile(law, p) - offset) / 2;
    }

    @Override
    public double upTo(int q) {
      return RankLaws.upTo(law, 2 * q + offset);
    }
  }

  private record Normal(double mean, double sd) implements Tail {
    @Override
    public int quantile(double p) {
      return (int) Math.ceil(mean + sd * Distributions.normalQuantile(p) - 0.5);
    }

    @Override
    public double upTo(int q) {
      return Distributions.normalCdf((q + 0.5 - mean) / sd);
    }
  }
}
