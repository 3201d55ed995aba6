package io.slablab.coordinator.stats;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Where the noise of one arm comes from (on logarithms of the iterations).
 *
 * @param s1 mean variance inside a trial
 * @param s2 variance of the trial means
 * @param t2 variance between trials proper: s2 - s1 / k; may be negative
 */
public record VarianceComponents(double s1, double s2, double t2) {
  private static final int LEAST_ITERATIONS = 10;
  private static final int MOST_ITERATIONS = 200;

  /** Of at least two trials of k >= 2 iterations each. */
  public static VarianceComponents of(double[][] trials) {
    int k = trials[0].length;
    double s1 = Samples.mean(Arrays.stream(trials).mapToDouble(Samples::variance).toArray());
    double s2 = Samples.variance(Arrays.stream(trials).mapToDouble(Samples::mean).toArray());
    return new VarianceComponents(s1, s2, s2 - s1 / k);
  }

  /**
   * The iterations per trial that buy most precision for the time (Kalibera and Jones 2013), before
   * clamping; empty when trials do not differ beyond their iterations, so that more iterations
   * always pay.
   *
   * @param iterationCost time of one more iteration
   * @param trialCost time of one more trial, start and warm-up, in the same unit
   */
  public OptionalInt optimalIterations(double iterationCost, double trialCost) {
    return t2 <= 0
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.ceil(Math.sqrt(trialCost / iterationCost * s1 / t2)));
  }

  /** {@link #optimalIterations} held inside [10, 200]. */
  public int plannedIterations(double iterationCost, double trialCost) {
    int wanted = optimalIterations(iterationCost, trialCost).orElse(MOST_ITERATIONS);
    return Math.clamp(wanted, LEAST_ITERATIONS, MOST_ITERATIONS);
  }
}
