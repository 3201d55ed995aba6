package io.slablab.coordinator.verdict.gate;

import io.slablab.coordinator.stats.Distributions;
import io.slablab.coordinator.stats.GateRule;
import io.slablab.coordinator.stats.HistoryGate;
import io.slablab.coordinator.stats.MarginTests;
import io.slablab.coordinator.stats.Multiplicity;
import io.slablab.coordinator.verdict.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tonight against the nights before, where no reference build ran beside the candidate: the error
 * is that between nights, so one stage judges all.
 */
final class Nights {
  private final GateWish wish;
  private final GateRule rule;
  private final double confidence;
  private final List<Night> nights = new ArrayList<>();

  private record Night(Subject subject, double tonight, HistoryGate gate) {}

  /**
   * @param past benefits of the nights by comparison, oldest first
   */
  Nights(
      List<Subject> subjects, Map<Subject.Key, double[]> past, GateWish wish, double confidence) {
    this.wish = wish;
    this.rule = wish.rule();
    this.confidence = confidence;
    for (Subject subject : subjects) {
      Double gain = subject.onLogs() ? subject.row().gain() : null;
      double tonight = gain == null ? Double.NaN : subject.direction() * Math.log1p(gain);
      double[] before = past.getOrDefault(subject.key(), new double[0]);
      nights.add(new Night(subject, tonight, HistoryGate.of(tonight, before)));
    }
  }

  List<GateCell> cells(boolean acceptUnsteady) {
    double[] p = nights.stream().mapToDouble(night -> pLess(night.gate())).toArray();
    double[] adjusted = Multiplicity.benjaminiHochberg(p);
    List<GateCell> cells = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      cells.add(cell(nights.get(i), adjusted[i], acceptUnsteady));
    }
    return cells;
  }

  private static double pLess(HistoryGate gate) {
    return gate instanceof HistoryGate.Compared compared ? compared.pLess() : 1;
  }

  private GateCell cell(Night night, double adjusted, boolean acceptUnsteady) {
    Subject subject = night.subject();
    CellNumbers numbers = new CellNumbers(subject, Candidate.paired(subject).all(), confidence);
    return switch (night.gate()) {
      case HistoryGate.Unknown(HistoryGate.Why why) -> {
        Reason reason = subject.incomplete() ? Reason.TRIALS_MISSING : unknown(subject, why);
        yield numbers.cell(
            TwoStages.outcome(reason),
            reason,
            "all",
            0,
            CellNumbers.Tests.NONE,
            CellNumbers.Reach.NONE);
      }
      case HistoryGate.Compared compared -> {
        Change change = new Change(night, compared);
        Reason reason = reason(change, adjusted, acceptUnsteady);
        yield numbers.cell(
            TwoStages.outcome(reason),
            reason,
            "history",
            change.gain(),
            new CellNumbers.Tests(
                null, compared.pLess(), adjusted, change.against().pNonInferior()),
            new CellNumbers.Reach(compared.sd(), change.detectable(), null, 0));
      }
    };
  }

  private static Reason unknown(Subject subject, HistoryGate.Why why) {
    return switch (why) {
      case TOO_FEW_NIGHTS -> Reason.TOO_FEW_NIGHTS;
      case BAD_VALUE -> subject.row().blocks() == 0 ? Reason.ABSENT : Reason.NO_LOG_RATIOS;
      case IDENTICAL -> Reason.IDENTICAL;
    };
  }

  private Reason reason(Change change, double adjusted, boolean acceptUnsteady) {
    Subject subject = change.night.subject();
    boolean lost =
        adjusted <= rule.q() && change.benefit() <= -MarginTests.margin(rule.leastLoss());
    boolean unsteady = subject.row().flags().contains(Flag.NOT_STEADY) && !acceptUnsteady;
    if (lost && !unsteady) {
      return Reason.LOSS_CONFIRMED;
    }
    if (subject.incomplete()) {
      return Reason.TRIALS_MISSING;
    }
    if (unsteady) {
      return Reason.NOT_STEADY;
    }
    boolean ruledOut = change.against().pNonInferior() <= wish.alpha();
    if (wish.strict()) {
      return ruledOut ? Reason.NO_LOSS_SEEN : Reason.NOT_RULED_OUT;
    }
    return ruledOut || change.detectable() <= rule.target()
        ? Reason.NO_LOSS_SEEN
        : Reason.UNDER_POWERED;
  }

  /** Tonight less the mean of the nights, with the error of a night that belongs to them. */
  private final class Change {
    private final Night night;
    private final HistoryGate.Compared compared;

    Change(Night night, HistoryGate.Compared compared) {
      this.night = night;
      this.compared = compared;
    }

    double benefit() {
      return night.tonight() - compared.mean();
    }

    private double se() {
      return compared.sd() * Math.sqrt(1 + 1.0 / compared.nights());
    }

    private int df() {
      return compared.nights() - 1;
    }

    MarginTests against() {
      return MarginTests.of(benefit(), se(), df(), rule.negligible(), rule.target());
    }

    double detectable() {
      double errors =
          Distributions.studentQuantile(1 - rule.q(), df())
              + Distributions.studentQuantile(GateRule.POWER, df());
      return -Math.expm1(-errors * se());
    }

    CellNumbers.GainOf gain() {
      double half = Distributions.studentQuantile((1 + confidence) / 2, df()) * se();
      double centre = night.subject().direction() * benefit();
      return new CellNumbers.GainOf(
          Math.expm1(centre),
          Math.expm1(centre - half),
          Math.expm1(centre + half),
          null,
          night.subject().row().blocks(),
          compared.nights());
    }
  }
}
