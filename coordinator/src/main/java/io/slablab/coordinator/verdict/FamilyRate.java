package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.Multiplicity;
import io.slablab.coordinator.stats.Power;
import java.util.HashMap;
import java.util.Map;

/**
 * The size of a family and the error rates that follow from it. Caches, so it belongs to one
 * thread.
 */
final class FamilyRate {
  private final int hypotheses;
  private final int significant;
  private final double q;
  private final Map<Integer, Double> detectable = new HashMap<>();

  FamilyRate(int hypotheses, int significant, double q) {
    this.hypotheses = hypotheses;
    this.significant = significant;
    this.q = q;
  }

  /** The level at which one hypothesis of the table is sure to be counted, q / m. */
  double alpha() {
    return q / hypotheses;
  }

  /** See {@link Power#detectableStandardErrors}; one slow integral per number of blocks. */
  double detectableStandardErrors(int blocks, double power) {
    return detectable.computeIfAbsent(
        blocks, n -> Power.detectableStandardErrors(n, alpha(), power));
  }

  /** The confidence of intervals shown because they are significant. */
  double selectedConfidence() {
    return Multiplicity.selectedConfidence(significant, hypotheses, q).orElse(1 - q);
  }
}
