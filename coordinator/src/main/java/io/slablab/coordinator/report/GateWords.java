package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.gate.Gate;
import io.slablab.coordinator.verdict.gate.GateCell;
import io.slablab.coordinator.verdict.gate.GateReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A gate's report in words that all its texts share. ASCII. */
final class GateWords {
  private GateWords() {}

  static String counts(GateReport report) {
    GateReport.Counts counts = report.counts();
    return "%d regression%s, %d infrastructure, %d inconclusive, %d passed"
        .formatted(
            counts.regression(),
            counts.regression() == 1 ? "" : "s",
            counts.infrastructure(),
            counts.inconclusive(),
            counts.passed());
  }

  /** What the numbers rest on. */
  static String settings(GateReport report) {
    String blocks =
        switch (report.method()) {
          case Gate.PAIRED -> "blocks paired";
          case Gate.HISTORY -> "HISTORY, tonight against nights";
          default -> "BETWEEN CAMPAIGNS, Welch on blocks";
        };
    return "%s, family of m = %d, q = %s%s, a loss of %s matters, up to %s is none, alarms from %s; %s, seed %d"
        .formatted(
            report.wish().metric(),
            report.family(),
            Units.plain(report.wish().alpha()),
            report.wish().strict() ? ", strict" : "",
            Digits.margin(report.wish().regression()),
            Digits.margin(report.negligible()),
            Digits.margin(report.leastLoss()),
            blocks,
            report.seed());
  }

  /** The gain with all that belongs to it; never a number without its interval. */
  static String gain(GateCell cell) {
    List<String> parts = new ArrayList<>();
    parts.add(number(cell) + " " + Digits.interval(cell.low(), cell.high()));
    parts.add("n=" + cell.blocks() + " blocks (of " + cell.blocksPlanned() + ")");
    if (cell.basis().equals("confirmation")) {
      parts.set(1, "n=" + cell.blocks() + " new blocks");
    }
    if (cell.reference() > 0) {
      parts.set(1, parts.get(1) + " against " + cell.reference());
    }
    Double low = cell.low();
    Double high = cell.high();
    Double robust = cell.robustGain();
    if (robust != null && low != null && high != null) {
      parts.add("HL " + Digits.percent(robust, low, high));
    }
    if (cell.pAdjusted() != null) {
      parts.add("p_adj " + Digits.p(cell.pAdjusted()));
    } else if (cell.pScreen() != null) {
      parts.add("p_screen " + Digits.p(cell.pScreen()));
    }
    return "gain " + String.join(", ", parts);
  }

  /** The gain alone, or the mark of no difference. */
  static String number(GateCell cell) {
    Double gain = cell.gain();
    Double low = cell.low();
    Double high = cell.high();
    return gain == null || low == null || high == null || (low <= 0 && high >= 0)
        ? Digits.NOTHING_SHOWN
        : Digits.percent(gain, low, high);
  }

  /** What could have been seen. */
  static String reach(GateCell cell) {
    Double sd = cell.sd();
    List<String> parts = new ArrayList<>();
    if (sd != null) {
      parts.add("sd " + Digits.margin(sd));
    }
    if (cell.mde() != null) {
      parts.add("MDE " + Digits.margin(cell.mde()));
    }
    return String.join(", ", parts);
  }

  static String name(GateCell cell) {
    return Printable.of(cell.host() + "/" + cell.id() + " " + cell.variant())
        + (cell.simulated() ? " (simulated)" : "");
  }

  static String outcome(GateCell cell) {
    return cell.outcome().word().toUpperCase(Locale.ROOT);
  }

  /** Why the outcome is what it is. */
  static String why(GateCell cell, GateReport report) {
    String matters = Digits.margin(report.wish().regression());
    return switch (cell.why()) {
      case LOSS_CONFIRMED ->
          report.method().equals(Gate.HISTORY)
              ? "tonight lies below the nights before"
              : "new blocks confirm what the screen flagged";
      case LOSS_EXACT -> "the same loss in every block";
      case TRIALS_MISSING -> "trials failed or are missing";
      case NO_REFERENCE -> "the reference has no such comparison";
      case ABSENT -> "no block has a value of " + cell.metric();
      case TOO_FEW_BLOCKS -> "n too small: n=" + cell.blocks() + ", a verdict needs 5 blocks";
      case BAD_VALUES -> "a block's value has no logarithm";
      case IDENTICAL -> "identical values: nothing varies where everything should";
      case NO_LOG_RATIOS -> "values at or near 0: no log ratios to judge";
      case NOT_STEADY -> "a variant still drifts after its warm-up";
      case NOT_CONFIRMED ->
          "flagged by the screen; " + cell.requested() + " new blocks would decide";
      case CONFIRMATION_TOO_SMALL ->
          "flagged, and its later blocks were too few to tell; "
              + cell.requested()
              + " would decide";
      case UNDER_POWERED -> underPowered(cell, matters);
      case NOT_RULED_OUT ->
          "a loss of " + matters + " is not ruled out, p " + Digits.p(cell.pNonInferior());
      case TOO_FEW_NIGHTS -> "fewer than 8 comparable nights";
      case NOT_CONFIRMED_BY_NEW_BLOCKS -> "flagged by the screen; new blocks show no such loss";
      case NO_LOSS_EXACT -> "the same in every block, no loss that matters";
      case NO_LOSS_SEEN -> "no loss that matters";
    };
  }

  private static String underPowered(GateCell cell, String matters) {
    String seen = "could have seen >= " + Digits.margin(cell.mde());
    return cell.blocksNeeded() == null
        ? seen
        : seen + "; needs about " + cell.blocksNeeded() + " blocks for " + matters;
  }
}
