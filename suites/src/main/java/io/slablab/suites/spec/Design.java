package io.slablab.suites.spec;

/**
 * How often and in which order.
 *
 * @param minBlocks fewest blocks of a cell
 * @param maxBlocks most blocks of a cell; counts with a target only
 * @param target half-width of the interval that is precise enough, as a share (0.01 is 1 %); 0 for
 *     none: every cell ends with its fewest blocks
 * @param budgetNs longest campaign in nanoseconds, 0 for no limit; no block is added beyond
 * @param seed of the order of cells and variants
 * @param nullCells whether the baseline runs twice per block in some cells, the second time under
 *     the name {@link Suite#twin}: what its interval says is the campaign's own noise
 */
public record Design(
    int minBlocks, int maxBlocks, double target, long budgetNs, long seed, boolean nullCells) {

  /** Whether cells get blocks until their intervals are narrow. */
  public boolean adaptive() {
    return target > 0 && maxBlocks > minBlocks;
  }
}
