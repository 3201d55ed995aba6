package io.slablab.coordinator.stats.curve;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresOptimizer.Optimum;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.hipparchus.util.Pair;

/**
 * The best curve of one law, by Levenberg-Marquardt on ln X. The vector of unknowns holds ln lambda
 * and then the law's free coefficients, sigma before kappa; it is not bounded: who asks looks
 * whether the coefficients are feasible.
 *
 * @param law whose coefficients are free
 * @param curve the optimum
 * @param rss sum of squared residuals of ln X
 * @param inverse (J'J)^-1 over the free coefficients
 */
record LeastSquares(Law law, Coefficients curve, double rss, double[][] inverse) {
  /** sigma and kappa of the starts. */
  private static final double[][] STARTS = {{0.02, 1e-4}, {0.02, 5e-3}, {0.2, 1e-4}, {0.2, 5e-3}};

  private static final int STEPS = 1000;

  /** Far below what matters, far above rounding, at which the library gives up. */
  private static final double TOLERANCE = 1e-12;

  /** ln X where a step of the search leaves the curve's domain: dear enough to be refused. */
  private static final double OUTSIDE = 1e15;

  private static final double SINGULAR = 1e-200;

  /** The best of the four starts; empty when no start converges. */
  static Optional<LeastSquares> fit(Law law, Points points) {
    return Arrays.stream(STARTS)
        .map(start -> new Coefficients(points.logBestPerCore(), start[0], start[1]))
        .flatMap(start -> from(start, law, points).stream())
        .min(Comparator.comparingDouble(LeastSquares::rss));
  }

  private static Optional<LeastSquares> from(Coefficients start, Law law, Points points) {
    try {
      Optimum optimum =
          new LevenbergMarquardtOptimizer()
              .withCostRelativeTolerance(TOLERANCE)
              .withParameterRelativeTolerance(TOLERANCE)
              .withOrthoTolerance(TOLERANCE)
              .optimize(
                  new LeastSquaresBuilder()
                      .start(pack(start, law))
                      .model(x -> valuesAndSlopes(unpack(x, law), law, points))
                      .target(points.logs())
                      .lazyEvaluation(false)
                      .maxEvaluations(STEPS)
                      .maxIterations(STEPS)
                      .build());
      Coefficients curve = unpack(optimum.getPoint(), law);
      double rss = sumOfSquares(points.residuals(curve));
      double[][] inverse = optimum.getCovariances(SINGULAR).getData();
      return Double.isFinite(rss)
          ? Optional.of(new LeastSquares(law, curve, rss, inverse))
          : Optional.empty();
    } catch (MathRuntimeException noConvergence) {
      return Optional.empty();
    }
  }

  static double sumOfSquares(double[] residuals) {
    double sum = 0;
    for (double r : residuals) {
      sum += r * r;
    }
    return sum;
  }

  private static double[] pack(Coefficients c, Law law) {
    return pick(new double[] {c.logLambda(), c.sigma(), c.kappa()}, law);
  }

  private static Coefficients unpack(RealVector x, Law law) {
    return new Coefficients(
        x.getEntry(0),
        law.hasSigma() ? x.getEntry(1) : 0,
        law.hasKappa() ? x.getEntry(x.getDimension() - 1) : 0);
  }

  /** The free ones of three values. */
  static double[] pick(double[] all, Law law) {
    double[] free = new double[law.free()];
    free[0] = all[0];
    if (law.hasSigma()) {
      free[1] = all[1];
    }
    if (law.hasKappa()) {
      free[free.length - 1] = all[2];
    }
    return free;
  }

  private static Pair<RealVector, RealMatrix> valuesAndSlopes(
      Coefficients curve, Law law, Points points) {
    double[] values = new double[points.size()];
    double[][] slopes = new double[points.size()][];
    for (int i = 0; i < values.length; i++) {
      double value = curve.logAt(points.cores(i));
      values[i] = Double.isFinite(value) ? value : OUTSIDE;
      slopes[i] = pick(curve.gradient(points.cores(i)), law);
    }
    return new Pair<>(new ArrayRealVector(values, false), new Array2DRowRealMatrix(slopes, false));
  }
}
