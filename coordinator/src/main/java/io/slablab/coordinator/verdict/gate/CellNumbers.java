package io.slablab.coordinator.verdict.gate;

import io.slablab.coordinator.stats.GateSample;
import io.slablab.coordinator.verdict.Gains;
import org.jspecify.annotations.Nullable;

/**
 * A subject as a row of the report.
 *
 * @param shown the blocks that the gain is of
 */
record CellNumbers(Subject subject, GateSample shown, double confidence) {

  /** See {@link GateCell}. */
  record Tests(
      @Nullable Double screen,
      @Nullable Double confirm,
      @Nullable Double adjusted,
      @Nullable Double nonInferior) {
    static final Tests NONE = new Tests(null, null, null, null);
  }

  /** See {@link GateCell}. */
  record Reach(
      @Nullable Double sd, @Nullable Double mde, @Nullable Integer blocksNeeded, int requested) {
    static final Reach NONE = new Reach(null, null, null, 0);
  }

  GateCell cell(
      Outcome outcome, Reason why, String basis, int reference, Tests tests, Reach reach) {
    return cell(outcome, why, basis, gain(reference), tests, reach);
  }

  /** Benefits turned back into gains: where less is better their sign and their ends change. */
  private GainOf gain(int reference) {
    int direction = subject.direction();
    return shown
        .mean()
        .map(mean -> {
          double half = mean.halfWidth(confidence);
          double centre = direction * mean.mean();
          Double robust =
              shown instanceof GateSample.Paired ? Math.expm1(direction * shown.benefit()) : null;
          return new GainOf(
              Math.expm1(centre),
              Math.expm1(centre - half),
              Math.expm1(centre + half),
              robust,
              shown.size(),
              reference);
        })
        .orElse(new GainOf(null, null, null, null, shown.size(), reference));
  }

  /** A gain, and the blocks on either side of it. */
  record GainOf(
      @Nullable Double gain,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Double robust,
      int blocks,
      int reference) {}

  GateCell cell(Outcome outcome, Reason why, String basis, GainOf of, Tests tests, Reach reach) {
    Gains.Cell cell = subject.cell();
    Gains.Row row = subject.row();
    return new GateCell(
        cell.host(),
        cell.id(),
        cell.engine(),
        cell.simulated(),
        cell.workload(),
        cell.params(),
        cell.placement(),
        row.variant(),
        cell.baseline(),
        row.metric(),
        row.unit(),
        row.higherIsBetter(),
        outcome,
        why,
        row.verdict(),
        row.baseline(),
        row.treatment(),
        of.gain(),
        of.low(),
        of.high(),
        confidence,
        basis,
        of.blocks(),
        row.blocksPlanned(),
        of.reference(),
        of.robust(),
        tests.screen(),
        tests.confirm(),
        tests.adjusted(),
        tests.nonInferior(),
        reach.sd(),
        reach.mde(),
        reach.blocksNeeded(),
        reach.requested(),
        row.flags(),
        row.warnings(),
        row.points());
  }
}
