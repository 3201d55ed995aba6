package io.slablab.coordinator.stats;

import java.util.Arrays;
import java.util.List;

/**
 * How many iterations at the start of every trial of a cell are warm-up, and whether what remains
 * is steady.
 *
 * <p>One trial is too noisy to judge by, so the shape comes from the median over trials: the
 * <em>profile</em> of a variant. MSER-5 cuts each variant's profile, and the longest cut is applied
 * to all trials of the cell.
 */
public final class Warmup {
  private static final int BATCH = 5;

  /** Share of the iterations that is always cut. */
  private static final double FLOOR = 0.20;

  /** Shorter series are cut by the floor alone. */
  private static final int SHORTEST_PROFILE = 20;

  private Warmup() {}

  /**
   * What MSER found in one series.
   *
   * @param drop values to cut from the front
   * @param batch index of the first batch kept
   * @param capped the best cut was the last one allowed: the series may still be warming up
   * @param score the minimised squared standard error
   */
  public record Truncation(int drop, int batch, boolean capped, double score) {}

  /**
   * The common cut of a cell.
   *
   * @param drop iterations to cut from the front of every trial
   * @param perVariant what each variant's profile asked for; empty when the series are too short to
   *     ask
   * @param capped whether a profile's cut was the last one allowed
   */
  public record Cut(int drop, List<Integer> perVariant, boolean capped) {}

  /**
   * The change of level over the kept iterations of a variant, as a gain: 0.01 is one per cent up.
   *
   * @param drift exp(mean over trials of ln(mean of the last third / mean of the first third)) - 1
   */
  public record Drift(double drift, double low, double high) {
    /** Whether the whole interval lies beyond the tolerance, a fraction. */
    public boolean beyond(double tolerance) {
      return low > tolerance || high < -tolerance;
    }
  }

  /** The median log profile of a variant's trials; rows of one length, all values positive. */
  public static double[] profile(List<double[]> trials) {
    List<double[]> centred = trials.stream().map(Warmup::centredLogs).toList();
    double[] profile = new double[centred.getFirst().length];
    Arrays.setAll(
        profile, i -> Quantiles.median(centred.stream().mapToDouble(trial -> trial[i]).toArray()));
    return profile;
  }

  private static double[] centredLogs(double[] trial) {
    double[] logs = Arrays.stream(trial).map(Math::log).toArray();
    double centre = Quantiles.median(logs);
    return Arrays.stream(logs).map(x -> x - centre).toArray();
  }

  /** MSER (White 1997) on batch means; at most half of the batches are cut. */
  public static Truncation mser(double[] y, int batchSize) {
    int batches = y.length / batchSize;
    int lead = y.length - batches * batchSize;
    double[] z = new double[batches];
    Arrays.setAll(
        z,
        j -> Samples.mean(Arrays.copyOfRange(y, lead + j * batchSize, lead + (j + 1) * batchSize)));
    int last = batches / 2;
    int best = 0;
    double lowest = Double.POSITIVE_INFINITY;
    for (int j = 0; j <= last && j < batches; j++) {
      double[] rest = Arrays.copyOfRange(z, j, batches);
      double mean = Samples.mean(rest);
      double score =
          Arrays.stream(rest).map(x -> (x - mean) * (x - mean)).sum() / rest.length / rest.length;
      if (score < lowest) {
        lowest = score;
        best = j;
      }
    }
    int drop = best == 0 ? 0 : lead + batchSize * best;
    return new Truncation(drop, best, best == last, lowest);
  }

  /**
   * The cut of a cell.
   *
   * @param variants the trials of each variant, baseline first; every trial holds the same number
   *     of iterations
   */
  public static Cut cut(List<List<double[]>> variants) {
    int k = variants.getFirst().getFirst().length;
    if (k <= 1) {
      return new Cut(0, List.of(), false);
    }
    int floor = (int) Math.ceil(FLOOR * k);
    if (k < SHORTEST_PROFILE) {
      return new Cut(floor, List.of(), false);
    }
    List<Truncation> found = variants.stream().map(v -> mser(profile(v), BATCH)).toList();
    List<Integer> drops = found.stream().map(Truncation::drop).toList();
    int longest = drops.stream().mapToInt(d -> d).max().orElse(0);
    boolean capped = found.stream().anyMatch(Truncation::capped);
    return new Cut(Math.min(k / 2, Math.max(floor, longest)), drops, capped);
  }

  /**
   * The drift of a variant with its t interval over trials.
   *
   * @param kept the iterations after the cut; at least two trials of at least three iterations
   */
  public static Drift drift(List<double[]> kept, double confidence) {
    double[] e = kept.stream().mapToDouble(Warmup::change).toArray();
    double mean = Samples.mean(e);
    double t = Distributions.studentQuantile((1 + confidence) / 2, e.length - 1);
    double halfWidth = t * Samples.standardDeviation(e) / Math.sqrt(e.length);
    return new Drift(Math.expm1(mean), Math.expm1(mean - halfWidth), Math.expm1(mean + halfWidth));
  }

  private static double change(double[] kept) {
    int third = kept.length / 3;
    double first = Samples.mean(Arrays.copyOf(kept, third));
    double last = Samples.mean(Arrays.copyOfRange(kept, kept.length - third, kept.length));
    return Math.log(last / first);
  }

  /**
   * Lag-1 autocorrelation r; k iterations are worth k (1 - r) / (1 + r) independent ones. 0 where
   * nothing varies.
   */
  public static double lag1(double[] x) {
    double mean = Samples.mean(x);
    double products = 0;
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      squares += (x[i] - mean) * (x[i] - mean);
      products += i == 0 ? 0 : (x[i] - mean) * (x[i - 1] - mean);
    }
    return squares == 0 ? 0 : products / squares;
  }
}
