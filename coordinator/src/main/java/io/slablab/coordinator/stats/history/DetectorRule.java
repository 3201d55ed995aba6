package io.slablab.coordinator.stats.history;

/**
 * What counts as a change.
 *
 * @param window points looked at together in the first pass
 * @param leastSegment points that a level must last
 * @param pWeak of a point that the first pass collects
 * @param pFinal of a point that the second pass keeps
 * @param leastChange of the mean, on the log scale
 */
public record DetectorRule(
    int window, int leastSegment, double pWeak, double pFinal, double leastChange) {
  /** One per cent at 1e-4, where common detectors report one quiet series out of seven. */
  public static final DetectorRule DEFAULT = new DetectorRule(50, 4, 1e-3, 1e-4, Math.log1p(0.01));
}
