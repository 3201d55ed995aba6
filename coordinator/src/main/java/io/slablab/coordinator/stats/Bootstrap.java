package io.slablab.coordinator.stats;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Resampling intervals of the mean block log ratio. Never the headline: percentile and BCa cover
 * far too little below 30 blocks, the expanded percentile interval serves statistics without a
 * formula and as a check on the t interval.
 *
 * @param mean of the sample
 * @param percentile the plain interval
 * @param expandedAlpha the level that replaces (1 - confidence) / 2 in the expanded interval
 * @param expanded Hesterberg's interval: percentile widened by what resampling loses in small
 *     samples
 * @param z0 bias correction of BCa
 * @param acceleration of BCa
 * @param bca bias-corrected and accelerated interval
 * @param skipped resamples whose values were all equal, left out of bootstrap-t
 * @param bootstrapT interval from the resampled t statistics
 */
public record Bootstrap(
    double mean,
    Range percentile,
    double expandedAlpha,
    Range expanded,
    double z0,
    double acceleration,
    Range bca,
    int skipped,
    Range bootstrapT) {
  /**
   * Two replicates closer than this share of the sample's deviation are the same resample in
   * another order.
   */
  private static final double EQUAL = 1e-12;

  /** An interval on the log scale. */
  public record Range(double low, double high) {
    static Range between(double[] sample, double lowLevel, double highLevel) {
      double[] ends = Quantiles.type7(sample, new double[] {lowLevel, highLevel});
      return new Range(ends[0], ends[1]);
    }
  }

  /**
   * All four intervals from one set of resamples.
   *
   * @param d at least two values, not all equal
   * @param stream draws {@code d.length} bounded indices per resample
   * @param resamples how many, 9999 by custom
   */
  public static Bootstrap blocks(double[] d, Streams stream, int resamples, double confidence) {
    Replicates replicates = Replicates.draw(d, stream, resamples);
    double mean = Samples.mean(d);
    double sd = Samples.standardDeviation(d);
    double alpha = (1 - confidence) / 2;
    double expandedAlpha = expandedAlpha(d.length, confidence);
    double[] means = replicates.means;
    double z0 = biasCorrection(means, mean, EQUAL * sd);
    double acceleration = acceleration(d);
    double[] ts = replicates.studentised(mean, EQUAL * sd);
    Range t = Range.between(ts, alpha, 1 - alpha);
    double se = sd / Math.sqrt(d.length);
    return new Bootstrap(
        mean,
        Range.between(means, alpha, 1 - alpha),
        expandedAlpha,
        Range.between(means, expandedAlpha, 1 - expandedAlpha),
        z0,
        acceleration,
        bca(means, z0, acceleration, alpha),
        resamples - ts.length,
        new Range(mean - t.high() * se, mean - t.low() * se));
  }

  /** The expanded percentile interval of the mean alone. */
  public static Range expandedMean(double[] d, Streams stream, int resamples, double confidence) {
    return expanded(Replicates.draw(d, stream, resamples).means, d.length, confidence);
  }

  /**
   * The expanded percentile interval of any statistic's replicates; {@code n} is the number of
   * blocks behind them.
   */
  static Range expanded(double[] replicates, int n, double confidence) {
    double alpha = expandedAlpha(n, confidence);
    return Range.between(replicates, alpha, 1 - alpha);
  }

  private static double expandedAlpha(int n, double confidence) {
    double t = Distributions.studentQuantile((1 + confidence) / 2, n - 1);
    return Distributions.normalCdf(-Math.sqrt(n / (n - 1.0)) * t);
  }

  private static double biasCorrection(double[] means, double mean, double equal) {
    double below = 0;
    for (double m : means) {
      below += Math.abs(m - mean) <= equal ? 0.5 : m < mean ? 1 : 0;
    }
    return Distributions.normalQuantile(below / means.length);
  }

  private static double acceleration(double[] d) {
    double sum = Arrays.stream(d).sum();
    double[] jackknife = Arrays.stream(d).map(x -> (sum - x) / (d.length - 1)).toArray();
    double centre = Samples.mean(jackknife);
    double cubes = Arrays.stream(jackknife).map(j -> Math.pow(centre - j, 3)).sum();
    double squares = Arrays.stream(jackknife).map(j -> (centre - j) * (centre - j)).sum();
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  private static Range bca(double[] means, double z0, double acceleration, double alpha) {
    double z = Distributions.normalQuantile(alpha);
    ToDoubleFunction<Double> level =
        end -> Distributions.normalCdf(z0 + (z0 + end) / (1 - acceleration * (z0 + end)));
    return Range.between(means, level.applyAsDouble(z), level.applyAsDouble(-z));
  }

  /** Mean and deviation of every resample. */
  private record Replicates(double[] means, double[] deviations, int n) {

    static Replicates draw(double[] d, Streams stream, int resamples) {
      int n = d.length;
      double[] means = new double[resamples];
      double[] deviations = new double[resamples];
      double[] drawn = new double[n];
      for (int r = 0; r < resamples; r++) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
          drawn[i] = d[stream.bounded(n)];
          sum += drawn[i];
        }
        means[r] = sum / n;
        deviations[r] = deviation(drawn, means[r]);
      }
      return new Replicates(means, deviations, n);
    }

    private static double deviation(double[] drawn, double mean) {
      double squares = 0;
      for (double x : drawn) {
        squares += (x - mean) * (x - mean);
      }
      return Math.sqrt(squares / (drawn.length - 1));
    }

    double[] studentised(double mean, double smallest) {
      double[] ts = new double[means.length];
      int kept = 0;
      for (int r = 0; r < means.length; r++) {
        if (deviations[r] > smallest) {
          ts[kept++] = (means[r] - mean) / (deviations[r] / Math.sqrt(n));
        }
      }
      return Arrays.copyOf(ts, kept);
    }
  }
}
