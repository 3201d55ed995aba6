package io.slablab.coordinator.verdict.gate;

import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.gate.GateReport.Heading;
import io.slablab.coordinator.verdict.gate.GateReport.Level;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The three ways to judge a run. Pure functions of what was measured. */
public final class Gate {
  public static final String PAIRED = "paired";
  public static final String BETWEEN = "between-campaigns";
  public static final String HISTORY = "history";

  private Gate() {}

  /** Treatments against the baselines of their own cells, block by block. */
  public static GateReport paired(
      Gains gains,
      Heading heading,
      GateWish wish,
      @Nullable Confirmation confirmation,
      List<String> notes) {
    List<Candidate> candidates =
        Subject.of(gains, wish.metric()).stream().map(Candidate::paired).toList();
    return staged(gains, candidates, heading, wish, confirmation, List.of(), notes);
  }

  /**
   * Gains against those of another campaign.
   *
   * @param reference the other campaign's comparison of the same, by key of ours
   * @param levels for people
   */
  public static GateReport between(
      Gains gains,
      Map<Subject.Key, Subject> reference,
      Heading heading,
      GateWish wish,
      @Nullable Confirmation confirmation,
      List<Level> levels,
      List<String> notes) {
    List<Candidate> candidates =
        Subject.of(gains, wish.metric()).stream()
            .map(subject -> Candidate.between(subject, reference.get(subject.key())))
            .toList();
    return staged(gains, candidates, heading, wish, confirmation, levels, notes);
  }

  private static GateReport staged(
      Gains gains,
      List<Candidate> candidates,
      Heading heading,
      GateWish wish,
      @Nullable Confirmation confirmation,
      List<Level> levels,
      List<String> notes) {
    TwoStages stages =
        new TwoStages(
            candidates,
            wish,
            confirmation,
            gains.settings().acceptUnsteady(),
            gains.settings().confidence());
    return GateReport.of(heading, wish, stages.cells(), levels, notes);
  }

  /**
   * Tonight's gains against those of nights before.
   *
   * @param past benefits by comparison, oldest first, of nights that compare with tonight
   */
  public static GateReport history(
      Gains gains,
      Map<Subject.Key, double[]> past,
      Heading heading,
      GateWish wish,
      List<String> notes) {
    Nights nights =
        new Nights(Subject.of(gains, wish.metric()), past, wish, gains.settings().confidence());
    return GateReport.of(
        heading, wish, nights.cells(gains.settings().acceptUnsteady()), List.of(), notes);
  }

  /** Whether comparisons of a run are confirmed by its own later blocks. */
  public static boolean confirmsItself(Gains gains, String metric) {
    return Subject.of(gains, metric).stream()
        .anyMatch(subject -> Split.of(subject.row().blocksPlanned()).confirms());
  }
}
