package io.slablab.coordinator.stats;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;

/**
 * The Mann-Whitney test of two unpaired samples: the rank companion of {@link Welch}. "Less" means
 * x tends to be smaller.
 */
public final class MannWhitney {
  /** Largest arm with the exact law; beyond, the normal law with tie and continuity correction. */
  private static final int EXACT_LIMIT = 50;

  private static final int EXACT_LIMIT_TIES = 25;

  private MannWhitney() {}

  /**
   * Exact where the arms are small enough, else asymptotic. Both samples need at least one value.
   */
  public static RankTest test(double[] x, double[] y) {
    int limit =
        RankLaws.tied(RankLaws.doubledMidRanks(joined(x, y))) ? EXACT_LIMIT_TIES : EXACT_LIMIT;
    return Math.max(x.length, y.length) <= limit ? exact(x, y) : asymptotic(x, y);
  }

  /** By the full law of U given the (mid-)ranks. */
  static RankTest exact(double[] x, double[] y) {
    int[] ranks = RankLaws.doubledMidRanks(joined(x, y));
    int doubledSum = 0;
    for (int i = 0; i < x.length; i++) {
      doubledSum += ranks[i];
    }
    double[] law = RankLaws.subsetLaw(ranks, x.length);
    double u = doubledSum / 2.0 - x.length * (x.length + 1) / 2.0;
    return RankTest.exact(u, RankLaws.upTo(law, doubledSum), RankLaws.from(law, doubledSum));
  }

  /** By the normal law with tie and continuity correction. */
  static RankTest asymptotic(double[] x, double[] y) {
    MannWhitneyUTest test = MannWhitneyUTest.withDefaults().with(PValueMethod.ASYMPTOTIC);
    var twoSided = test.test(x, y);
    return new RankTest(
        twoSided.getStatistic(),
        test.with(AlternativeHypothesis.LESS_THAN).test(x, y).getPValue(),
        test.with(AlternativeHypothesis.GREATER_THAN).test(x, y).getPValue(),
        twoSided.getPValue(),
        false);
  }

  private static double[] joined(double[] x, double[] y) {
    double[] all = new double[x.length + y.length];
    System.arraycopy(x, 0, all, 0, x.length);
    System.arraycopy(y, 0, all, x.length, y.length);
    return all;
  }
}
