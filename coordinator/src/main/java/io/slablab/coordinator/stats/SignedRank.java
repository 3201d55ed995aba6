package io.slablab.coordinator.stats;

import java.util.Arrays;

/**
 * Wilcoxon's one-sample signed-rank test. Zeros are dropped, ties share mid-ranks, V is the rank
 * sum of the positive values. Exact for every symmetric noise, which random order inside blocks
 * gives.
 */
public final class SignedRank {
  /**
   * Largest sample with the exact law; beyond, the normal law with tie and continuity correction.
   */
  private static final int EXACT_LIMIT = 50;

  private static final int EXACT_LIMIT_TIES = 25;

  private SignedRank() {}

  /**
   * @param x values, any number; with none left after dropping zeros every p is 1
   * @param shift subtracted from every value first, so that "V is small" means "below the shift"
   */
  public static RankTest test(double[] x, double shift) {
    double[] kept =
        Arrays.stream(x).map(value -> value - shift).filter(value -> value != 0).toArray();
    int[] ranks = RankLaws.doubledMidRanks(Arrays.stream(kept).map(Math::abs).toArray());
    int doubledV = 0;
    for (int i = 0; i < kept.length; i++) {
      doubledV += kept[i] > 0 ? ranks[i] : 0;
    }
    boolean exact = kept.length <= (RankLaws.tied(ranks) ? EXACT_LIMIT_TIES : EXACT_LIMIT);
    return exact ? exact(doubledV, ranks) : asymptotic(doubledV / 2.0, ranks);
  }

  private static RankTest exact(int doubledV, int[] ranks) {
    double[] law = RankLaws.signLaw(ranks);
    return RankTest.exact(
        doubledV / 2.0, RankLaws.upTo(law, doubledV), RankLaws.from(law, doubledV));
  }

  private static RankTest asymptotic(double v, int[] ranks) {
    double mean = Arrays.stream(ranks).sum() / 4.0;
    double sd = Math.sqrt(Arrays.stream(ranks).mapToDouble(r -> r * (double) r).sum() / 16);
    double less = Distributions.normalCdf((v - mean + 0.5) / sd);
    double greater = Distributions.normalCdf((mean - v + 0.5) / sd);
    return new RankTest(v, less, greater, Math.min(1, 2 * Math.min(less, greater)), false);
  }
}
