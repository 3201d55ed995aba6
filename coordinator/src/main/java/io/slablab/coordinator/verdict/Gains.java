package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All gains of a campaign; gains.json is this record, field by field. Numbers are full doubles;
 * what cannot be said is null and a warning says why. Fractions: a gain of 0.04 is 4 per cent up.
 *
 * @param schema {@value #SCHEMA}
 * @param seed of the campaign; also of the bootstraps in here
 * @param settings constants of the decisions
 * @param families counts per metric
 * @param overall one line per metric and treatment over all cells
 * @param notes what concerns all cells
 * @param scaling throughput by cores; empty where no layout has two core counts
 * @param hosts gains over several hosts; empty on one host
 */
public record Gains(
    String schema,
    String campaign,
    String suite,
    long seed,
    List<Cell> cells,
    Settings settings,
    List<Family> families,
    List<Overall> overall,
    List<String> notes,
    List<Scaling> scaling,
    List<AcrossHosts> hosts) {
  public static final String SCHEMA = "slablab/gains/1";

  /** Both are absent in files of an earlier version. */
  public Gains {
    scaling = scaling == null ? List.of() : List.copyOf(scaling);
    hosts = hosts == null ? List.of() : List.copyOf(hosts);
  }

  /** Without a word about cores and hosts. */
  Gains(
      String schema,
      String campaign,
      String suite,
      long seed,
      List<Cell> cells,
      Settings settings,
      List<Family> families,
      List<Overall> overall,
      List<String> notes) {
    this(
        schema, campaign, suite, seed, cells, settings, families, overall, notes, List.of(),
        List.of());
  }

  /** The same with what they say about cores and hosts. */
  Gains with(List<Scaling> curves, List<AcrossHosts> across) {
    return new Gains(
        schema, campaign, suite, seed, cells, settings, families, overall, notes, curves, across);
  }

  /** All rows of all cells, in order. */
  public List<Row> rows() {
    return cells.stream().flatMap(cell -> cell.gains().stream()).toList();
  }

  /**
   * @param simulated whether every number is of the simulated machine
   * @param warmup the cut applied to all trials of the cell; null without a finished trial
   * @param trials counts of the cell's trials
   * @param warnings what concerns all rows of the cell
   * @param controls the baseline against itself, a row per metric; empty where the cell is no null
   *     cell. They are in no family of treatments
   * @param stop why the cell of an adaptive campaign got no further block; null in other campaigns,
   *     and where it was not decided
   */
  public record Cell(
      String id,
      String host,
      String engine,
      String workload,
      Map<String, String> params,
      CampaignData.Placement placement,
      boolean simulated,
      String baseline,
      List<Row> gains,
      @Nullable Warmup warmup,
      TrialCounts trials,
      List<String> warnings,
      List<Row> controls,
      @Nullable Stop stop) {
    public Cell {
      controls = orEmpty(controls);
    }
  }

  /** A list that an earlier version did not write. */
  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  /**
   * What the iterations of the cell's trials look like.
   *
   * @param dropped iterations cut from the front of every trial
   * @param iterations per trial
   * @param capped whether a profile asked for the longest cut allowed: later trials should warm up
   *     longer
   * @param lag1 median over trials of the kept iterations' lag-1 autocorrelation; null with fewer
   *     than three kept
   * @param outlyingIterations kept iterations far from the rest of their trial, over all trials;
   *     none is removed
   */
  public record Warmup(
      int dropped, int iterations, boolean capped, @Nullable Double lag1, int outlyingIterations) {}

  /**
   * @param blocks that the cell had
   * @param halfWidth of its widest interval then, log scale; null without an interval
   */
  public record Stop(StopReason reason, int blocks, @Nullable Double halfWidth) {}

  public record TrialCounts(int planned, int done, int failed, int missing) {}

  /**
   * A treatment against the baseline of its cell on one metric.
   *
   * @param baseline geometric mean over the paired blocks (arithmetic where values are near 0)
   * @param treatment likewise
   * @param blocks pairs behind the numbers; where no block holds both variants, trials of the
   *     variant that has fewer
   * @param gain treatment / baseline - 1
   * @param low lower end of the interval; null without an interval
   * @param high upper end of the interval
   * @param mde loss that would have been found with the power of the settings
   * @param higherIsBetter direction of the metric
   * @param method paired-t, welch, fieller, difference or none
   * @param blocksPlanned pairs the plan asked for
   * @param sdLog standard deviation of the block log ratios
   * @param pValue directional, against the negligible margin
   * @param pAdjusted the same within its family
   * @param blocksNeeded for a loss of the settings' target effect, where the verdict is
   *     inconclusive
   * @param ratioOfMeans ratio of arithmetic means - 1
   * @param selected second interval, at the level that holds for intervals shown because they are
   *     significant
   * @param difference treatment - baseline in units of the metric, where the ratio is undefined
   * @param aa whether treatment and baseline are the same design
   * @param flags codes of the warnings
   * @param points the pairs in block order
   */
  public record Row(
      String variant,
      String metric,
      String unit,
      @Nullable Double baseline,
      @Nullable Double treatment,
      int blocks,
      @Nullable Double gain,
      @Nullable Double low,
      @Nullable Double high,
      double confidence,
      @Nullable Double mde,
      Verdict verdict,
      List<String> warnings,
      boolean higherIsBetter,
      String method,
      int blocksPlanned,
      @Nullable Double sdLog,
      @JsonProperty("pValue") @Nullable Double pValue,
      @JsonProperty("pAdjusted") @Nullable Double pAdjusted,
      @Nullable Integer blocksNeeded,
      @Nullable Robust hodgesLehmann,
      @Nullable Double ratioOfMeans,
      @Nullable Interval selected,
      @Nullable Interval difference,
      Drifts drift,
      boolean aa,
      List<Flag> flags,
      List<Point> points) {}

  /** The Hodges-Lehmann companion; {@code confidence} is the exact one its ranks reach. */
  public record Robust(
      double gain, @Nullable Double low, @Nullable Double high, @Nullable Double confidence) {}

  public record Interval(
      double value, @Nullable Double low, @Nullable Double high, double confidence) {}

  /**
   * Change of level within the trials of each arm after the cut; null with too few trials or
   * iterations.
   */
  public record Drifts(@Nullable Drift baseline, @Nullable Drift treatment) {}

  public record Drift(double drift, double low, double high) {}

  /**
   * One pair.
   *
   * @param logRatio ln(treatment / baseline); null where a value is not positive
   * @param baselineFirst whether the baseline ran before the treatment
   */
  public record Point(
      int block,
      double baseline,
      double treatment,
      @Nullable Double logRatio,
      boolean baselineFirst) {}

  /**
   * @param hypotheses family size m
   * @param q false discovery rate
   */
  public record Family(
      String metric,
      int hypotheses,
      double q,
      int better,
      int worse,
      int equivalent,
      int inconclusive) {}

  /**
   * The geometric mean gain of a treatment over the campaign's cells, these cells and no others
   * being meant.
   *
   * @param cells cells with an interval, all of which count the same
   * @param worstCell host and id of the cell with the least benefit
   * @param worstGain its gain
   */
  public record Overall(
      String variant,
      String metric,
      int cells,
      double gain,
      double low,
      double high,
      double confidence,
      String worstCell,
      double worstGain) {}
}
