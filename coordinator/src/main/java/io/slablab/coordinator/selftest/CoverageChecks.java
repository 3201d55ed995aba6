package io.slablab.coordinator.selftest;

import io.slablab.coordinator.selftest.SyntheticCampaign.Truth;
import io.slablab.coordinator.stats.StopRule;
import io.slablab.coordinator.verdict.CampaignData;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsCalculator;
import io.slablab.coordinator.verdict.Settings;
import io.slablab.coordinator.verdict.TrialSummary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;

/** How often the intervals of gains contain the gains that the trials were made with. */
final class CoverageChecks {
  static final List<Integer> BLOCKS = List.of(5, 8, 12, 20, 30);
  static final int CELLS = 200;
  static final double LEAST = 0.93;
  static final double MOST = 0.97;
  static final String STOPPED = "stopped by the width";

  private static final double BLOCK_SD = 0.02;

  /** Gains in turn: what an interval covers must not depend on them. */
  private static final double[] LOG_GAINS = {0, Math.log1p(-0.03), Math.log1p(0.05)};

  private static final double STOP_TARGET = 0.01;
  private static final int STOP_FIRST = 8;
  private static final int STOP_LAST = 40;

  private final Settings settings;
  private final int campaigns;
  private final Seeds seeds;

  CoverageChecks(Settings settings, int campaigns, Seeds seeds) {
    this.settings = settings;
    this.campaigns = campaigns;
    this.seeds = seeds;
  }

  Check check(Scenario scenario, int blocks) {
    return count(
        scenario.words(),
        blocks,
        scenario.noise(BLOCK_SD),
        blocks,
        (data, truths) -> covering(GainsCalculator.compute(data, settings), truths));
  }

  /** Of cells that got blocks until their intervals were narrow, or as many as there may be. */
  Check stopped() {
    StopRule rule = StopRule.of(STOP_TARGET, STOP_FIRST, STOP_LAST);
    return count(
        STOPPED,
        0,
        Scenario.NORMAL.noise(BLOCK_SD),
        STOP_LAST,
        (data, truths) -> {
          CampaignData stopped = stop(data, rule);
          Settings inflated = settings.withInflation(rule.inflation());
          return covering(GainsCalculator.compute(stopped, inflated), truths);
        });
  }

  private Check count(
      String words,
      int blocks,
      Noise noise,
      int made,
      ToIntBiFunction<CampaignData, List<Truth>> covering) {
    List<Truth> truths =
        IntStream.range(0, CELLS)
            .mapToObj(cell -> new Truth(LOG_GAINS[cell % LOG_GAINS.length], made, noise))
            .toList();
    int hits =
        IntStream.range(0, campaigns)
            .parallel()
            .map(campaign -> {
              long seed = seeds.of("coverage/" + words + "/" + blocks, campaign);
              return covering.applyAsInt(SyntheticCampaign.of(seed, truths), truths);
            })
            .sum();
    return Check.of(Check.Kind.COVERAGE, words, blocks, hits, campaigns * CELLS, LEAST, MOST);
  }

  private static int covering(Gains gains, List<Truth> truths) {
    int covering = 0;
    for (int cell = 0; cell < truths.size(); cell++) {
      Gains.Row row = gains.cells().get(cell).gains().getFirst();
      double truth = Math.expm1(truths.get(cell).logGain());
      Double low = row.low();
      Double high = row.high();
      covering += low != null && high != null && low <= truth && truth <= high ? 1 : 0;
    }
    return covering;
  }

  /** The same campaign with each cell's blocks up to where the rule stops. */
  private CampaignData stop(CampaignData data, StopRule rule) {
    Map<String, Integer> blocks = new HashMap<>();
    for (Gains.Cell cell : GainsCalculator.compute(data, settings).cells()) {
      double[] logRatios = logRatios(cell.gains().getFirst());
      blocks.put(cell.id(), rule.decide(logRatios).blocks());
    }
    List<CampaignData.PlannedTrial> planned = new ArrayList<>();
    List<TrialSummary> trials = new ArrayList<>();
    for (CampaignData.PlannedTrial trial : data.planned()) {
      if (trial.block() < blocks.getOrDefault(trial.cell(), 0)) {
        planned.add(trial);
      }
    }
    for (TrialSummary trial : data.trials()) {
      if (trial.block() < blocks.getOrDefault(trial.cell(), 0)) {
        trials.add(trial);
      }
    }
    return new CampaignData(
        data.campaign(), data.suite(), data.seed(), data.metrics(), data.cells(), planned, trials);
  }

  /** Benefits of a metric of which more is better. */
  static double[] logRatios(Gains.Row row) {
    return row.points().stream()
        .mapToDouble(point -> Objects.requireNonNull(point.logRatio()))
        .toArray();
  }
}
