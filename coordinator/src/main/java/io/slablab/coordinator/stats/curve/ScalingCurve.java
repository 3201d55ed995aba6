package io.slablab.coordinator.stats.curve;

import io.slablab.coordinator.stats.Distributions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A fitted curve with its errors and what speaks against it.
 *
 * <p>cov = rss / df (J'J)^-1 with df = points - free coefficients; an error of any function g of
 * the coefficients is sqrt(grad g' cov grad g).
 */
public final class ScalingCurve implements ScalingFit {
  /** A point this far off, as a share of the curve, is more than noise. */
  private static final double LARGE_RESIDUAL = 0.05;

  /** So many neighbours on one side of the curve are a shape that the law does not have. */
  private static final int LONG_RUN = 4;

  /** N_max is told up to this many times the most cores measured. */
  private static final int REACH = 2;

  private final LeastSquares fit;
  private final Points points;
  private final double[] residuals;
  private final double confidence;
  private final double t;
  private final Optional<AmdahlTest> amdahl;

  /**
   * Whether kappa is needed: F = (rss Amdahl - rss) / (rss / df) on 1 and df degrees of freedom.
   *
   * @param sigma of Amdahl's law fitted to the same points
   */
  public record AmdahlTest(double sigma, double rss, double f, double pValue) {}

  /**
   * Where throughput is highest.
   *
   * @param cores N_max; its interval is symmetric on the logarithm
   * @param throughput of the curve there
   */
  public record Knee(Estimate cores, double throughput) {}

  /** What the points say against the curve. */
  public enum Doubt {
    /** A point further than 5 % off. */
    LARGE_RESIDUAL,
    /** Four neighbours or more on one side. */
    RUN_OF_SIGNS
  }

  private ScalingCurve(
      LeastSquares fit, Points points, double confidence, Optional<AmdahlTest> amdahl) {
    this.fit = fit;
    this.points = points;
    this.residuals = points.residuals(fit.curve());
    this.confidence = confidence;
    this.t = Distributions.studentQuantile((1 + confidence) / 2, points.size() - fit.law().free());
    this.amdahl = amdahl;
  }

  static ScalingCurve of(LeastSquares fit, Points points, double confidence) {
    Optional<AmdahlTest> amdahl =
        fit.law() == Law.USL
            ? LeastSquares.fit(Law.AMDAHL, points).map(smaller -> test(fit, smaller, points))
            : Optional.empty();
    return new ScalingCurve(fit, points, confidence, amdahl);
  }

  private static AmdahlTest test(LeastSquares usl, LeastSquares amdahl, Points points) {
    int df = points.size() - usl.law().free();
    double f = (amdahl.rss() - usl.rss()) / (usl.rss() / df);
    return new AmdahlTest(
        amdahl.curve().sigma(), amdahl.rss(), f, Distributions.fSurvival(f, 1, df));
  }

  public Law law() {
    return fit.law();
  }

  /** Degrees of freedom of all intervals. */
  public int df() {
    return points.size() - fit.law().free();
  }

  public double confidence() {
    return confidence;
  }

  /** Sum of squared residuals of ln X. */
  public double rss() {
    return fit.rss();
  }

  /** sqrt(rss / df): the size of a residual of ln X. */
  public double residualSd() {
    return Math.sqrt(rss() / df());
  }

  /** ln measured - ln fitted in ascending order of cores. */
  public double[] residuals() {
    return residuals.clone();
  }

  /** Throughput of one core. */
  public Estimate lambda() {
    return Estimate.fromLog(fit.curve().logLambda(), se(1, 0, 0), t);
  }

  /** Serial share. */
  public Estimate sigma() {
    return law().hasSigma()
        ? Estimate.symmetric(fit.curve().sigma(), se(0, 1, 0), t)
        : Estimate.HELD;
  }

  /** Price of agreement. */
  public Estimate kappa() {
    return law().hasKappa()
        ? Estimate.symmetric(fit.curve().kappa(), se(0, 0, 1), t)
        : Estimate.HELD;
  }

  /** sqrt(g' cov g) of a gradient over (ln lambda, sigma, kappa). */
  private double se(double... gradient) {
    double[] g = LeastSquares.pick(gradient, law());
    double sum = 0;
    for (int i = 0; i < g.length; i++) {
      for (int j = 0; j < g.length; j++) {
        sum += g[i] * fit.inverse()[i][j] * g[j];
      }
    }
    return residualSd() * Math.sqrt(sum);
  }

  /** The curve and its band at any positive core count, between measured ones too. */
  public Estimate at(double cores) {
    return Estimate.fromLog(fit.curve().logAt(cores), se(fit.curve().gradient(cores)), t);
  }

  /** Whether a core count is beyond the measured ones, where the curve is a guess. */
  public boolean extrapolated(double cores) {
    return cores < points.cores(0) || cores > points.mostCores();
  }

  /** Empty where the curve does not fall, or only far beyond what was measured. */
  public Optional<Knee> knee() {
    double sigma = fit.curve().sigma();
    double kappa = fit.curve().kappa();
    double cores = Math.sqrt((1 - sigma) / kappa);
    if (!law().hasKappa() || !(cores <= REACH * points.mostCores())) {
      return Optional.empty();
    }
    double se = se(0, -1 / (2 * (1 - sigma)), -1 / (2 * kappa));
    double throughput = Math.exp(fit.curve().logAt(cores));
    return Optional.of(new Knee(Estimate.fromLog(Math.log(cores), se, t), throughput));
  }

  /** Of the universal law only. */
  public Optional<AmdahlTest> againstAmdahl() {
    return amdahl;
  }

  /** Empty where the law fits. */
  public List<Doubt> doubts() {
    boolean large =
        Arrays.stream(residuals).anyMatch(r -> Math.abs(Math.expm1(r)) > LARGE_RESIDUAL);
    boolean run = longestRun() >= LONG_RUN;
    return Arrays.stream(Doubt.values())
        .filter(doubt -> doubt == Doubt.LARGE_RESIDUAL ? large : run)
        .toList();
  }

  private int longestRun() {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < residuals.length; i++) {
      boolean same = i > 0 && Math.signum(residuals[i]) == Math.signum(residuals[i - 1]);
      run = same ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
