package io.slablab.coordinator.verdict.gate;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slablab.coordinator.verdict.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a gate says of a run; {@code gate --json} prints this record.
 *
 * @param schema {@value #SCHEMA}
 * @param method paired, between-campaigns or history
 * @param against the reference in words
 * @param confirmation campaign of the new blocks; null without one
 * @param negligible loss that does not count, d0
 * @param leastLoss loss from which an alarm is raised
 * @param family comparisons that were judged together, m
 * @param counts of outcomes
 * @param exitCode 0 passed, 3 regression, 4 inconclusive, 5 infrastructure
 * @param cells the gravest first
 * @param levels changes of levels between campaigns, for people: no outcome rests on them
 * @param notes what concerns all
 */
public record GateReport(
    String schema,
    String campaign,
    String suite,
    long seed,
    String startedAt,
    String method,
    String against,
    @Nullable String confirmation,
    GateWish wish,
    double negligible,
    double leastLoss,
    @JsonProperty("m") int family,
    Counts counts,
    Outcome outcome,
    int exitCode,
    List<GateCell> cells,
    List<Level> levels,
    List<String> notes) {
  public static final String SCHEMA = "slablab/gate/1";

  private static final Comparator<GateCell> GRAVEST_FIRST =
      Comparator.comparing(GateCell::outcome)
          .thenComparing(cell -> cell.verdict() != Verdict.BETTER);

  private static final int DONE = 0;
  private static final int REGRESSION_FOUND = 3;
  private static final int UNDECIDED = 4;
  private static final int INCOMPLETE = 5;

  public GateReport {
    cells = cells.stream().sorted(GRAVEST_FIRST).toList(); // stable: else as planned
    levels = List.copyOf(levels);
    notes = List.copyOf(notes);
  }

  public record Counts(int regression, int infrastructure, int inconclusive, int passed) {
    static Counts of(List<GateCell> cells) {
      return new Counts(
          count(cells, Outcome.REGRESSION),
          count(cells, Outcome.INFRASTRUCTURE),
          count(cells, Outcome.INCONCLUSIVE),
          count(cells, Outcome.PASSED));
    }

    private static int count(List<GateCell> cells, Outcome outcome) {
      return (int) cells.stream().filter(cell -> cell.outcome() == outcome).count();
    }
  }

  /**
   * How one variant's level changed from one campaign to another: unpaired, so that whatever
   * changed on the host is in it.
   *
   * @param change candidate / reference - 1
   */
  public record Level(
      String host,
      String cell,
      String variant,
      String metric,
      double change,
      double low,
      double high,
      double confidence,
      int blocks,
      int reference) {}

  /** Who the report is about, and what it is compared with. */
  public record Heading(
      String campaign,
      String suite,
      long seed,
      String startedAt,
      String method,
      String against,
      @Nullable String confirmation) {}

  static GateReport of(
      Heading heading,
      GateWish wish,
      List<GateCell> cells,
      List<Level> levels,
      List<String> notes) {
    Counts counts = Counts.of(cells);
    Outcome outcome =
        cells.stream().map(GateCell::outcome).min(Comparator.naturalOrder()).orElse(Outcome.PASSED);
    return new GateReport(
        SCHEMA,
        heading.campaign(),
        heading.suite(),
        heading.seed(),
        heading.startedAt(),
        heading.method(),
        heading.against(),
        heading.confirmation(),
        wish,
        wish.rule().negligible(),
        wish.rule().leastLoss(),
        cells.size(),
        counts,
        outcome,
        exitCode(outcome),
        cells,
        levels,
        notes);
  }

  private static int exitCode(Outcome outcome) {
    return switch (outcome) {
      case REGRESSION -> REGRESSION_FOUND;
      case INFRASTRUCTURE -> INCOMPLETE;
      case INCONCLUSIVE -> UNDECIDED;
      case PASSED -> DONE;
    };
  }

  /** Comparisons that new blocks would decide. */
  public Stream<GateCell> requests() {
    return cells.stream().filter(cell -> cell.requested() > 0);
  }
}
