package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.Bootstrap;
import io.slablab.coordinator.stats.HodgesLehmann;
import io.slablab.coordinator.stats.MarginTests;
import io.slablab.coordinator.stats.Outliers;
import io.slablab.coordinator.stats.PairedT;
import io.slablab.coordinator.stats.Power;
import io.slablab.coordinator.stats.Samples;
import io.slablab.coordinator.stats.Streams;
import io.slablab.coordinator.stats.Warmup;
import io.slablab.coordinator.stats.Welch;
import io.slablab.coordinator.verdict.CampaignData.PlannedTrial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.statistics.inference.FisherExactTest;
import org.jspecify.annotations.Nullable;

/**
 * One treatment against the baseline of its cell on one metric: first the estimate, then, with its
 * family, the row.
 */
final class Comparison {
  private static final double ORDER_P = 0.01;
  private static final double BIASED_P = 0.05;
  private static final int BOOTSTRAP_BLOCKS = 8;
  private static final double SKEW_SHARE = 0.25;
  private static final int TAIL_SAMPLES = 100;

  private final CellTrials trials;
  private final String treatment;
  private final Measure measure;
  private final Settings settings;
  private final List<Pair> pairs;
  private final boolean unpaired;

  /** Pairs; trials of the variant that has fewer where there are no pairs to be. */
  private final int blocks;

  private final int plannedBlocks;
  private final Optional<Warmup.Drift> baselineDrift;
  private final Optional<Warmup.Drift> treatmentDrift;
  private final Doubts doubts = new Doubts();
  private final Estimate estimate;

  Comparison(CellTrials trials, String treatment, Measure measure, Settings settings, long seed) {
    this.trials = trials;
    this.treatment = treatment;
    this.measure = measure;
    this.settings = settings;
    this.pairs = trials.pairs(measure, treatment);
    this.unpaired = trials.unpaired(treatment);
    this.blocks =
        unpaired
            ? Math.min(
                trials.values(measure, baseline()).length, trials.values(measure, treatment).length)
            : pairs.size();
    this.plannedBlocks =
        unpaired ? trials.plannedTrials(treatment) : trials.plannedBlocks(treatment);
    this.baselineDrift = trials.drift(baseline(), settings.confidence());
    this.treatmentDrift = trials.drift(treatment, settings.confidence());
    this.estimate = estimated(settings, doubts);
    doubtPairs();
    doubtSteadiness();
    estimate.logs().ifPresent(t -> doubtHeadline(t, seed));
    doubtLatency();
  }

  Measure measure() {
    return measure;
  }

  String treatment() {
    return treatment;
  }

  CampaignData.Cell cell() {
    return trials.cell();
  }

  Estimate estimate() {
    return estimate;
  }

  private Estimate estimated(Settings by, Doubts into) {
    return unpaired
        ? UnpairedEstimate.of(
            trials.values(measure, baseline()),
            trials.values(measure, treatment),
            measure.direction(),
            by,
            into)
        : Estimate.of(pairs, measure.direction(), by, into);
  }

  private String baseline() {
    return trials.cell().baseline();
  }

  private void doubtPairs() {
    if (blocks == 0) {
      boolean absent = arms().noneMatch(t -> measure.value(t, trials.dropped()).isPresent());
      doubts.add(
          Flag.ABSENT,
          absent ? "no trial has a value of %s" : "no block has both variants with a value of %s",
          measure.id());
    }
    Set<Integer> failed = new HashSet<>();
    List<String> sentences = new ArrayList<>();
    for (String variant : List.of(baseline(), treatment)) {
      List<TrialSummary> failures = trials.failed(variant);
      failures.forEach(t -> failed.add(t.block()));
      if (!failures.isEmpty()) {
        sentences.add(
            variant
                + " failed in "
                + blocks(failures.stream().map(TrialSummary::block))
                + reasons(failures));
      }
      List<PlannedTrial> missing = trials.missing(variant);
      if (!missing.isEmpty()) {
        sentences.add(
            variant + " did not run in " + blocks(missing.stream().map(PlannedTrial::block)));
      }
    }
    if (!sentences.isEmpty()) {
      doubts.add(
          Flag.INCOMPLETE,
          "%d of %d blocks complete: %s",
          blocks,
          plannedBlocks,
          String.join("; ", sentences));
    }
    if (failed.size() > settings.maxInvalid() * plannedBlocks) {
      doubts.add(
          Flag.INVALID,
          "%d of %d blocks failed: too many for a verdict",
          failed.size(),
          plannedBlocks);
    }
    doubtFailures();
  }

  private void doubtFailures() {
    int baseFailed = trials.failed(baseline()).size();
    int treatFailed = trials.failed(treatment).size();
    if (baseFailed + treatFailed == 0) {
      return;
    }
    int[][] table = {
      {baseFailed, trials.done(baseline()).size()}, {treatFailed, trials.done(treatment).size()}
    };
    boolean testable =
        Stream.of(table).allMatch(row -> row[0] + row[1] > 0) && table[0][1] + table[1][1] > 0;
    if (testable && FisherExactTest.withDefaults().test(table).getPValue() < BIASED_P) {
      doubts.add(
          Flag.BIASED_INVALID, "one variant fails more often than the other; it may be the cause");
    }
  }

  private static String blocks(Stream<Integer> blocks) {
    List<Integer> list = blocks.distinct().sorted().toList();
    String numbers = list.stream().limit(8).map(String::valueOf).collect(Collectors.joining(", "));
    return (list.size() == 1 ? "block " : "blocks ") + numbers + (list.size() > 8 ? ", .." : "");
  }

  private static String reasons(List<TrialSummary> failures) {
    String reasons =
        failures.stream()
            .map(TrialSummary::reason)
            .filter(Objects::nonNull)
            .distinct()
            .limit(2)
            .collect(Collectors.joining(", "));
    return reasons.isEmpty() ? "" : " (" + reasons + ")";
  }

  private void doubtSteadiness() {
    drifting(baseline(), baselineDrift);
    drifting(treatment, treatmentDrift);
  }

  private void drifting(String variant, Optional<Warmup.Drift> drift) {
    drift
        .filter(d -> d.beyond(settings.driftTolerance()))
        .ifPresent(d ->
            doubts.add(
                Flag.NOT_STEADY,
                "not steady: %s drifts by %+.2f %% [%+.2f, %+.2f] within its trials",
                variant,
                100 * d.drift(),
                100 * d.low(),
                100 * d.high()));
  }

  private void doubtHeadline(PairedT t, long seed) {
    double[] d = Pair.logRatios(pairs);
    doubtOrder();
    int[] outliers = Outliers.blocks(d);
    if (outliers.length > 0) {
      doubts.add(
          Flag.OUTLIERS,
          "far from the rest and kept: %s",
          blocks(Arrays.stream(outliers).mapToObj(i -> pairs.get(i).block())));
    }
    HodgesLehmann robust = estimate.robust().orElseThrow();
    boolean outside = robust.estimate() < t.low() || robust.estimate() > t.high();
    if (outside || robust.estimate() * t.mean() < 0) {
      doubts.add(
          Flag.OUTLIER_DRIVEN,
          "a few blocks drive the gain: the robust estimate %s, %+.2f %%",
          outside ? "lies outside of the interval" : "has the other sign",
          100 * Math.expm1(robust.estimate()));
    }
    if (Math.abs(Math.log1p(ratioOfMeans()) - t.mean()) > t.halfWidth()) {
      doubts.add(
          Flag.ESTIMAND_SPREAD,
          "the ratio of arithmetic means says %+.2f %%: blocks differ much in level",
          100 * ratioOfMeans());
    }
    doubtSkew(d, t, seed);
  }

  private void doubtOrder() {
    double[] first =
        pairs.stream().filter(Pair::baselineFirst).mapToDouble(Pair::logRatio).toArray();
    double[] second =
        pairs.stream().filter(p -> !p.baselineFirst()).mapToDouble(Pair::logRatio).toArray();
    if (first.length < 2
        || second.length < 2
        || Samples.identical(first) && Samples.identical(second)) {
      return;
    }
    Welch welch = Welch.of(first, second, settings.confidence());
    if (welch.pValue() < ORDER_P) {
      doubts.add(
          Flag.ORDER_EFFECT,
          "order effect: blocks with the baseline first differ by %+.2f %% from the others (p ="
              + " %.2g)",
          100 * Math.expm1(-welch.difference()),
          welch.pValue());
    }
  }

  private void doubtSkew(double[] d, PairedT t, long seed) {
    if (d.length < BOOTSTRAP_BLOCKS) {
      return;
    }
    CampaignData.Cell cell = trials.cell();
    String label = String.join("/", "bootstrap", cell.host(), cell.id(), measure.id(), treatment);
    Bootstrap.Range expanded =
        Bootstrap.expandedMean(
            d, Streams.of(seed, label), settings.resamples(), settings.confidence());
    double reach = SKEW_SHARE * 2 * t.halfWidth();
    if (Math.abs(expanded.low() - t.low()) > reach
        || Math.abs(expanded.high() - t.high()) > reach) {
      doubts.add(
          Flag.SKEWED,
          "blocks are skewed: the bootstrap interval is [%+.2f, %+.2f] %%",
          100 * Math.expm1(expanded.low()),
          100 * Math.expm1(expanded.high()));
    }
  }

  private void doubtLatency() {
    if (measure.quantile() == 0 || blocks == 0) {
      return;
    }
    doubts.add(Flag.CO_RISK, "service time of a closed loop");
    double tail =
        arms()
            .map(TrialSummary::latency)
            .filter(Objects::nonNull)
            .mapToDouble(l -> l.count() * (1 - measure.quantile()))
            .min()
            .orElse(0);
    if (tail < TAIL_SAMPLES) {
      doubts.add(
          Flag.FEW_TAIL_SAMPLES,
          "samples of a trial beyond the quantile: only %.0f, %d are wanted",
          tail,
          TAIL_SAMPLES);
    }
    double bucket =
        pairs.stream()
            .mapToDouble(
                p -> Math.max(measure.resolution(p.baseline()), measure.resolution(p.treatment())))
            .max()
            .orElse(0);
    if (estimate.logs().map(PairedT::halfWidth).orElse(Double.MAX_VALUE) / 2 < bucket) {
      doubts.add(
          Flag.RESOLUTION,
          "the interval is narrower than the histogram can resolve (%.2f %% per bucket)",
          100 * bucket);
    }
  }

  private Stream<TrialSummary> arms() {
    return Stream.concat(trials.done(baseline()).stream(), trials.done(treatment).stream());
  }

  private double ratioOfMeans() {
    return Samples.mean(Pair.treatments(pairs)) / Samples.mean(Pair.baselines(pairs)) - 1;
  }

  private boolean sameDesign() {
    if (treatment.equals(trials.cell().control())) {
      return true;
    }
    boolean both = !trials.done(baseline()).isEmpty() && !trials.done(treatment).isEmpty();
    return both
        && arms().allMatch(t -> t.design() != null)
        && arms().map(TrialSummary::design).distinct().count() == 1;
  }

  /**
   * The row of this comparison.
   *
   * @param decision of its family
   * @param family size and rate of the family
   */
  Gains.Row row(Decisions.Decision decision, FamilyRate family) {
    Verdict verdict = verdict(decision);
    return new Gains.Row(
        treatment,
        measure.id(),
        measure.unit(),
        estimate.baseline(),
        estimate.treatment(),
        blocks,
        estimate.gain(),
        estimate.low(),
        estimate.high(),
        settings.confidence(),
        detectable(family),
        verdict,
        doubts.warnings(),
        measure.higherIsBetter(),
        estimate.method(),
        plannedBlocks,
        estimate.logs().map(PairedT::sd).orElse(null),
        estimate.low() == null ? null : estimate.evidence().tests().pDirectional(),
        estimate.low() == null ? null : decision.pAdjusted(),
        verdict == Verdict.INCONCLUSIVE ? blocksNeeded(family) : null,
        robust(),
        pairs.isEmpty() ? null : Numbers.finite(ratioOfMeans()),
        selected(decision, family),
        estimate.difference(),
        new Gains.Drifts(drift(baselineDrift), drift(treatmentDrift)),
        sameDesign(),
        doubts.flags(),
        points());
  }

  private Verdict verdict(Decisions.Decision decision) {
    boolean unsteady = doubts.has(Flag.NOT_STEADY) && !settings.acceptUnsteady();
    if (unsteady && !measure.counted() || doubts.has(Flag.INVALID)) {
      return Verdict.INCONCLUSIVE;
    }
    return measure.counted() && doubts.has(Flag.IDENTICAL) ? exact() : decision.verdict();
  }

  /** Of counts that are the same in every block: no test is needed to tell them apart. */
  private Verdict exact() {
    double base = Objects.requireNonNull(estimate.baseline());
    double treat = Objects.requireNonNull(estimate.treatment());
    if (base == treat) {
      return Verdict.EQUIVALENT;
    }
    double benefit =
        measure.direction() * Math.log(treat / base); // infinite where one of them is 0
    if (Math.abs(benefit) <= MarginTests.margin(settings.negligible())) {
      return Verdict.EQUIVALENT;
    }
    return benefit > 0 ? Verdict.BETTER : Verdict.WORSE;
  }

  /** The loss that this design would have found, whatever was observed. */
  private @Nullable Double detectable(FamilyRate family) {
    if (!(estimate.sd() > 0)) {
      return null;
    }
    double standardErrors = family.detectableStandardErrors(blocks, settings.power());
    double effect = standardErrors * inflatedSd() / Math.sqrt(blocks);
    return Numbers.finite(-Math.expm1(-(effect + MarginTests.margin(settings.negligible()))));
  }

  private @Nullable Integer blocksNeeded(FamilyRate family) {
    if (!(estimate.sd() > 0)) {
      return null;
    }
    double effect =
        MarginTests.margin(settings.targetEffect()) - MarginTests.margin(settings.negligible());
    return Power.blocksFor(effect, inflatedSd(), family.alpha(), settings.power());
  }

  private double inflatedSd() {
    return settings.inflation() * estimate.sd();
  }

  private Gains.@Nullable Robust robust() {
    return estimate
        .robust()
        .map(hl ->
            new Gains.Robust(
                Math.expm1(hl.estimate()),
                Math.expm1(hl.low()),
                Math.expm1(hl.high()),
                hl.achieved()))
        .orElse(null);
  }

  private Gains.@Nullable Interval selected(Decisions.Decision decision, FamilyRate family) {
    Double gain = estimate.gain();
    if (!decision.significant() || gain == null) {
      return null;
    }
    double confidence = family.selectedConfidence();
    Estimate wide = estimated(settings.withConfidence(confidence), new Doubts());
    return new Gains.Interval(gain, wide.low(), wide.high(), confidence);
  }

  private static Gains.@Nullable Drift drift(Optional<Warmup.Drift> drift) {
    return drift.map(d -> new Gains.Drift(d.drift(), d.low(), d.high())).orElse(null);
  }

  private List<Gains.Point> points() {
    return pairs.stream()
        .map(p ->
            new Gains.Point(
                p.block(),
                p.baseline(),
                p.treatment(),
                Numbers.finite(p.logRatio()),
                p.baselineFirst()))
        .toList();
  }
}
