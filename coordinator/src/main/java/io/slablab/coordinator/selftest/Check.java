package io.slablab.coordinator.selftest;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * One measured share.
 *
 * @param kind coverage, false-alarm or power
 * @param scenario in words
 * @param blocks per cell; 0 where cells differ
 * @param hits intervals that cover, nights with an alarm, or losses found
 * @param tries intervals, nights or losses
 * @param share hits / tries
 * @param least end of the promised band; 0 for none
 * @param most end of the promised band; 1 for none
 */
public record Check(
    Kind kind,
    String scenario,
    int blocks,
    int hits,
    int tries,
    double share,
    double least,
    double most,
    Result result) {
  /** A share outside is put down to chance unless chance is this unlikely. */
  private static final double CHANCE = 0.001;

  /** What is counted. */
  public enum Kind {
    COVERAGE,
    FALSE_ALARM,
    POWER;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What a share says of its band. */
  public enum Result {
    INSIDE,
    /** Outside, and so many tries may do that by chance. */
    BY_CHANCE,
    OUTSIDE;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static Check of(
      Kind kind, String scenario, int blocks, int hits, int tries, double least, double most) {
    return new Check(
        kind,
        scenario,
        blocks,
        hits,
        tries,
        (double) hits / tries,
        least,
        most,
        result(hits, tries, least, most));
  }

  private static Result result(int hits, int tries, double least, double most) {
    double share = (double) hits / tries;
    if (share >= least && share <= most) {
      return Result.INSIDE;
    }
    boolean low = share < least;
    double p =
        BinomialTest.withDefaults()
            .with(low ? AlternativeHypothesis.LESS_THAN : AlternativeHypothesis.GREATER_THAN)
            .test(tries, hits, low ? least : most)
            .getPValue();
    return p < CHANCE ? Result.OUTSIDE : Result.BY_CHANCE;
  }
}
