package io.slablab.coordinator.verdict.gate;

/**
 * Which blocks of a run screen and which confirm. A function of the plan alone: whoever looked at
 * results first could choose a split that says what he wants.
 *
 * @param screen the first blocks
 * @param confirm the blocks after these; 0 where the run is too short to confirm itself
 */
public record Split(int screen, int confirm) {
  /**
   * Planned blocks from which a run confirms itself: the fewest of a screen and of a confirmation.
   */
  static final int LEAST_TO_CONFIRM = 24;

  private static final int LEAST_CONFIRMATION = 16;
  private static final int MOST_SCREEN = 16;

  static Split of(int plannedBlocks) {
    if (plannedBlocks < LEAST_TO_CONFIRM) {
      return new Split(plannedBlocks, 0);
    }
    int screen = Math.min(plannedBlocks - LEAST_CONFIRMATION, MOST_SCREEN);
    return new Split(screen, plannedBlocks - screen);
  }

  boolean confirms() {
    return confirm > 0;
  }
}
