package io.slablab.coordinator.verdict.gate;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a comparison leaves the gate as it does. */
public enum Reason {
  /** New blocks confirm what the screen flagged; by history, tonight lies below the nights. */
  LOSS_CONFIRMED,
  /** Counts that are the same in every block: no test is needed. */
  LOSS_EXACT,
  /** Failed or missing trials. */
  TRIALS_MISSING,
  /** The other campaign has no such comparison. */
  NO_REFERENCE,
  /** No value of the metric. */
  ABSENT,
  TOO_FEW_BLOCKS,
  BAD_VALUES,
  /** All blocks give the same, as no measurement does. */
  IDENTICAL,
  /** Values at or near 0. */
  NO_LOG_RATIOS,
  /** A variant still drifts after its warm-up. */
  NOT_STEADY,
  /** Flagged by the screen, and no new blocks yet. */
  NOT_CONFIRMED,
  /** Flagged, and the new blocks were too few to tell. */
  CONFIRMATION_TOO_SMALL,
  /** Not flagged, but a loss that matters could have hidden. */
  UNDER_POWERED,
  /** A strict gate wants more: the loss that matters ruled out. */
  NOT_RULED_OUT,
  /** Fewer nights than a history needs. */
  TOO_FEW_NIGHTS,
  /** Flagged, and new blocks show no such loss. */
  NOT_CONFIRMED_BY_NEW_BLOCKS,
  /** Counts that are the same in every block, and no loss that matters. */
  NO_LOSS_EXACT,
  NO_LOSS_SEEN;

  /** The word used in files. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
