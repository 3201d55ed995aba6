package io.slablab.coordinator.stats;

import java.util.Arrays;
import java.util.Optional;

/**
 * Blocks of one cell, as a gate looks at them: benefits on the log scale, positive where the
 * candidate is better.
 */
public sealed interface GateSample permits GateSample.Paired, GateSample.Between {
  /** Fewest blocks that carry a verdict. */
  int LEAST_BLOCKS = 5;

  /** What blocks are worth. */
  enum Blocks {
    USABLE,
    /** Fewer than five. */
    TOO_FEW,
    /** One of them is no finite number. */
    BAD_VALUE,
    /** All are equal: nothing varies where everything should. */
    IDENTICAL
  }

  /** A mean benefit with its error. */
  record Mean(double mean, double se, double df) {
    /** Half of the two-sided interval. */
    public double halfWidth(double confidence) {
      return Distributions.studentQuantile((1 + confidence) / 2, df) * se;
    }

    public MarginTests against(double negligible, double equivalence) {
      return MarginTests.of(mean, se, df, negligible, equivalence);
    }

    public double detectable(double alpha, double power) {
      return se
          * (Distributions.studentQuantile(1 - alpha, df)
              + Distributions.studentQuantile(power, df));
    }
  }

  /** Candidate's blocks. */
  int size();

  Blocks judge();

  /** Of "the loss is at most the negligible one"; usable blocks only. */
  double pLoss(double negligible);

  /** The benefit by the estimator that goes with the test; usable blocks only. */
  double benefit();

  /** Of one block, little moved by a few disturbed ones; usable blocks only. */
  double deviation();

  /**
   * The least true loss, log scale and beyond what is negligible, that a one-sided t test at the
   * level {@code alpha} finds; usable blocks only.
   */
  double detectable(double alpha, double power);

  /** Empty for unusable blocks. */
  Optional<Mean> mean();

  /**
   * Pairs of one campaign: candidate and reference of one block ran together. Exact signed rank
   * test, Hodges-Lehmann estimate.
   */
  record Paired(double[] benefits) implements GateSample {
    @Override
    public int size() {
      return benefits.length;
    }

    @Override
    public Blocks judge() {
      if (benefits.length < LEAST_BLOCKS) {
        return Blocks.TOO_FEW;
      }
      if (!finite(benefits)) {
        return Blocks.BAD_VALUE;
      }
      return Samples.identical(benefits) ? Blocks.IDENTICAL : Blocks.USABLE;
    }

    @Override
    public double pLoss(double negligible) {
      return SignedRank.test(benefits, -MarginTests.margin(negligible)).pLess();
    }

    @Override
    public double benefit() {
      return HodgesLehmann.paired(benefits, 0.95).estimate();
    }

    @Override
    public double deviation() {
      return Samples.robustDeviation(benefits);
    }

    @Override
    public double detectable(double alpha, double power) {
      return Power.detectableApproximately(deviation(), benefits.length, alpha, power);
    }

    @Override
    public Optional<Mean> mean() {
      return judge() == Blocks.USABLE
          ? Optional.of(
              new Mean(
                  Samples.mean(benefits),
                  Samples.standardDeviation(benefits) / Math.sqrt(benefits.length),
                  benefits.length - 1))
          : Optional.empty();
    }
  }

  /**
   * Two campaigns: benefits (or log levels) of each, block by block. Welch's test on their means.
   */
  record Between(double[] candidate, double[] reference) implements GateSample {
    @Override
    public int size() {
      return candidate.length;
    }

    @Override
    public Blocks judge() {
      if (Math.min(candidate.length, reference.length) < LEAST_BLOCKS) {
        return Blocks.TOO_FEW;
      }
      if (!finite(candidate) || !finite(reference)) {
        return Blocks.BAD_VALUE;
      }
      return Samples.identical(candidate) && Samples.identical(reference)
          ? Blocks.IDENTICAL
          : Blocks.USABLE;
    }

    @Override
    public double pLoss(double negligible) {
      Mean mean = welch();
      return mean.against(negligible, negligible).pRegression();
    }

    @Override
    public double benefit() {
      return welch().mean();
    }

    @Override
    public double deviation() {
      return Math.hypot(Samples.robustDeviation(candidate), Samples.robustDeviation(reference));
    }

    @Override
    public double detectable(double alpha, double power) {
      return welch().detectable(alpha, power);
    }

    @Override
    public Optional<Mean> mean() {
      return judge() == Blocks.USABLE ? Optional.of(welch()) : Optional.empty();
    }

    private Mean welch() {
      Welch welch = Welch.of(reference, candidate, 0.95);
      return new Mean(welch.difference(), welch.se(), welch.df());
    }
  }

  private static boolean finite(double[] x) {
    return Arrays.stream(x).allMatch(Double::isFinite);
  }
}
