package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.HodgesLehmann;
import io.slablab.coordinator.stats.MarginTests;
import io.slablab.coordinator.stats.Pooled;
import io.slablab.coordinator.stats.Samples;
import io.slablab.coordinator.stats.Welch;
import io.slablab.coordinator.verdict.Decisions.Evidence;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Estimates from two variants that share no block, by Welch's interval of the difference of their
 * mean logarithms. The deviation it tells is that of one pair of trials whose mean would have
 * Welch's error: sd = se sqrt(n), n trials of the variant that has fewer.
 */
final class UnpairedEstimate {
  private UnpairedEstimate() {}

  /**
   * @param base one value per trial
   * @param treat likewise
   */
  static Estimate of(
      double[] base, double[] treat, int direction, Settings settings, Doubts doubts) {
    int n = Math.min(base.length, treat.length);
    if (n == 0) {
      return Estimate.NONE;
    }
    doubts.add(
        Flag.UNPAIRED,
        "unpaired: no block holds both variants, so that what drifted on the host is in the gain");
    if (DoubleStream.concat(Arrays.stream(base), Arrays.stream(treat)).anyMatch(y -> !(y > 0))) {
      doubts.add(Flag.NEAR_ZERO, "a value is 0: no log ratios, and without blocks no other gain");
      return Estimate.withoutInterval("none", Samples.mean(base), Samples.mean(treat), null, null);
    }
    if (n < settings.minBlocks()) {
      doubts.add(
          Flag.TOO_FEW_BLOCKS,
          "n too small: n=%d, an interval needs %d trials of either variant",
          n,
          settings.minBlocks());
    }
    return onLogs(logs(base), logs(treat), direction, settings, doubts);
  }

  private static double[] logs(double[] values) {
    return Arrays.stream(values).map(Math::log).toArray();
  }

  private static Estimate onLogs(
      double[] base, double[] treat, int direction, Settings settings, Doubts doubts) {
    double level = Math.exp(Samples.mean(base));
    double treated = Math.exp(Samples.mean(treat));
    boolean identical = Samples.identical(base) && Samples.identical(treat);
    int n = Math.min(base.length, treat.length);
    if (n < settings.minBlocks() || identical) {
      if (n >= settings.minBlocks()) {
        doubts.add(
            Flag.IDENTICAL, "identical values: all trials of a variant give the same result");
      }
      double gain = Math.expm1(Samples.mean(treat) - Samples.mean(base));
      return Estimate.withoutInterval("welch", level, treated, gain, null);
    }
    Welch welch = Welch.of(base, treat, settings.confidence());
    double reach = settings.inflation() * welch.halfWidth();
    double se = settings.inflation() * welch.se();
    double benefit = direction * welch.difference();
    MarginTests tests =
        MarginTests.of(benefit, se, welch.df(), settings.negligible(), settings.equivalence());
    return new Estimate(
        "welch",
        level,
        treated,
        Math.expm1(welch.difference()),
        Math.expm1(welch.difference() - reach),
        Math.expm1(welch.difference() + reach),
        welch.se() * Math.sqrt(n),
        Optional.empty(),
        Optional.of(HodgesLehmann.shift(base, treat, settings.confidence())),
        Optional.of(new Pooled.Part(welch.difference(), welch.se() * welch.se(), welch.df())),
        null,
        new Evidence(tests, benefit));
  }
}
