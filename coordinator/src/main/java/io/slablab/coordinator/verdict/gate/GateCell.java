package io.slablab.coordinator.verdict.gate;

import io.slablab.coordinator.verdict.CampaignData;
import io.slablab.coordinator.verdict.Flag;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One comparison after the gate. Numbers are null where there is none; fractions throughout.
 *
 * @param id of the cell, unique on its host
 * @param variant the treatment
 * @param baseline the variant it is compared with
 * @param verdict of the campaign's own table
 * @param baselineLevel mean over the run's pairs, in {@code unit}
 * @param treatmentLevel likewise
 * @param gain treatment / baseline - 1; between campaigns the change of that gain; by history
 *     against the mean of the nights
 * @param basis blocks that the gain is of: all, or those of the confirmation alone where a screen
 *     chose the cell
 * @param blocks behind the gain
 * @param blocksPlanned that the plan asked for
 * @param reference blocks or nights of the other side; 0 where pairs are compared
 * @param robustGain by the estimator of the test, Hodges-Lehmann of pairs
 * @param pScreen of the first blocks, one-sided
 * @param pConfirm of the new blocks; by history tonight's
 * @param pAdjusted of the new blocks, over what is confirmed together
 * @param pNonInferior of "the loss is at least the one that matters", over all blocks
 * @param sd of one block on the log scale
 * @param mde loss that would have been flagged with 90 % power
 * @param blocksNeeded for a loss that matters
 * @param requested new blocks that would decide; 0 for none
 * @param points the pairs of the run in block order
 */
public record GateCell(
    String host,
    String id,
    String engine,
    boolean simulated,
    String workload,
    Map<String, String> params,
    CampaignData.Placement placement,
    String variant,
    String baseline,
    String metric,
    String unit,
    boolean higherIsBetter,
    Outcome outcome,
    Reason why,
    Verdict verdict,
    @Nullable Double baselineLevel,
    @Nullable Double treatmentLevel,
    @Nullable Double gain,
    @Nullable Double low,
    @Nullable Double high,
    double confidence,
    String basis,
    int blocks,
    int blocksPlanned,
    int reference,
    @Nullable Double robustGain,
    @Nullable Double pScreen,
    @Nullable Double pConfirm,
    @Nullable Double pAdjusted,
    @Nullable Double pNonInferior,
    @Nullable Double sd,
    @Nullable Double mde,
    @Nullable Integer blocksNeeded,
    int requested,
    List<Flag> flags,
    List<String> warnings,
    List<Gains.Point> points) {

  public GateCell {
    flags = List.copyOf(flags);
    warnings = List.copyOf(warnings);
    points = List.copyOf(points);
  }

  public Subject.Key key() {
    return new Subject.Key(host, id, variant);
  }
}
