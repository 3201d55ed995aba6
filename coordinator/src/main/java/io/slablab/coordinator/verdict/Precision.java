package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.StopRule;
import java.util.List;
import java.util.Optional;

/**
 * How far a cell is from the width that a campaign aims at. Looks at widths only: whether a variant
 * wins or loses decides nothing about its blocks.
 */
public final class Precision {
  /** Earlier looks would stop by luck. */
  private static final int FIRST_LOOK = 8;

  private final StopRule rule;
  private final Measure measure;
  private final double maxInvalid = Settings.defaults().maxInvalid();

  private Precision(StopRule rule, Measure measure) {
    this.rule = rule;
    this.measure = measure;
  }

  /**
   * @param target half-width, as a share
   * @param metric id of a metric
   * @throws IllegalArgumentException when there is no such metric
   */
  public static Precision of(double target, int minBlocks, int maxBlocks, String metric) {
    return new Precision(
        StopRule.of(target, Math.max(FIRST_LOOK, minBlocks), maxBlocks),
        Measure.of(metric).orElseThrow(() -> new IllegalArgumentException("no metric " + metric)));
  }

  /**
   * What a cell needs.
   *
   * @param stop why it needs no further block; empty when it does
   * @param halfWidth of the widest interval of its treatments, log scale, with the price of
   *     looking; infinite without an interval
   * @param ratio of the widest interval that is not narrow enough to the target: who has the
   *     largest is first
   */
  public record Need(Optional<StopReason> stop, double halfWidth, double ratio) {}

  /**
   * @param trials all of the cell, of blocks that have ended
   * @param blocks that have ended
   */
  public Need of(CampaignData.Cell cell, List<TrialSummary> trials, int blocks) {
    CellTrials own =
        CellTrials.of(
            cell, new CampaignData("", "", 0, List.of(), List.of(cell), List.of(), trials));
    double widest = 0;
    double ratio = 0;
    boolean precise = true;
    for (String treatment : cell.treatments()) {
      List<Pair> pairs = own.pairs(measure, treatment);
      if (blocks - pairs.size() > maxInvalid * blocks) {
        return stop(StopReason.FAILURES, Double.POSITIVE_INFINITY);
      }
      if (!pairs.stream().allMatch(Pair::logarithms)) {
        return stop(StopReason.NO_RATIO, Double.POSITIVE_INFINITY);
      }
      StopRule.Decision decision = rule.decide(Pair.logRatios(pairs));
      widest = Math.max(widest, decision.halfWidth());
      if (decision.reason() != StopRule.Reason.PRECISION) {
        precise = false;
        ratio = Math.max(ratio, decision.halfWidth() / Math.log1p(rule.target()));
      }
    }
    if (precise) {
      return stop(StopReason.PRECISION, widest);
    }
    return blocks >= rule.last()
        ? stop(StopReason.MOST_BLOCKS, widest)
        : new Need(Optional.empty(), widest, ratio);
  }

  private static Need stop(StopReason reason, double halfWidth) {
    return new Need(Optional.of(reason), halfWidth, 0);
  }
}
