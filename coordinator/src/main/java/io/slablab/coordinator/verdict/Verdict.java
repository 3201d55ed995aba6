package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a comparison says about its treatment. */
public enum Verdict {
  BETTER,
  WORSE,
  /** Proven to lie within the equivalence margin, not merely "not significant". */
  EQUIVALENT,
  INCONCLUSIVE;

  /** The word used in files and output. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
