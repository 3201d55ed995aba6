package io.slablab.coordinator.selftest;

import io.slablab.coordinator.stats.Streams;
import io.slablab.coordinator.verdict.CampaignData;
import io.slablab.coordinator.verdict.CampaignData.Cell;
import io.slablab.coordinator.verdict.CampaignData.Placement;
import io.slablab.coordinator.verdict.CampaignData.PlannedTrial;
import io.slablab.coordinator.verdict.TrialSummary;
import io.slablab.coordinator.verdict.TrialSummary.Iteration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Trials as a campaign would leave them, of cells whose gains are known. */
final class SyntheticCampaign {
  private static final String HOST = "synthetic";
  private static final String BASELINE = "baseline";
  private static final String TREATMENT = "treatment";
  private static final long INTERVAL_NS = 1_000_000_000L;
  private static final double LEVEL = Math.log(1e9);

  /** Standard deviation of the step that a drifting host's level takes from block to block. */
  private static final double WALK_SD = 0.005;

  private static final double LOST_DEVIATIONS = 4;
  private static final double BASELINE_DIP_ITERATIONS = 3;
  private static final double TREATMENT_DIP_ITERATIONS = 6;

  /**
   * A cell to be made.
   *
   * @param logGain ln(treatment / baseline) of the steady state
   */
  record Truth(double logGain, int blocks, Noise noise) {}

  private final long seed;
  private final List<Cell> cells = new ArrayList<>();
  private final List<PlannedTrial> planned = new ArrayList<>();
  private final List<TrialSummary> trials = new ArrayList<>();

  private SyntheticCampaign(long seed) {
    this.seed = seed;
  }

  /** Cells in the order of their truths; the trials are a function of both arguments. */
  static CampaignData of(long seed, List<Truth> truths) {
    SyntheticCampaign campaign = new SyntheticCampaign(seed);
    for (int i = 0; i < truths.size(); i++) {
      campaign.add("c%04d".formatted(i), truths.get(i));
    }
    return new CampaignData(
        "selftest",
        "selftest",
        seed,
        List.of("throughput"),
        campaign.cells,
        campaign.planned,
        campaign.trials);
  }

  private void add(String cell, Truth truth) {
    cells.add(
        new Cell(
            HOST,
            cell,
            "threads",
            "exec",
            Map.of(),
            new Placement("compact", 1, "0", "local"),
            List.of(BASELINE, TREATMENT),
            BASELINE));
    SplittableRandom random = new SplittableRandom(Streams.of(seed, "trials/" + cell).next());
    double walk = 0;
    boolean baselineFirst = false;
    for (int block = 0; block < truth.blocks(); block++) {
      // As planned campaigns do: a random order, then its reverse.
      baselineFirst = block % 2 == 0 ? random.nextBoolean() : !baselineFirst;
      walk += truth.noise().drift() == 0 ? 0 : WALK_SD * random.nextGaussian();
      for (int position = 0; position < 2; position++) {
        boolean baseline = (position == 0) == baselineFirst;
        double along = (block + position / 2.0) / truth.blocks();
        double level = LEVEL + walk + truth.noise().drift() * along;
        add(
            cell,
            block,
            position,
            baseline,
            level + (baseline ? 0 : truth.logGain()),
            truth,
            random);
      }
    }
  }

  private void add(
      String cell,
      int block,
      int position,
      boolean baseline,
      double level,
      Truth truth,
      SplittableRandom random) {
    String variant = baseline ? BASELINE : TREATMENT;
    String id = "%s/%s/%04d-%s".formatted(HOST, cell, block, variant);
    double dipIterations = baseline ? BASELINE_DIP_ITERATIONS : TREATMENT_DIP_ITERATIONS;
    planned.add(new PlannedTrial(id, HOST, cell, block, position, variant));
    trials.add(
        new TrialSummary(
            id,
            HOST,
            cell,
            block,
            position,
            variant,
            variant,
            true,
            null,
            iterations(level + fork(truth.noise(), random), dipIterations, truth.noise(), random),
            null,
            null,
            null,
            null,
            List.of()));
  }

  /** What one process has for its whole life. */
  private static double fork(Noise noise, SplittableRandom random) {
    double effect = noise.forkSd() * random.nextGaussian();
    if (noise.modes() > 0) {
      effect += random.nextBoolean() ? noise.modes() : -noise.modes();
    }
    if (random.nextDouble() < noise.disturbed()) {
      effect += LOST_DEVIATIONS * noise.blockSd() * Math.log(1 - random.nextDouble());
    }
    return effect;
  }

  private static List<Iteration> iterations(
      double level, double dipIterations, Noise noise, SplittableRandom random) {
    List<Iteration> iterations = new ArrayList<>(noise.iterations());
    double innovation = Math.sqrt(1 - noise.correlation() * noise.correlation());
    double deviation = random.nextGaussian();
    for (int i = 0; i < noise.iterations(); i++) {
      double warming = 1 - noise.dip() * Math.exp(-i / dipIterations);
      double rate = warming * Math.exp(level + noise.iterationSd() * deviation);
      iterations.add(new Iteration(INTERVAL_NS, Math.round(rate), null, null, null, null));
      deviation = noise.correlation() * deviation + innovation * random.nextGaussian();
    }
    return iterations;
  }
}
