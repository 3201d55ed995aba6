package io.slablab.coordinator.verdict;

/**
 * The constants of a decision. Fractions: 0.01 is one per cent.
 *
 * @param confidence of every interval
 * @param q false discovery rate of a family
 * @param negligible a change up to this does not count
 * @param equivalence variants within this are the same
 * @param minEffect a change below this is never called better or worse
 * @param targetEffect the loss that "blocks needed" refers to
 * @param power of the minimum detectable effect
 * @param minBlocks fewest blocks that carry an interval
 * @param driftTolerance change within a trial that still counts as steady
 * @param maxInvalid share of failed blocks above which a cell is inconclusive
 * @param inflation of standard errors where blocks were added until the interval was narrow; else 1
 * @param acceptUnsteady give verdicts on variants that still drift
 * @param resamples of the bootstrap
 */
public record Settings(
    double confidence,
    double q,
    double negligible,
    double equivalence,
    double minEffect,
    double targetEffect,
    double power,
    int minBlocks,
    double driftTolerance,
    double maxInvalid,
    double inflation,
    boolean acceptUnsteady,
    int resamples) {

  public static Settings defaults() {
    return new Settings(0.95, 0.05, 0.005, 0.02, 0.01, 0.03, 0.90, 5, 0.005, 0.20, 1, false, 9999);
  }

  /** For campaigns whose cells ended by the stop rule: 1.04. */
  public Settings withInflation(double factor) {
    return with(confidence, factor, resamples);
  }

  /** With another number of bootstrap resamples; they flag skewed blocks and decide nothing. */
  public Settings withResamples(int count) {
    return with(confidence, inflation, count);
  }

  Settings withConfidence(double level) {
    return with(level, inflation, resamples);
  }

  private Settings with(double level, double factor, int count) {
    return new Settings(
        level,
        q,
        negligible,
        equivalence,
        minEffect,
        targetEffect,
        power,
        minBlocks,
        driftTolerance,
        maxInvalid,
        factor,
        acceptUnsteady,
        count);
  }
}
