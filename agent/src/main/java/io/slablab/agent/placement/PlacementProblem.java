package io.slablab.agent.placement;

/**
 * Why a layout or a core count cannot be had on a host.
 *
 * @param axis which list of the suite's placements it stands in
 * @param index its position in that list, from 0
 * @param text how the suite spells it
 * @param what what is wrong, one line
 * @param hint what would do, one line
 */
public record PlacementProblem(Axis axis, int index, String text, String what, String hint) {

  /** A list of the suite's {@code placements}. */
  public enum Axis {
    LAYOUT,
    CORES
  }

  @Override
  public String toString() {
    return what + ": " + hint;
  }
}
