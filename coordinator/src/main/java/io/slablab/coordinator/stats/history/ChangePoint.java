package io.slablab.coordinator.stats.history;

/**
 * A night on which the level changed. All values are on the log scale.
 *
 * @param index of the first point of the new level
 * @param pValue of the two segments around it, not corrected for having been looked for
 * @param before mean from the change before (or the start) to this one
 * @param after mean from here to the next change (or the end)
 * @param low lower end of Welch's 95 % interval of the change; after selection, so too narrow
 * @param high upper end
 */
public record ChangePoint(
    int index, double pValue, double before, double after, double low, double high) {

  /** after - before. */
  public double change() {
    return after - before;
  }

  /** The change as a fraction: exp(after - before) - 1. */
  public double gain() {
    return Math.expm1(change());
  }
}
