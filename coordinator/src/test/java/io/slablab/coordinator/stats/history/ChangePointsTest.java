package io.slablab.coordinator.stats.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slablab.coordinator.stats.Streams;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The detector against direct formulas, planted steps and quiet series. */
class ChangePointsTest {
  private static final int NIGHTS = 180;
  private static final double NOISE = 0.01;

  /** A step of so many standard deviations at a night; no step from the end on. */
  private static double[] series(long seed, int nights, int at, double step) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[nights];
    Arrays.setAll(x, i -> 7 + NOISE * (random.nextGaussian() + (i < at ? 0 : step)));
    return x;
  }

  /** Q as it is written, pair by pair. */
  private static double plainQ(double[] x, int s, int tau, int kappa) {
    double n = tau - s;
    double m = kappa - tau;
    double inX = n == 1 ? 0 : 2 * m / ((n + m) * (n - 1)) * between(x, s, tau, s, tau) / 2;
    double inY = m == 1 ? 0 : 2 * n / ((n + m) * (m - 1)) * between(x, tau, kappa, tau, kappa) / 2;
    return 2 / (n + m) * between(x, s, tau, tau, kappa) - inX - inY;
  }

  private static double between(double[] x, int a, int b, int c, int d) {
    double sum = 0;
    for (int i = a; i < b; i++) {
      for (int j = c; j < d; j++) {
        sum += Math.abs(x[i] - x[j]);
      }
    }
    return sum;
  }

  @Test
  void runningSumsGiveTheWrittenStatistic() {
    double[] x = series(5, 30, 12, 2);
    PairSums sums = new PairSums(x, 3, 30);
    for (int s = 0; s < 25; s++) {
      for (int tau = s + 1; tau < 26; tau++) {
        for (int kappa = tau + 1; kappa <= 27; kappa++) {
          assertThat(sums.q(s, tau, kappa))
              .isCloseTo(plainQ(x, s + 3, tau + 3, kappa + 3), within(1e-12));
        }
      }
    }
  }

  /** The published rates: no more than 1 % of quiet series show a point, plus three errors. */
  @Test
  void quietSeriesAreQuiet() {
    long loud =
        IntStream.range(0, 2000)
            .parallel()
            .filter(seed -> !ChangePoints.of(series(seed, NIGHTS, NIGHTS, 0)).points().isEmpty())
            .count();
    assertThat(loud / 2000.0).isLessThan(0.017);
  }

  /** A shift of 3 sd is found in at least 95 % of series, within two nights of where it is. */
  @Test
  void shiftsAreFoundWhereTheyAre() {
    long found =
        IntStream.range(0, 400)
            .filter(seed ->
                ChangePoints.of(series(seed, NIGHTS, 110, 3)).points().stream()
                    .anyMatch(point -> Math.abs(point.index() - 110) <= 2))
            .count();
    assertThat(found).isGreaterThan(380);
  }

  @Test
  void aPointTellsItsStep() {
    ChangePoint point = ChangePoints.of(series(2, 60, 30, -5)).points().getFirst();
    assertThat(point.index()).isEqualTo(30);
    assertThat(point.change()).isCloseTo(-0.05, within(0.01)).isBetween(point.low(), point.high());
    assertThat(point.after() - point.before()).isEqualTo(point.change());
    assertThat(point.pValue()).isPositive().isLessThan(1e-10);
  }

  /** Their nights do not count, and a point's index is that of the array as given. */
  @Test
  void missingNightsAreLeftOut() {
    double[] x = series(2, 60, 30, -5);
    double[] gaps = new double[90];
    Arrays.fill(gaps, Double.NaN);
    for (int i = 0; i < x.length; i++) {
      gaps[i / 2 * 3 + i % 2] = x[i];
    }
    ChangePoints whole = ChangePoints.of(x);
    ChangePoints holed = ChangePoints.of(gaps);
    assertThat(holed.nights()).isEqualTo(60);
    assertThat(holed.points()).hasSameSizeAs(whole.points());
    assertThat(holed.points().getFirst().index()).isEqualTo(45);
    assertThat(holed.points().getFirst().pValue()).isEqualTo(whole.points().getFirst().pValue());
  }

  @Test
  void whatCannotChangeIsAWarning() {
    double nan = Double.NaN;
    assertThat(ChangePoints.of(new double[0]).warning()).contains(ChangePoints.Warning.TOO_SHORT);
    assertThat(ChangePoints.of(new double[] {1}).warning())
        .contains(ChangePoints.Warning.TOO_SHORT);
    double[] holes = {1, nan, 2, nan, 3, nan, 4, Double.POSITIVE_INFINITY, 5};
    assertThat(ChangePoints.of(holes).warning()).contains(ChangePoints.Warning.TOO_SHORT);
    double[] constant = new double[100];
    Arrays.fill(constant, 6.9);
    assertThat(ChangePoints.of(constant).warning()).contains(ChangePoints.Warning.CONSTANT);
    assertThat(ChangePoints.of(constant).points()).isEmpty();
  }

  /** Two levels without any noise: the step is certain, and nothing divides by zero. */
  @Test
  void noiselessStepsAreFound() {
    double[] x = new double[40];
    Arrays.setAll(x, i -> i < 20 ? 1 : 1.1);
    List<ChangePoint> points = ChangePoints.of(x).points();
    assertThat(points).hasSize(1);
    assertThat(points.getFirst().index()).isEqualTo(20);
    assertThat(points.getFirst().pValue()).isZero();
    assertThat(points.getFirst().low()).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void smallStepsAreNotWorthAPoint() {
    double[] x = series(4, 120, 60, 8);
    double[] tenth = Arrays.stream(x).map(v -> 7 + (v - 7) / 10).toArray();
    assertThat(ChangePoints.of(x).points()).hasSize(1);
    assertThat(ChangePoints.of(tenth).points()).isEmpty();
    DetectorRule fine = new DetectorRule(50, 4, 1e-3, 1e-4, 0);
    assertThat(ChangePoints.of(tenth, fine).points()).hasSize(1);
  }

  /** After the second pass: no point that could go, and levels of four points or more. */
  @Test
  void keptPointsAreSignificantAndApart() {
    Random steps = new Random(9);
    for (long seed = 1; seed <= 200; seed++) {
      double[] x = series(seed, 250, 250, 0);
      double level = 0;
      for (int i = 0; i < x.length; i++) {
        level += steps.nextInt(30) == 0 ? 0.02 * steps.nextGaussian() : 0;
        x[i] += level;
      }
      int last = 0;
      for (ChangePoint point : ChangePoints.of(x).points()) {
        assertThat(point.pValue()).as("seed %d", seed).isLessThan(1e-4);
        assertThat(Math.abs(point.change())).as("seed %d", seed).isGreaterThan(Math.log1p(0.01));
        assertThat(point.index() - last).as("seed %d", seed).isGreaterThanOrEqualTo(4);
        last = point.index();
      }
      assertThat(x.length - last).as("seed %d", seed).isGreaterThanOrEqualTo(4);
    }
  }

  /** Of a crowd the more significant stays; what a removal joins is judged anew. */
  @Test
  void crowdedPointsAreThinned() {
    double[] x = series(1, 40, 20, 6);
    Merge merge = new Merge(x, DetectorRule.DEFAULT, List.of(18, 20, 23));
    assertThat(merge.dedupe()).containsExactly(20);
    assertThat(merge.kept()).containsExactly(20);
    Merge far = new Merge(x, DetectorRule.DEFAULT, List.of(8, 20, 31));
    assertThat(far.kept()).containsExactly(20);
  }

  @Test
  void optimalPartitionIsOptimal() {
    double[] x = series(11, 14, 6, 3);
    double penalty = OptimalPartition.penalty(x.length, NOISE);
    double least = Double.POSITIVE_INFINITY;
    for (int cuts = 0; cuts < 1 << (x.length - 1); cuts++) {
      least = Math.min(least, cost(x, cuts, penalty));
    }
    assertThat(OptimalPartition.of(x, penalty).cost()).isCloseTo(least, within(1e-12));
    assertThat(OptimalPartition.of(new double[0], penalty).points()).isEmpty();
    assertThat(OptimalPartition.of(new double[] {4}, penalty).cost()).isZero();
  }

  private static double cost(double[] x, int cuts, double penalty) {
    double cost = penalty * Integer.bitCount(cuts);
    int from = 0;
    for (int i = 1; i <= x.length; i++) {
      if (i == x.length || (cuts >> (i - 1) & 1) == 1) {
        double[] level = Arrays.copyOfRange(x, from, i);
        double mean = Arrays.stream(level).average().orElseThrow();
        cost += Arrays.stream(level).map(v -> (v - mean) * (v - mean)).sum();
        from = i;
      }
    }
    return cost;
  }

  @Test
  void noiseIsToldBesideSteps() {
    assertThat(OptimalPartition.noise(series(3, 2000, 1000, 50))).isCloseTo(NOISE, within(5e-4));
    assertThat(OptimalPartition.noise(new double[] {1, 2})).isZero();
  }

  /** Shuffles cannot be beaten by noise more often than alpha says, nor fail to be by a step. */
  @Test
  void permutationsKeepTheirLevel() {
    long loud =
        IntStream.range(0, 200)
            .parallel()
            .filter(seed ->
                !PermutationSplits.of(series(seed, 40, 40, 0), Streams.of(seed, "quiet"), 199, 0.05)
                    .points()
                    .isEmpty())
            .count();
    assertThat(loud / 200.0).isLessThan(0.10);
    assertThat(
            PermutationSplits.of(series(1, 60, 25, 4), Streams.of(1, "step"), 199, 0.01).points())
        .containsExactly(25);
    assertThat(PermutationSplits.of(new double[5], Streams.of(1, "short"), 199, 0.01).trace())
        .isEmpty();
  }
}
