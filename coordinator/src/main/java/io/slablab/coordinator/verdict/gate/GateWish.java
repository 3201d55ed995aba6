package io.slablab.coordinator.verdict.gate;

import io.slablab.coordinator.stats.GateRule;

/**
 * What a user wants to be guarded.
 *
 * @param metric id
 * @param regression smallest loss that matters, a fraction; found with 90 % power
 * @param alpha rate of false alarms of a night
 * @param strict whether a comparison passes only where a loss of that size is ruled out
 */
public record GateWish(String metric, double regression, double alpha, boolean strict) {

  GateRule rule() {
    return GateRule.of(regression, alpha);
  }
}
