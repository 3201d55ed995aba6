package io.slablab.coordinator.verdict;

/**
 * Short codes of what is doubtful about a comparison. The sentence that explains it stands in the
 * warnings.
 */
public enum Flag {
  /** Fewer blocks than an interval needs. */
  TOO_FEW_BLOCKS,
  /** All blocks give the same value. */
  IDENTICAL,
  /** No trial has this metric. */
  ABSENT,
  /** Planned trials failed or never ran. */
  INCOMPLETE,
  /** No block holds both variants: what drifted on the host is in the gain. */
  UNPAIRED,
  /** More failed blocks than a cell can bear. */
  INVALID,
  /** One variant fails more often than the other. */
  BIASED_INVALID,
  /** A variant still drifts after the cut. */
  NOT_STEADY,
  /** Values at or near 0: ratio of means instead of log ratios. */
  NEAR_ZERO,
  /** The baseline or the treatment cannot be told from 0. */
  RATIO_UNDEFINED,
  /** Blocks with the baseline first differ from the others. */
  ORDER_EFFECT,
  /** Blocks far from the rest. */
  OUTLIERS,
  /** The robust estimate disagrees with the headline. */
  OUTLIER_DRIVEN,
  /** The bootstrap interval disagrees with the headline. */
  SKEWED,
  /** The ratio of arithmetic means disagrees with the headline. */
  ESTIMAND_SPREAD,
  /** Histogram buckets are wider than half of the half-width. */
  RESOLUTION,
  /** Too few samples beyond the quantile. */
  FEW_TAIL_SAMPLES,
  /** Latency of a closed loop: waiting before an operation starts is not in it. */
  CO_RISK
}
