package io.slablab.coordinator.verdict;

import io.slablab.coordinator.verdict.CampaignData.Cell;
import io.slablab.coordinator.verdict.CampaignData.Placement;
import io.slablab.coordinator.verdict.CampaignData.PlannedTrial;
import io.slablab.coordinator.verdict.TrialSummary.Iteration;
import io.slablab.coordinator.verdict.TrialSummary.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Builds small campaigns for tests. Every trial is planned when it is added. */
final class Campaigns {
  static final String BASE = "baseline";
  static final String TREAT = "ctor-dtor";

  private final List<String> metrics = new ArrayList<>();
  private final List<Cell> cells = new ArrayList<>();
  private final List<PlannedTrial> planned = new ArrayList<>();
  private final List<TrialSummary> trials = new ArrayList<>();
  private final long seed;

  Campaigns(long seed, String... metrics) {
    this.seed = seed;
    this.metrics.addAll(List.of(metrics));
  }

  Campaigns cell(String id) {
    cells.add(
        new Cell(
            "h1",
            id,
            "threads",
            "exec",
            Map.of("rest", "none"),
            new Placement("compact", 2, "0-1", "local"),
            List.of(BASE, TREAT),
            BASE));
    return this;
  }

  /**
   * Adds a pair of trials of ten iterations of one second; the arm that runs first alternates by
   * block.
   */
  Campaigns block(String cell, int block, double baseline, double treatment) {
    return trial(cell, block, BASE, steady(baseline)).trial(cell, block, TREAT, steady(treatment));
  }

  Campaigns trial(String cell, int block, String variant, List<Iteration> iterations) {
    boolean first = variant.equals(BASE) == (block % 2 == 0);
    return add(
        new TrialSummary(
            cell + "/" + block + "/" + variant,
            "h1",
            cell,
            block,
            first ? 0 : 1,
            variant,
            variant,
            true,
            null,
            iterations,
            null,
            null,
            null,
            null,
            List.of()));
  }

  Campaigns failed(String cell, int block, String variant, String reason) {
    String id = cell + "/" + block + "/" + variant;
    return add(
        new TrialSummary(
            id, "h1", cell, block, 0, variant, variant, false, reason, List.of(), null, null, null,
            null, List.of()));
  }

  Campaigns missing(String cell, int block, String variant) {
    String id = cell + "/" + block + "/" + variant;
    planned.add(new PlannedTrial(id, "h1", cell, block, 0, variant));
    return this;
  }

  private Campaigns add(TrialSummary trial) {
    trials.add(trial);
    planned.add(
        new PlannedTrial(
            trial.id(),
            trial.host(),
            trial.cell(),
            trial.block(),
            trial.position(),
            trial.variant()));
    return this;
  }

  CampaignData data() {
    return new CampaignData("c1", "test", seed, metrics, cells, planned, trials);
  }

  /** The same campaign with every trial changed. */
  CampaignData data(UnaryOperator<TrialSummary> change) {
    List<TrialSummary> changed = trials.stream().map(change).toList();
    return new CampaignData("c1", "test", seed, metrics, cells, planned, changed);
  }

  /** Blocks of log-normal noise around a true gain. */
  static Campaigns noisy(long seed, int blocks, double gain, double sd) {
    SplittableRandom random = new SplittableRandom(seed);
    Campaigns campaign = new Campaigns(seed, "throughput").cell("cell");
    for (int b = 0; b < blocks; b++) {
      double host = 1e6 * Math.exp(0.05 * random.nextGaussian());
      double base = host * Math.exp(sd / Math.sqrt(2) * random.nextGaussian());
      double treat = host * (1 + gain) * Math.exp(sd / Math.sqrt(2) * random.nextGaussian());
      campaign.block("cell", b, base, treat);
    }
    return campaign;
  }

  static List<Iteration> steady(double opsPerSecond) {
    List<Iteration> iterations = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      iterations.add(iteration(opsPerSecond));
    }
    return iterations;
  }

  /** A thousand seconds long, so that whole operations keep seven digits of any rate. */
  static Iteration iteration(double opsPerSecond) {
    return new Iteration(
        1_000_000_000_000L, Math.round(opsPerSecond * 1000), null, null, null, null);
  }

  static TrialSummary withIterations(TrialSummary t, List<Iteration> iterations) {
    return new TrialSummary(
        t.id(),
        t.host(),
        t.cell(),
        t.block(),
        t.position(),
        t.variant(),
        t.design(),
        t.done(),
        t.reason(),
        iterations,
        t.latency(),
        t.lockWaitNs(),
        t.idleBytes(),
        t.peakBytes(),
        t.warnings());
  }

  static TrialSummary withLatency(TrialSummary t, Latency latency) {
    return new TrialSummary(
        t.id(),
        t.host(),
        t.cell(),
        t.block(),
        t.position(),
        t.variant(),
        t.design(),
        t.done(),
        t.reason(),
        t.iterations(),
        latency,
        t.lockWaitNs(),
        t.idleBytes(),
        t.peakBytes(),
        t.warnings());
  }

  static TrialSummary withMemory(
      TrialSummary t, @Nullable Double idleBytes, @Nullable Double peakBytes) {
    return new TrialSummary(
        t.id(),
        t.host(),
        t.cell(),
        t.block(),
        t.position(),
        t.variant(),
        t.design(),
        t.done(),
        t.reason(),
        t.iterations(),
        t.latency(),
        t.lockWaitNs(),
        idleBytes,
        peakBytes,
        t.warnings());
  }

  static TrialSummary withDesign(TrialSummary t, String design) {
    return new TrialSummary(
        t.id(),
        t.host(),
        t.cell(),
        t.block(),
        t.position(),
        t.variant(),
        design,
        t.done(),
        t.reason(),
        t.iterations(),
        t.latency(),
        t.lockWaitNs(),
        t.idleBytes(),
        t.peakBytes(),
        t.warnings());
  }

  /** The value that must be there. */
  static <T> T the(@Nullable T value) {
    return Objects.requireNonNull(value, "absent");
  }

  /** The only row of a campaign of one cell and one metric. */
  static Gains.Row only(CampaignData data) {
    return GainsCalculator.compute(data).rows().getFirst();
  }
}
