package io.slablab.coordinator.verdict;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign planned and what came of it: all that the gains are computed from.
 *
 * @param campaign name of the run
 * @param suite name of the suite
 * @param seed of the campaign
 * @param metrics ids of the metrics to report, in the order of the suite
 * @param cells in planned order
 * @param planned every trial of the plan
 * @param trials every trial that left a trial.json, done or failed, in any order
 * @param stopping how blocks were added until intervals were narrow; null where none were
 */
public record CampaignData(
    String campaign,
    String suite,
    long seed,
    List<String> metrics,
    List<Cell> cells,
    List<PlannedTrial> planned,
    List<TrialSummary> trials,
    @Nullable Stopping stopping) {

  public CampaignData {
    metrics = List.copyOf(metrics);
    cells = List.copyOf(cells);
    planned = List.copyOf(planned);
    trials = List.copyOf(trials);
  }

  /** A campaign whose cells have as many blocks as it planned. */
  public CampaignData(
      String campaign,
      String suite,
      long seed,
      List<String> metrics,
      List<Cell> cells,
      List<PlannedTrial> planned,
      List<TrialSummary> trials) {
    this(campaign, suite, seed, metrics, cells, planned, trials, null);
  }

  /** The same campaign, reporting other metrics. */
  public CampaignData withMetrics(List<String> ids) {
    return new CampaignData(campaign, suite, seed, ids, cells, planned, trials, stopping);
  }

  /** The same campaign with another variant as the baseline; cells without it are left out. */
  public CampaignData withBaseline(String variant) {
    List<Cell> having =
        cells.stream()
            .filter(cell -> cell.variants().contains(variant))
            .map(cell -> cell.withBaseline(variant))
            .toList();
    return new CampaignData(campaign, suite, seed, metrics, having, planned, trials, stopping);
  }

  /**
   * A cell of the plan.
   *
   * @param id unique on its host
   * @param engine threads, sim or kernel
   * @param params the workload's parameters in canonical text
   * @param variants names in the order of the suite, the baseline among them
   * @param baseline the variant all others are compared with
   * @param control the baseline's second name in a null cell, none of the variants; null in others
   */
  public record Cell(
      String host,
      String id,
      String engine,
      String workload,
      Map<String, String> params,
      Placement placement,
      List<String> variants,
      String baseline,
      @Nullable String control) {

    /** A cell whose baseline runs once per block. */
    public Cell(
        String host,
        String id,
        String engine,
        String workload,
        Map<String, String> params,
        Placement placement,
        List<String> variants,
        String baseline) {
      this(host, id, engine, workload, params, placement, variants, baseline, null);
    }

    /** What a block has one trial of each: the variants, and the control of a null cell. */
    List<String> arms() {
      return Stream.concat(variants.stream(), Stream.ofNullable(control)).distinct().toList();
    }

    /** Without its null cell: the twin is the old baseline's. */
    Cell withBaseline(String variant) {
      return new Cell(host, id, engine, workload, params, placement, variants, variant);
    }

    /** The variants compared with the baseline. */
    List<String> treatments() {
      return variants.stream().filter(v -> !v.equals(baseline)).distinct().toList();
    }
  }

  /**
   * Where the cell's threads run.
   *
   * @param cpus in the kernel's list format
   * @param memory local, interleave or remote
   */
  public record Placement(String layout, int cores, String cpus, String memory) {}

  /**
   * Blocks were added until intervals were narrow.
   *
   * @param metric the one that was looked at
   * @param target half-width, as a share
   * @param stops of cells that have ended, in that order
   */
  public record Stopping(String metric, double target, List<Stop> stops) {
    public Stopping {
      stops = List.copyOf(stops);
    }
  }

  /**
   * A cell gets no further block.
   *
   * @param blocks that it has
   * @param halfWidth of its widest interval when it stopped, log scale; null without an interval
   */
  public record Stop(
      String host, String cell, StopReason reason, int blocks, @Nullable Double halfWidth) {}

  /** A trial of the plan; {@code position} is its place in the block, from 0. */
  public record PlannedTrial(
      String id, String host, String cell, int block, int position, String variant) {}
}
