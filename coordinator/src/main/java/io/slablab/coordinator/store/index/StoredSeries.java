package io.slablab.coordinator.store.index;

import java.util.List;

/**
 * One variant's gain on one metric of one cell, night by night, on hosts of one comparability key.
 *
 * @param nights in the order of their start
 * @param logGain ln(1 + gain) of each night; NaN where there is none
 * @param logBaseline ln of the baseline's level; NaN where there is none
 */
public record StoredSeries(
    Key key,
    boolean higherIsBetter,
    boolean simulated,
    List<Night> nights,
    double[] logGain,
    double[] logBaseline) {

  /**
   * @param hostKey empty where the runs do not tell
   */
  public record Key(
      String suite, String host, String cell, String variant, String metric, String hostKey) {}

  /**
   * A campaign of the history.
   *
   * @param order place among the campaigns of all suites, by start
   */
  public record Night(
      int order,
      String run,
      String suite,
      String startedAt,
      String label,
      String toolVersion,
      String directory) {}

  public StoredSeries {
    nights = List.copyOf(nights);
  }

  /** How many nights have a gain. */
  public int points() {
    int points = 0;
    for (double gain : logGain) {
      points += Double.isFinite(gain) ? 1 : 0;
    }
    return points;
  }
}
