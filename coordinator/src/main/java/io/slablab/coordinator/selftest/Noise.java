package io.slablab.coordinator.selftest;

/**
 * What a synthetic cell's trials suffer from. Sizes are differences of logarithms: 0.01 is about
 * one per cent.
 *
 * @param iterations per trial
 * @param blockSd standard deviation of a block's log ratio by forks and iterations alone
 * @param iterationSd standard deviation of one iteration
 * @param drift of the host's level from the campaign's start to its end, within blocks too; beside
 *     it the level walks at random from block to block
 * @param modes a fork lands this much above or below its level, for its life
 * @param correlation of neighbouring iterations
 * @param disturbed share of trials that lose four block deviations on average
 * @param dip of the first iteration, forgotten over 3 iterations by the baseline and over 6 by the
 *     treatment
 */
record Noise(
    int iterations,
    double blockSd,
    double iterationSd,
    double drift,
    double modes,
    double correlation,
    double disturbed,
    double dip) {

  /** Forks and iterations differ by chance, and that is all. */
  static Noise normal(int iterations, double blockSd) {
    return new Noise(iterations, blockSd, 0.005, 0, 0, 0, 0, 0);
  }

  Noise withBlockSd(double sd) {
    return new Noise(iterations, sd, iterationSd, drift, modes, correlation, disturbed, dip);
  }

  Noise withDrift(double whole) {
    return new Noise(iterations, blockSd, iterationSd, whole, modes, correlation, disturbed, dip);
  }

  Noise withModes(double distance) {
    return new Noise(
        iterations, blockSd, iterationSd, drift, distance, correlation, disturbed, dip);
  }

  Noise withCorrelation(double lag1) {
    return new Noise(iterations, blockSd, 2 * iterationSd, drift, modes, lag1, disturbed, dip);
  }

  Noise withDisturbed(double share) {
    return new Noise(iterations, blockSd, iterationSd, drift, modes, correlation, share, dip);
  }

  Noise withDip(double depth) {
    return new Noise(iterations, blockSd, iterationSd, drift, modes, correlation, disturbed, depth);
  }

  /** Two trials, each with its iterations' part, make {@link #blockSd}. */
  double forkSd() {
    double ofIterations = iterationSd * iterationSd / iterations;
    return Math.sqrt(Math.max(0, blockSd * blockSd / 2 - ofIterations));
  }
}
