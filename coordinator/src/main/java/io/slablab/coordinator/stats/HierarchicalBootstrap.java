package io.slablab.coordinator.stats;

/**
 * Resampling of whole blocks with their trials, for statistics that have no formula. The statistic
 * here is the mean over blocks of ln(mean of the treatment's iterations / mean of the baseline's).
 *
 * <p>Each replicate draws n blocks with replacement and keeps their trials as they are. The
 * two-level form redraws the iterations of each drawn trial as well, baseline first; that counts
 * iteration noise twice and is kept for comparison.
 *
 * @param mean of the replicates
 * @param sd of the replicates
 * @param percentile plain percentile interval
 * @param expanded the interval to use
 */
public record HierarchicalBootstrap(
    double mean, double sd, Bootstrap.Range percentile, Bootstrap.Range expanded) {

  /**
   * @param baseline iterations of the baseline's trial of each block, all positive
   * @param treatment iterations of the treatment's trial of each block, all positive
   */
  public static HierarchicalBootstrap of(
      double[][] baseline,
      double[][] treatment,
      Streams stream,
      int resamples,
      double confidence,
      boolean twoLevel) {
    int n = baseline.length;
    double[] replicates = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        int block = stream.bounded(n);
        double base = trialMean(baseline[block], stream, twoLevel);
        double treat = trialMean(treatment[block], stream, twoLevel);
        sum += Math.log(treat / base);
      }
      replicates[r] = sum / n;
    }
    double alpha = (1 - confidence) / 2;
    return new HierarchicalBootstrap(
        Samples.mean(replicates),
        Samples.standardDeviation(replicates),
        Bootstrap.Range.between(replicates, alpha, 1 - alpha),
        Bootstrap.expanded(replicates, n, confidence));
  }

  private static double trialMean(double[] iterations, Streams stream, boolean redraw) {
    double sum = 0;
    for (int i = 0; i < iterations.length; i++) {
      sum += iterations[redraw ? stream.bounded(iterations.length) : i];
    }
    return sum / iterations.length;
  }
}
