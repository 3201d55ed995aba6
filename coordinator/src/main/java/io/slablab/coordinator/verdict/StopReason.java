package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a cell of an adaptive campaign got no further block. */
public enum StopReason {
  PRECISION("precision", "narrow enough"),
  MOST_BLOCKS("max", "at the most blocks"),
  BUDGET("budget", "the budget was spent"),
  FAILURES("failures", "too many blocks failed"),
  NO_RATIO("no-ratio", "at or near 0, where no width can be told");

  private final String id;
  private final String words;

  StopReason(String id, String words) {
    this.id = id;
    this.words = words;
  }

  /** The word used in files. */
  @JsonValue
  public String id() {
    return id;
  }

  /** For reports: "stopped: ..". */
  public String words() {
    return words;
  }

  static Optional<StopReason> of(String id) {
    return Stream.of(values()).filter(reason -> reason.id.equals(id)).findFirst();
  }
}
