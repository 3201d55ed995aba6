package io.slablab.coordinator.stats.latency;

/** What counts the same when trials are merged. */
public enum Weighting {
  /** Every trial, however many requests it served. */
  EQUAL_TRIALS,
  /** Every request. */
  BY_COUNT
}
