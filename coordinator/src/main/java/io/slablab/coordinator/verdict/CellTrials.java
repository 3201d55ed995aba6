package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.Outliers;
import io.slablab.coordinator.stats.Quantiles;
import io.slablab.coordinator.stats.Warmup;
import io.slablab.coordinator.verdict.CampaignData.PlannedTrial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The trials of one cell: what was planned, what came, which iterations count, and the pairs they
 * form.
 */
final class CellTrials {
  /** Fewer kept iterations have no thirds to compare and no neighbours to correlate. */
  private static final int KEPT_ITERATIONS = 3;

  private final CampaignData.Cell cell;
  private final List<PlannedTrial> planned;
  private final List<TrialSummary> trials;
  private final Gains.@Nullable Warmup warmup;

  private CellTrials(
      CampaignData.Cell cell, List<PlannedTrial> planned, List<TrialSummary> trials) {
    this.cell = cell;
    this.planned = planned;
    this.trials = trials;
    this.warmup = findWarmup();
  }

  static CellTrials of(CampaignData.Cell cell, CampaignData data) {
    List<PlannedTrial> planned =
        data.planned().stream()
            .filter(t -> t.host().equals(cell.host()) && t.cell().equals(cell.id()))
            .toList();
    List<TrialSummary> trials =
        data.trials().stream()
            .filter(t -> t.host().equals(cell.host()) && t.cell().equals(cell.id()))
            .sorted(
                Comparator.comparingInt(TrialSummary::block)
                    .thenComparingInt(TrialSummary::position)
                    .thenComparing(TrialSummary::id))
            .toList();
    return new CellTrials(cell, planned, trials);
  }

  CampaignData.Cell cell() {
    return cell;
  }

  Stream<TrialSummary> all() {
    return trials.stream();
  }

  List<TrialSummary> done(String variant) {
    return trials.stream().filter(t -> t.done() && t.variant().equals(variant)).toList();
  }

  List<TrialSummary> failed(String variant) {
    return trials.stream().filter(t -> !t.done() && t.variant().equals(variant)).toList();
  }

  /** Planned trials of a variant that left no trial.json. */
  List<PlannedTrial> missing(String variant) {
    Set<String> seen = new HashSet<>();
    trials.forEach(t -> seen.add(t.id()));
    return planned.stream()
        .filter(t -> t.variant().equals(variant) && !seen.contains(t.id()))
        .toList();
  }

  Gains.TrialCounts counts() {
    int done = (int) trials.stream().filter(TrialSummary::done).count();
    int missing = cell.arms().stream().mapToInt(v -> missing(v).size()).sum();
    return new Gains.TrialCounts(
        Math.max(planned.size(), trials.size()), done, trials.size() - done, missing);
  }

  /** Blocks that were to have both variants; without a plan, all blocks seen. */
  int plannedBlocks(String treatment) {
    Set<Integer> base = new HashSet<>();
    Set<Integer> treat = new HashSet<>();
    for (PlannedTrial trial : planned) {
      if (trial.variant().equals(cell.baseline())) {
        base.add(trial.block());
      } else if (trial.variant().equals(treatment)) {
        treat.add(trial.block());
      }
    }
    base.retainAll(treat);
    return planned.isEmpty()
        ? (int) all().map(TrialSummary::block).distinct().count()
        : base.size();
  }

  /**
   * Whether the plan has no block with both variants: trials of another harness that ran one
   * variant after the other. A block that lost one of them in ours stays a lost block.
   */
  boolean unpaired(String treatment) {
    return !planned.isEmpty() && plannedBlocks(treatment) == 0;
  }

  /** Planned trials of the variant that has fewer. */
  int plannedTrials(String treatment) {
    return (int) Math.min(plannedOf(cell.baseline()), plannedOf(treatment));
  }

  private long plannedOf(String variant) {
    return planned.stream().filter(t -> t.variant().equals(variant)).count();
  }

  /** One value per finished trial that has one, in block order. */
  double[] values(Measure measure, String variant) {
    return done(variant).stream()
        .map(t -> measure.value(t, dropped()))
        .flatMapToDouble(OptionalDouble::stream)
        .toArray();
  }

  /** The cut of the cell; null without a finished trial. */
  Gains.@Nullable Warmup warmup() {
    return warmup;
  }

  int dropped() {
    return warmup == null ? 0 : warmup.dropped();
  }

  private Gains.@Nullable Warmup findWarmup() {
    List<List<double[]>> rates =
        cell.variants().stream()
            .distinct()
            .map(v ->
                done(v).stream().map(TrialSummary::rates).filter(CellTrials::positive).toList())
            .filter(variant -> !variant.isEmpty())
            .toList();
    if (rates.isEmpty()) {
      return null;
    }
    int k = rates.stream().flatMap(List::stream).mapToInt(r -> r.length).min().orElse(0);
    List<List<double[]>> common =
        rates.stream().map(v -> v.stream().map(r -> Arrays.copyOf(r, k)).toList()).toList();
    Warmup.Cut cut = Warmup.cut(common);
    List<double[]> kept =
        rates.stream()
            .flatMap(List::stream)
            .map(r -> Arrays.copyOfRange(r, cut.drop(), r.length))
            .filter(r -> r.length >= KEPT_ITERATIONS)
            .toList();
    int outlying = kept.stream().mapToInt(Outliers::iterations).sum();
    return new Gains.Warmup(cut.drop(), k, cut.capped(), lag1(kept), outlying);
  }

  private static @Nullable Double lag1(List<double[]> kept) {
    return kept.isEmpty()
        ? null
        : Quantiles.median(kept.stream().mapToDouble(Warmup::lag1).toArray());
  }

  private static boolean positive(double[] rates) {
    return rates.length > 0 && Arrays.stream(rates).allMatch(r -> r > 0 && Double.isFinite(r));
  }

  /**
   * The drift of a variant's throughput over its kept iterations; empty when there is too little to
   * tell.
   */
  Optional<Warmup.Drift> drift(String variant, double confidence) {
    List<double[]> kept =
        done(variant).stream()
            .map(TrialSummary::rates)
            .map(r -> Arrays.copyOfRange(r, Math.min(dropped(), r.length), r.length))
            .filter(r -> r.length >= KEPT_ITERATIONS && positive(r))
            .toList();
    return kept.size() < 2 ? Optional.empty() : Optional.of(Warmup.drift(kept, confidence));
  }

  /** The pairs of a treatment, in block order; a block without both values gives none. */
  List<Pair> pairs(Measure measure, String treatment) {
    TreeMap<Integer, List<TrialSummary>> blocks = new TreeMap<>();
    Stream.concat(done(cell.baseline()).stream(), done(treatment).stream())
        .filter(t -> measure.value(t, dropped()).isPresent())
        .forEach(t -> blocks.computeIfAbsent(t.block(), _ -> new ArrayList<>()).add(t));
    List<Pair> pairs = new ArrayList<>();
    blocks.forEach((block, inBlock) -> pair(measure, block, inBlock).ifPresent(pairs::add));
    return pairs;
  }

  private Optional<Pair> pair(Measure measure, int block, List<TrialSummary> inBlock) {
    List<TrialSummary> base = inBlock.stream().filter(this::isBaseline).toList();
    List<TrialSummary> treat = inBlock.stream().filter(t -> !isBaseline(t)).toList();
    if (base.isEmpty() || treat.isEmpty()) {
      return Optional.empty();
    }
    boolean logarithms =
        inBlock.stream().allMatch(t -> value(measure, t) > 0 && !measure.nearZero(t, dropped()));
    return Optional.of(
        new Pair(
            block,
            mean(measure, base, logarithms),
            mean(measure, treat, logarithms),
            base.getFirst().position() < treat.getFirst().position(),
            logarithms));
  }

  private boolean isBaseline(TrialSummary trial) {
    return trial.variant().equals(cell.baseline());
  }

  private double value(Measure measure, TrialSummary trial) {
    OptionalDouble value = measure.value(trial, dropped());
    return value.orElse(Double.NaN);
  }

  private double mean(Measure measure, List<TrialSummary> trials, boolean geometric) {
    double[] values = trials.stream().mapToDouble(t -> value(measure, t)).toArray();
    if (values.length == 1) {
      return values[0];
    }
    return geometric
        ? Math.exp(Arrays.stream(values).map(Math::log).average().orElse(Double.NaN))
        : Arrays.stream(values).average().orElse(Double.NaN);
  }
}
