package io.slablab.coordinator.stats;

/**
 * The outcome of a rank test.
 *
 * @param statistic V (signed rank) or U of the first sample (Mann-Whitney)
 * @param pLess of the alternative "smaller"
 * @param pGreater of the alternative "larger"
 * @param pTwoSided min(1, 2 min(less, greater)) where exact
 * @param exact whether the p-values come from the full law given the ranks
 */
public record RankTest(
    double statistic, double pLess, double pGreater, double pTwoSided, boolean exact) {

  static RankTest exact(double statistic, double pLess, double pGreater) {
    double twoSided = Math.min(1, 2 * Math.min(pLess, pGreater));
    return new RankTest(statistic, pLess, pGreater, twoSided, true);
  }
}
