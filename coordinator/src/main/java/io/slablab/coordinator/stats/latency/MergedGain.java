package io.slablab.coordinator.stats.latency;

import io.slablab.coordinator.stats.Distributions;
import io.slablab.coordinator.stats.Samples;
import java.util.List;
import java.util.stream.IntStream;

/** The gain of a quantile of merged trials, or why it has no interval. */
public sealed interface MergedGain permits MergedGain.Jackknife, MergedGain.Unknown {
  /** Fewest blocks with an interval. */
  int LEAST_BLOCKS = 5;

  /**
   * One trial of each variant.
   *
   * @param baseline its latencies
   * @param treatment its latencies
   */
  record Block(Weights baseline, Weights treatment) {}

  /** Why there is none. */
  enum Why {
    /** Fewer than {@link #LEAST_BLOCKS}. */
    TOO_FEW_BLOCKS,
    /** A trial without latencies, or a quantile that is not positive. */
    BAD_VALUE,
    /** It is the same whichever block is left out. */
    IDENTICAL
  }

  /** No number. */
  record Unknown(Why why) implements MergedGain {}

  /**
   * The delete-one-block jackknife of f = ln(quantile of treatment / quantile of baseline): pseudo
   * values n f - (n - 1) f(all but i), t on n - 1 degrees of freedom.
   *
   * @param estimate f of all blocks, log scale
   * @param se of the pseudo-values' mean
   * @param low lower end, log scale
   * @param high upper end, log scale
   */
  record Jackknife(int blocks, double estimate, double se, double low, double high)
      implements MergedGain {

    /** treatment / baseline - 1. */
    public double gain() {
      return Math.expm1(estimate);
    }
  }

  /**
   * @param p level of the quantile, in (0, 1]
   */
  static MergedGain of(List<Block> blocks, double p, Weighting weighting, double confidence) {
    int n = blocks.size();
    if (n < LEAST_BLOCKS) {
      return new Unknown(Why.TOO_FEW_BLOCKS);
    }
    if (blocks.stream().anyMatch(b -> !(b.baseline().total() > 0 && b.treatment().total() > 0))) {
      return new Unknown(Why.BAD_VALUE);
    }
    double all = logRatio(blocks, -1, p, weighting);
    double[] pseudo =
        IntStream.range(0, n)
            .mapToDouble(i -> n * all - (n - 1) * logRatio(blocks, i, p, weighting))
            .toArray();
    if (!Double.isFinite(all) || !Double.isFinite(Samples.mean(pseudo))) {
      return new Unknown(Why.BAD_VALUE);
    }
    if (Samples.identical(pseudo)) {
      return new Unknown(Why.IDENTICAL);
    }
    double se = Samples.standardDeviation(pseudo) / Math.sqrt(n);
    double reach = Distributions.studentQuantile((1 + confidence) / 2, n - 1) * se;
    return new Jackknife(n, all, se, all - reach, all + reach);
  }

  private static double logRatio(List<Block> blocks, int without, double p, Weighting weighting) {
    List<Block> kept =
        IntStream.range(0, blocks.size()).filter(i -> i != without).mapToObj(blocks::get).toList();
    Weights baseline = Weights.merged(kept.stream().map(Block::baseline).toList(), weighting);
    Weights treatment = Weights.merged(kept.stream().map(Block::treatment).toList(), weighting);
    return Math.log(treatment.quantile(p) / baseline.quantile(p));
  }
}
