package io.slablab.coordinator.verdict;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The campaign in a few lines: verdict.json is this record.
 *
 * @param schema {@value #SCHEMA}
 * @param counts over all families
 * @param families per metric
 * @param planned trials of the plan
 * @param missing planned trials that neither finished nor failed
 * @param gate metric that decides about a regression; null without a gate
 * @param exitCode suggested: 0 done, 3 regression on the gate's metric, 5 results incomplete
 * @param reason the exit code in words
 * @param gated what {@code gate} said last; null where nobody asked
 */
public record Summary(
    String schema,
    String campaign,
    String suite,
    long seed,
    double q,
    Counts counts,
    List<Gains.Family> families,
    int planned,
    int done,
    int failed,
    int missing,
    @Nullable String gate,
    int exitCode,
    String reason,
    @Nullable Gated gated) {
  public static final String SCHEMA = "slablab/verdict/1";

  private static final int DONE = 0;
  private static final int REGRESSION = 3;
  private static final int INFRASTRUCTURE = 5;

  public record Counts(int better, int worse, int equivalent, int inconclusive) {}

  /**
   * @param gate id of the metric whose regressions fail the run; empty where the suite has no gate
   */
  public static Summary of(Gains gains, Optional<String> gate) {
    int planned = gains.cells().stream().mapToInt(c -> c.trials().planned()).sum();
    int done = gains.cells().stream().mapToInt(c -> c.trials().done()).sum();
    int failed = gains.cells().stream().mapToInt(c -> c.trials().failed()).sum();
    int missing = gains.cells().stream().mapToInt(c -> c.trials().missing()).sum();
    long regressions = regressions(gains, gate);
    boolean incomplete = failed + missing > 0;
    return new Summary(
        SCHEMA,
        gains.campaign(),
        gains.suite(),
        gains.seed(),
        gains.settings().q(),
        count(gains.families()),
        gains.families(),
        planned,
        done,
        failed,
        missing,
        gate.orElse(null),
        regressions > 0 ? REGRESSION : incomplete ? INFRASTRUCTURE : DONE,
        regressions > 0
            ? "regression: comparisons of %2$s that are worse: %1$d"
                .formatted(regressions, gate.orElse(""))
            : incomplete
                ? "results incomplete: failed trials: %d, not run: %d".formatted(failed, missing)
                : "done",
        null);
  }

  /**
   * The outcome of a gate.
   *
   * @param outcome regression, infrastructure, inconclusive or passed
   * @param method how it was judged
   * @param against the reference in words
   * @param confirmation campaign of the new blocks; null without one
   */
  public record Gated(
      String outcome, String method, String against, @Nullable String confirmation, int exitCode) {
    private static final String PASSED = "passed";

    public boolean passed() {
      return outcome.equals(PASSED);
    }
  }

  /** The same, with what a gate said. */
  public Summary gated(Gated said) {
    return new Summary(
        schema, campaign, suite, seed, q, counts, families, planned, done, failed, missing, gate,
        exitCode, reason, said);
  }

  private static long regressions(Gains gains, Optional<String> gate) {
    return gains.rows().stream()
        .filter(row -> gate.filter(row.metric()::equals).isPresent())
        .filter(row -> row.verdict() == Verdict.WORSE)
        .count();
  }

  private static Counts count(List<Gains.Family> families) {
    return new Counts(
        families.stream().mapToInt(Gains.Family::better).sum(),
        families.stream().mapToInt(Gains.Family::worse).sum(),
        families.stream().mapToInt(Gains.Family::equivalent).sum(),
        families.stream().mapToInt(Gains.Family::inconclusive).sum());
  }
}
