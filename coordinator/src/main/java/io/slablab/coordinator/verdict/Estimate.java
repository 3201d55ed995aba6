package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.Distributions;
import io.slablab.coordinator.stats.Fieller;
import io.slablab.coordinator.stats.HodgesLehmann;
import io.slablab.coordinator.stats.MarginTests;
import io.slablab.coordinator.stats.PairedT;
import io.slablab.coordinator.stats.Pooled;
import io.slablab.coordinator.stats.Samples;
import io.slablab.coordinator.verdict.Decisions.Evidence;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the pairs of a comparison say before anybody decides.
 *
 * @param method paired-t, welch, fieller, difference or none
 * @param baseline mean of the baselines, geometric in paired-t and welch; null without values
 * @param treatment likewise
 * @param gain treatment / baseline - 1; null where the ratio is undefined
 * @param low lower end of the gain; null without an interval
 * @param high upper end of the gain
 * @param sd deviation of one pair on the log scale (fieller: by the delta method); NaN without an
 *     interval
 * @param logs the headline interval where the method is paired-t and an interval exists
 * @param robust companion in the method paired-t
 * @param part of the pool over cells; empty where there is no interval on the log scale
 * @param difference treatment - baseline where the ratio is undefined
 * @param evidence for the family
 */
record Estimate(
    String method,
    @Nullable Double baseline,
    @Nullable Double treatment,
    @Nullable Double gain,
    @Nullable Double low,
    @Nullable Double high,
    double sd,
    Optional<PairedT> logs,
    Optional<HodgesLehmann> robust,
    Optional<Pooled.Part> part,
    Gains.@Nullable Interval difference,
    Evidence evidence) {
  static final Estimate NONE = withoutInterval("none", null, null, null, null);

  static Estimate withoutInterval(
      String method,
      @Nullable Double baseline,
      @Nullable Double treatment,
      @Nullable Double gain,
      Gains.@Nullable Interval difference) {
    return new Estimate(
        method,
        baseline,
        treatment,
        gain,
        null,
        null,
        Double.NaN,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        difference,
        Evidence.NONE);
  }

  /** Chooses the method by the values and estimates. */
  static Estimate of(List<Pair> pairs, int direction, Settings settings, Doubts doubts) {
    if (pairs.isEmpty()) {
      return NONE;
    }
    if (pairs.size() < settings.minBlocks()) {
      doubts.add(
          Flag.TOO_FEW_BLOCKS,
          "n too small: n=%d, an interval needs %d blocks",
          pairs.size(),
          settings.minBlocks());
    }
    return pairs.stream().allMatch(Pair::logarithms)
        ? onLogs(pairs, direction, settings, doubts)
        : onMeans(pairs, direction, settings, doubts);
  }

  private static Estimate onLogs(
      List<Pair> pairs, int direction, Settings settings, Doubts doubts) {
    double[] d = Pair.logRatios(pairs);
    double mean = Samples.mean(d);
    double base = geometricMean(Pair.baselines(pairs));
    double treat = geometricMean(Pair.treatments(pairs));
    if (!carriesInterval(d, settings, doubts)) {
      return withoutInterval("paired-t", base, treat, Math.expm1(mean), null);
    }
    PairedT t = PairedT.of(d, settings.confidence(), settings.inflation());
    double benefit = direction * mean;
    MarginTests tests =
        MarginTests.of(benefit, t.se(), t.df(), settings.negligible(), settings.equivalence());
    return new Estimate(
        "paired-t",
        base,
        treat,
        t.gain(),
        t.gainLow(),
        t.gainHigh(),
        t.sd(),
        Optional.of(t),
        Optional.of(HodgesLehmann.paired(d, settings.confidence())),
        Optional.of(Pooled.Part.of(d)),
        null,
        new Evidence(tests, benefit));
  }

  private static Estimate onMeans(
      List<Pair> pairs, int direction, Settings settings, Doubts doubts) {
    double[] base = Pair.baselines(pairs);
    double[] treat = Pair.treatments(pairs);
    double a = Samples.mean(treat);
    double b = Samples.mean(base);
    doubts.add(Flag.NEAR_ZERO, "values at or near 0: ratio of arithmetic means, no log ratios");
    double[] spread = contrast(base, treat, a / b);
    boolean meansExist = a > 0 && b > 0;
    if (!carriesInterval(meansExist ? spread : contrast(base, treat, 1), settings, doubts)) {
      return meansExist
          ? withoutInterval("none", b, a, a / b - 1, null)
          : difference(base, treat, settings, doubts);
    }
    Fieller fieller = Fieller.paired(base, treat, settings.confidence(), settings.inflation());
    if (!meansExist || fieller.shape() != Fieller.Shape.BOUNDED) {
      return difference(base, treat, settings, doubts);
    }
    MarginTests tests =
        new RatioTests(base, treat, direction, settings.inflation()).against(settings);
    double benefit = direction * Math.log(fieller.ratio());
    return new Estimate(
        "fieller",
        b,
        a,
        fieller.gain(),
        fieller.low(),
        fieller.high(),
        Samples.standardDeviation(spread) / a,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        null,
        new Evidence(tests, benefit));
  }

  private static Estimate difference(
      double[] base, double[] treat, Settings settings, Doubts doubts) {
    doubts.add(
        Flag.RATIO_UNDEFINED,
        "ratio undefined: the %s cannot be told from 0; see the difference",
        Samples.mean(base) > 0 && Samples.mean(treat) <= 0 ? "treatment" : "baseline");
    double[] d = contrast(base, treat, 1);
    double mean = Samples.mean(d);
    Double low = null;
    Double high = null;
    if (d.length >= settings.minBlocks() && !Samples.identical(d)) {
      PairedT t = PairedT.of(d, settings.confidence(), settings.inflation());
      low = t.low();
      high = t.high();
    }
    return withoutInterval(
        "difference",
        Samples.mean(base),
        Samples.mean(treat),
        null,
        new Gains.Interval(mean, low, high, settings.confidence()));
  }

  private static boolean carriesInterval(double[] values, Settings settings, Doubts doubts) {
    if (values.length < settings.minBlocks()) {
      return false;
    }
    if (Samples.identical(values)) {
      doubts.add(
          Flag.IDENTICAL, "identical values: all %d blocks give the same result", values.length);
      return false;
    }
    return true;
  }

  private static double geometricMean(double[] values) {
    return Math.exp(Samples.mean(Arrays.stream(values).map(Math::log).toArray()));
  }

  /**
   * treatment - ratio * baseline per block: its mean is 0 exactly when the ratio of means is {@code
   * ratio}.
   */
  private static double[] contrast(double[] base, double[] treat, double ratio) {
    double[] z = new double[base.length];
    Arrays.setAll(z, i -> treat[i] - ratio * base[i]);
    return z;
  }

  /**
   * One-sided tests of the ratio of means, each by a paired t test of one contrast: Fieller's
   * method turned round.
   */
  private record RatioTests(double[] base, double[] treat, int direction, double inflation) {

    MarginTests against(Settings settings) {
      double nonInferior = beyond(-1, settings.equivalence());
      return new MarginTests(
          1 - beyond(-1, settings.negligible()),
          beyond(1, settings.negligible()),
          nonInferior,
          Math.max(nonInferior, 1 - beyond(1, settings.equivalence())));
    }

    /** p-value of "the benefit is at most side * margin": small when it is larger. */
    private double beyond(int side, double margin) {
      double ratio = Math.exp(direction * side * MarginTests.margin(margin));
      double[] z = contrast(base, treat, ratio);
      double se = inflation * Samples.standardDeviation(z) / Math.sqrt(z.length);
      return Distributions.studentCdf(-direction * Samples.mean(z) / se, z.length - 1);
    }
  }
}
