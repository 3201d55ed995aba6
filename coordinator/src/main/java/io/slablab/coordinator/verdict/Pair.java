package io.slablab.coordinator.verdict;

import java.util.List;

/**
 * The baseline's and the treatment's value of one block.
 *
 * @param baseline in units of the metric; the mean of the block's trials where the baseline ran
 *     several times
 * @param treatment likewise
 * @param baselineFirst whether the first trial of the two was the baseline's
 * @param logarithms whether both values are far enough above 0 to have meaningful logarithms
 */
record Pair(
    int block, double baseline, double treatment, boolean baselineFirst, boolean logarithms) {

  double logRatio() {
    return Math.log(treatment / baseline);
  }

  static double[] baselines(List<Pair> pairs) {
    return pairs.stream().mapToDouble(Pair::baseline).toArray();
  }

  static double[] treatments(List<Pair> pairs) {
    return pairs.stream().mapToDouble(Pair::treatment).toArray();
  }

  static double[] logRatios(List<Pair> pairs) {
    return pairs.stream().mapToDouble(Pair::logRatio).toArray();
  }
}
