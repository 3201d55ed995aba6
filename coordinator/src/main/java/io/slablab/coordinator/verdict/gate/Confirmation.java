package io.slablab.coordinator.verdict.gate;

import java.util.Map;

/**
 * New blocks of what a screen flagged, from a campaign of their own.
 *
 * @param campaign who measured them
 * @param benefits by comparison, in block order, positive is better
 */
public record Confirmation(String campaign, Map<Subject.Key, double[]> benefits) {
  public Confirmation {
    benefits = Map.copyOf(benefits);
  }

  /** In block order; none for who was not asked for. */
  double[] of(Subject.Key key) {
    return benefits.getOrDefault(key, new double[0]);
  }
}
