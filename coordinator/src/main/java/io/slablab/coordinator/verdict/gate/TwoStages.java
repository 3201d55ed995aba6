package io.slablab.coordinator.verdict.gate;

import io.slablab.coordinator.stats.GateNight;
import io.slablab.coordinator.stats.GateRule;
import io.slablab.coordinator.stats.GateSample;
import io.slablab.coordinator.stats.GateSample.Blocks;
import io.slablab.coordinator.stats.MarginTests;
import io.slablab.coordinator.stats.Power;
import io.slablab.coordinator.verdict.Flag;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Screen, then confirm: one night's comparisons and what becomes of each. Not thread-safe; made for
 * one call.
 */
final class TwoStages {
  private final List<Candidate> candidates;
  private final GateWish wish;
  private final GateRule rule;
  private final @Nullable Confirmation confirmation;
  private final boolean acceptUnsteady;
  private final double confidence;
  private final GateNight night;
  private final Map<Integer, GateSample> fresh = new HashMap<>();
  private final List<GateNight.Cell> concluded;

  /**
   * @param acceptUnsteady whether a variant that drifts may pass or fail
   * @param confidence of intervals
   */
  TwoStages(
      List<Candidate> candidates,
      GateWish wish,
      @Nullable Confirmation confirmation,
      boolean acceptUnsteady,
      double confidence) {
    this.candidates = candidates;
    this.wish = wish;
    this.rule = wish.rule();
    this.confirmation = confirmation;
    this.acceptUnsteady = acceptUnsteady;
    this.confidence = confidence;
    this.night = GateNight.screen(rule, candidates.stream().map(Candidate::screen).toList());
    for (int cell : night.flagged()) {
      candidates
          .get(cell)
          .fresh(night.confirmBlocks(cell).orElseThrow(), confirmation)
          .ifPresent(blocks -> fresh.put(cell, blocks));
    }
    this.concluded = night.conclude(fresh);
  }

  /** In the order of the candidates. */
  List<GateCell> cells() {
    List<GateCell> cells = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      cells.add(cell(i));
    }
    return cells;
  }

  private GateCell cell(int i) {
    Candidate candidate = candidates.get(i);
    GateNight.Screen screen = night.screens().get(i);
    GateNight.Cell end = concluded.get(i);
    boolean chosen = end.pValue().isPresent();
    GateSample shown = chosen ? fresh.getOrDefault(i, candidate.all()) : candidate.all();
    Reason why = reason(i);
    CellNumbers numbers = new CellNumbers(candidate.subject(), shown, confidence);
    boolean screened = screen.blocks() == Blocks.USABLE;
    boolean undecided = why == Reason.NOT_CONFIRMED || why == Reason.CONFIRMATION_TOO_SMALL;
    return numbers.cell(
        outcome(why),
        why,
        chosen ? "confirmation" : screen.flagged() ? "screen" : "all",
        candidate.reference(),
        new CellNumbers.Tests(
            screened ? screen.pValue() : null,
            boxed(end.pValue()),
            boxed(end.adjusted()),
            nonInferior(candidate).orElse(null)),
        new CellNumbers.Reach(
            screened ? screen.robustSd() : null,
            screened ? detectable(candidate.screen()) : null,
            screened ? blocksNeeded(screen.robustSd()) : null,
            undecided ? night.confirmBlocks(i).orElse(0) : 0));
  }

  private static @Nullable Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  static Outcome outcome(Reason why) {
    return switch (why) {
      case LOSS_CONFIRMED, LOSS_EXACT -> Outcome.REGRESSION;
      case TRIALS_MISSING -> Outcome.INFRASTRUCTURE;
      case NO_LOSS_SEEN, NO_LOSS_EXACT, NOT_CONFIRMED_BY_NEW_BLOCKS -> Outcome.PASSED;
      default -> Outcome.INCONCLUSIVE;
    };
  }

  private Reason reason(int i) {
    Candidate candidate = candidates.get(i);
    Subject subject = candidate.subject();
    boolean unsteady = subject.row().flags().contains(Flag.NOT_STEADY) && !acceptUnsteady;
    if (concluded.get(i).verdict() == GateNight.Verdict.REGRESSION) {
      return unsteady ? Reason.NOT_STEADY : Reason.LOSS_CONFIRMED;
    }
    if (subject.incomplete()) {
      return Reason.TRIALS_MISSING;
    }
    Optional<Reason> exact = exact(candidate);
    if (exact.isPresent()) {
      return exact.get();
    }
    if (candidate.cannot() != null) {
      return candidate.cannot();
    }
    return switch (night.screens().get(i).blocks()) {
      case TOO_FEW -> Reason.TOO_FEW_BLOCKS;
      case BAD_VALUE -> Reason.BAD_VALUES;
      case IDENTICAL -> Reason.IDENTICAL;
      case USABLE -> unsteady ? Reason.NOT_STEADY : ofUsable(i);
    };
  }

  /** Blocks that all give the same are evidence where the metric is a count, and pairs compare. */
  private Optional<Reason> exact(Candidate candidate) {
    Gains.Row row = candidate.subject().row();
    boolean counted = row.flags().contains(Flag.IDENTICAL) && row.verdict() != Verdict.INCONCLUSIVE;
    if (!counted || candidate.reference() > 0) {
      return Optional.empty();
    }
    Double gain = row.gain();
    boolean matters =
        gain == null
            || -candidate.subject().direction() * Math.log1p(gain)
                >= MarginTests.margin(rule.leastLoss());
    return Optional.of(
        row.verdict() == Verdict.WORSE && matters ? Reason.LOSS_EXACT : Reason.NO_LOSS_EXACT);
  }

  private Reason ofUsable(int i) {
    Candidate candidate = candidates.get(i);
    GateNight.Cell end = concluded.get(i);
    if (end.verdict() == GateNight.Verdict.INCONCLUSIVE) {
      return end.pValue().isPresent() ? Reason.CONFIRMATION_TOO_SMALL : Reason.NOT_CONFIRMED;
    }
    boolean ruledOut = nonInferior(candidate).filter(p -> p <= wish.alpha()).isPresent();
    if (wish.strict() && !ruledOut) {
      return Reason.NOT_RULED_OUT;
    }
    if (night.screens().get(i).flagged()) {
      return Reason.NOT_CONFIRMED_BY_NEW_BLOCKS;
    }
    boolean powered = detectable(candidate.screen()) <= rule.target();
    return powered || ruledOut ? Reason.NO_LOSS_SEEN : Reason.UNDER_POWERED;
  }

  /** Of "the loss is at least the one that matters". */
  private Optional<Double> nonInferior(Candidate candidate) {
    return candidate
        .all()
        .mean()
        .map(mean -> mean.against(rule.negligible(), rule.target()).pNonInferior());
  }

  /**
   * The loss that this screen would have flagged with the power of the gate, by design and
   * deviation, never by what was observed.
   */
  private double detectable(GateSample screen) {
    double effect = screen.detectable(GateRule.SCREEN_ALPHA, GateRule.POWER);
    return -Math.expm1(-(effect + MarginTests.margin(rule.negligible())));
  }

  /** Of a screen that would find the loss that matters. */
  private int blocksNeeded(double sd) {
    return Power.blocksFor(rule.effect(), sd, GateRule.SCREEN_ALPHA, GateRule.POWER);
  }
}
