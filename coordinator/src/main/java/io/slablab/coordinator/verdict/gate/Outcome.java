package io.slablab.coordinator.verdict.gate;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a comparison leaves the gate, the gravest first. */
public enum Outcome {
  /** A loss, seen by the screen and proven on blocks that the screen did not see. */
  REGRESSION,
  /** Trials failed or never ran, and what there is shows no loss. */
  INFRASTRUCTURE,
  /** Too little is known: not confirmed yet, or a loss could have hidden. */
  INCONCLUSIVE,
  PASSED;

  /** The word used in files and output. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
