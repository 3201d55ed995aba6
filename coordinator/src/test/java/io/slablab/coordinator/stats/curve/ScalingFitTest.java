package io.slablab.coordinator.stats.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slablab.coordinator.stats.curve.ScalingFit.PointsOnly;
import io.slablab.coordinator.stats.curve.ScalingFit.Why;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Fits of known curves with noise, and of points that are none. */
class ScalingFitTest {
  private static final int[] CORES = {1, 2, 4, 8, 16, 24, 32, 64};
  private static final int SERIES = 400;

  private static double[] measured(Coefficients curve, double noise, SplittableRandom random) {
    return Arrays.stream(CORES)
        .mapToDouble(n -> Math.exp(curve.logAt(n) + noise * random.nextGaussian()))
        .toArray();
  }

  private static Why whyNot(int[] cores, double... throughput) {
    return ((PointsOnly) ScalingFit.of(cores, throughput, 0.95)).why();
  }

  @Test
  void whatIsNoCurveIsPoints() {
    assertThat(whyNot(new int[0])).isEqualTo(Why.TOO_FEW_CORE_COUNTS);
    assertThat(whyNot(new int[] {4}, 100)).isEqualTo(Why.TOO_FEW_CORE_COUNTS);
    int[] five = {1, 2, 4, 8, 16, 16, 16};
    assertThat(whyNot(five, 10, 19, 33, 60, 100, 101, 99)).isEqualTo(Why.TOO_FEW_CORE_COUNTS);
    int[] six = {1, 2, 3, 4, 5, 6};
    assertThat(whyNot(six, 1, 2, Double.NaN, 4, 5, 6)).isEqualTo(Why.BAD_VALUE);
    assertThat(whyNot(six, 1, 2, 0, 4, 5, 6)).isEqualTo(Why.BAD_VALUE);
    assertThat(whyNot(six, 1, 2, Double.POSITIVE_INFINITY, 4, 5, 6)).isEqualTo(Why.BAD_VALUE);
    assertThat(whyNot(new int[] {0, 1, 2, 3, 4, 5}, 1, 2, 3, 4, 5, 6)).isEqualTo(Why.BAD_VALUE);
    assertThat(whyNot(six, 7, 7, 7, 7, 7, 7)).isEqualTo(Why.NO_SCATTER);
    assertThat(whyNot(six, 3, 6, 9, 12, 15, 18)).isEqualTo(Why.NO_SCATTER);
  }

  /** Whatever the points, there is a curve without a NaN or a reason. */
  @Test
  void noPositivePointsThrow() {
    for (long seed = 1; seed <= 150; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] cores = random.ints(6 + random.nextInt(6), 1, 300).toArray();
      double[] wild =
          Arrays.stream(cores).mapToDouble(n -> Math.exp(random.nextDouble(-9, 9))).toArray();
      if (ScalingFit.of(cores, wild, 0.95) instanceof ScalingCurve curve) {
        assertThat(curve.sigma().value()).as("seed %d", seed).isGreaterThanOrEqualTo(0);
        assertThat(curve.kappa().value()).as("seed %d", seed).isGreaterThanOrEqualTo(0);
        assertThat(curve.lambda().low()).as("seed %d", seed).isFinite().isNotNaN();
        assertThat(curve.sigma().high()).as("seed %d", seed).isFinite();
        assertThat(curve.kappa().high()).as("seed %d", seed).isFinite();
      }
    }
  }

  /** The published condition of a least-squares optimum: no small step makes the squares fewer. */
  @Test
  void fitsAreOptima() {
    for (long seed = 1; seed <= 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Coefficients truth =
          new Coefficients(7, random.nextDouble(0, 0.2), random.nextDouble(0, 0.005));
      double[] x = measured(truth, 0.03, random);
      ScalingCurve fit = (ScalingCurve) ScalingFit.of(CORES, x, 0.95);
      Points points = Points.of(CORES, x);
      double log = Math.log(fit.lambda().value());
      for (double step : new double[] {1e-3, -1e-3}) {
        double sigma = fit.sigma().value();
        double kappa = fit.kappa().value();
        double least = fit.rss() * (1 - 1e-9);
        assertThat(rss(points, log + step, sigma, kappa)).as("seed %d", seed).isGreaterThan(least);
        assertThat(rss(points, log, Math.max(0, sigma + step), kappa))
            .as("seed %d", seed)
            .isGreaterThanOrEqualTo(least);
        assertThat(rss(points, log, sigma, Math.max(0, kappa + step / 100)))
            .as("seed %d", seed)
            .isGreaterThanOrEqualTo(least);
      }
    }
  }

  private static double rss(Points points, double logLambda, double sigma, double kappa) {
    return LeastSquares.sumOfSquares(points.residuals(new Coefficients(logLambda, sigma, kappa)));
  }

  @Test
  void intervalsCoverTheTruth() {
    SplittableRandom random = new SplittableRandom(20_261_125);
    Coefficients truth = new Coefficients(7, 0.05, 0.001);
    double peak = Math.sqrt((1 - truth.sigma()) / truth.kappa());
    int sigma = 0;
    int kappa = 0;
    int knee = 0;
    int band = 0;
    for (int i = 0; i < SERIES; i++) {
      ScalingCurve fit = (ScalingCurve) ScalingFit.of(CORES, measured(truth, 0.01, random), 0.95);
      sigma += contains(fit.sigma(), truth.sigma());
      kappa += contains(fit.kappa(), truth.kappa());
      knee += fit.knee().map(k -> contains(k.cores(), peak)).orElse(0);
      band += contains(fit.at(12), Math.exp(truth.logAt(12)));
    }
    assertThat(List.of(sigma, kappa, knee, band))
        .allSatisfy(covered -> assertThat(covered / (double) SERIES).isBetween(0.92, 0.98));
  }

  private static int contains(Estimate estimate, double truth) {
    return estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
  }

  @Test
  void unitsScaleTheCurveAndNothingElse() {
    double[] x = measured(new Coefficients(7, 0.05, 0.001), 0.01, new SplittableRandom(3));
    double[] thousands = Arrays.stream(x).map(v -> v * 1e-3).toArray();
    ScalingCurve one = (ScalingCurve) ScalingFit.of(CORES, x, 0.95);
    ScalingCurve other = (ScalingCurve) ScalingFit.of(CORES, thousands, 0.95);
    assertThat(other.lambda().high() * 1e3).isCloseTo(one.lambda().high(), within(1e-6));
    assertThat(other.sigma().low()).isCloseTo(one.sigma().low(), within(1e-9));
    assertThat(other.kappa().se()).isCloseTo(one.kappa().se(), within(1e-11));
  }

  @Test
  void kneesFarBeyondThePointsAreNotTold() {
    double[] x = measured(new Coefficients(7, 0.05, 2e-5), 0.001, new SplittableRandom(4));
    ScalingCurve fit = (ScalingCurve) ScalingFit.of(CORES, x, 0.95);
    assertThat(fit.law()).isEqualTo(Law.USL);
    assertThat(fit.knee()).isEmpty();
    assertThat(fit.extrapolated(64)).isFalse();
    assertThat(fit.extrapolated(65)).isTrue();
    assertThat(fit.at(200).high() / fit.at(200).low())
        .isGreaterThan(fit.at(64).high() / fit.at(64).low());
  }

  @Test
  void lackOfFitIsSeen() {
    double[] good = measured(new Coefficients(7, 0.05, 0.001), 0.01, new SplittableRandom(6));
    assertThat(((ScalingCurve) ScalingFit.of(CORES, good, 0.95)).doubts()).isEmpty();
    double[] stepped = good.clone();
    for (int i = 4; i < stepped.length; i++) {
      stepped[i] *= 0.6;
    }
    assertThat(((ScalingCurve) ScalingFit.of(CORES, stepped, 0.95)).doubts())
        .contains(ScalingCurve.Doubt.LARGE_RESIDUAL);
    int[] cores = {1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24};
    double[] bent = new double[cores.length];
    Arrays.setAll(bent, i -> 1000 * Math.pow(cores[i], 0.8 + 0.01 * Math.sin(cores[i] / 3.0)));
    assertThat(((ScalingCurve) ScalingFit.of(cores, bent, 0.95)).doubts())
        .contains(ScalingCurve.Doubt.RUN_OF_SIGNS);
  }

  /** A difference of nothing is found in five of a hundred; one of five errors always. */
  @Test
  void curvesDifferWhereTheirCoefficientsDo() {
    SplittableRandom random = new SplittableRandom(8);
    Coefficients truth = new Coefficients(7, 0.08, 0.001);
    Coefficients better = new Coefficients(7, 0.05, 0.001);
    int falseFinds = 0;
    int finds = 0;
    for (int i = 0; i < SERIES; i++) {
      ScalingFit a = ScalingFit.of(CORES, measured(truth, 0.01, random), 0.95);
      ScalingFit b = ScalingFit.of(CORES, measured(truth, 0.01, random), 0.95);
      ScalingFit c = ScalingFit.of(CORES, measured(better, 0.01, random), 0.95);
      falseFinds += CurveDifference.of(a, b, 0.95).sigma().orElseThrow().pValue() <= 0.05 ? 1 : 0;
      CurveDifference.Contrast drop = CurveDifference.of(a, c, 0.95).sigma().orElseThrow();
      finds += drop.pValue() <= 0.05 && drop.difference().value() < 0 ? 1 : 0;
    }
    assertThat(falseFinds / ((double) SERIES)).isBetween(0.02, 0.08);
    assertThat(finds / ((double) SERIES)).isGreaterThan(0.95);
  }

  @Test
  void whatIsHeldAtZeroHasNoDifference() {
    int[] cores = {1, 2, 4, 8, 12, 16, 24, 32};
    double[] amdahl = {1006.2, 1910.3, 3457.1, 5898.1, 7751.4, 9192.5, 11112.7, 12517.1};
    double[] usl = {1187.0, 2316.6, 4386.2, 7807.6, 10233.1, 12027.9, 14373.5, 15341.0};
    CurveDifference difference =
        CurveDifference.of(
            ScalingFit.of(cores, amdahl, 0.95), ScalingFit.of(cores, usl, 0.95), 0.95);
    assertThat(difference.sigma()).isPresent();
    assertThat(difference.kappa()).isEmpty();
    CurveDifference none =
        CurveDifference.of(new PointsOnly(Why.NO_SCATTER), ScalingFit.of(cores, usl, 0.95), 0.95);
    assertThat(none.sigma()).isEmpty();
  }
}
