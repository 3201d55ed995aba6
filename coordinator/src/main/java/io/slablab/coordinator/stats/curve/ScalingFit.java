package io.slablab.coordinator.stats.curve;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** What a variant's points say about its scaling: a curve, or why there is none. */
public sealed interface ScalingFit permits ScalingCurve, ScalingFit.PointsOnly {
  /** Fewest different core counts under a curve. */
  int LEAST_CORE_COUNTS = 6;

  /** Residuals of this size are rounding: no error can be told from them. */
  double ROUNDING = 1e-8;

  /** Why there is no curve. */
  enum Why {
    /** Fewer than {@link #LEAST_CORE_COUNTS} different ones. */
    TOO_FEW_CORE_COUNTS,
    /** A throughput that is no positive finite number, or a core count below 1. */
    BAD_VALUE,
    /** All points lie on a curve (equal values do, too), so that its errors cannot be known. */
    NO_SCATTER,
    /** The search found no optimum. */
    NO_OPTIMUM
  }

  /** The points stand for themselves. */
  record PointsOnly(Why why) implements ScalingFit {}

  /**
   * Fits one variant on one layout.
   *
   * @param cores core count of each point, in any order
   * @param throughput geometric mean of each point's cell, any unit
   * @param confidence of the intervals, in (0, 1)
   */
  static ScalingFit of(int[] cores, double[] throughput, double confidence) {
    if (Arrays.stream(cores).anyMatch(n -> n < 1)
        || Arrays.stream(throughput).anyMatch(x -> !(x > 0 && Double.isFinite(x)))) {
      return new PointsOnly(Why.BAD_VALUE);
    }
    if (Arrays.stream(cores).distinct().count() < LEAST_CORE_COUNTS) {
      return new PointsOnly(Why.TOO_FEW_CORE_COUNTS);
    }
    Points points = Points.of(cores, throughput);
    return best(points)
        .map(fit -> judged(fit, points, confidence))
        .orElse(new PointsOnly(Why.NO_OPTIMUM));
  }

  private static ScalingFit judged(LeastSquares fit, Points points, double confidence) {
    return Math.sqrt(fit.rss() / points.size()) <= ROUNDING
        ? new PointsOnly(Why.NO_SCATTER)
        : ScalingCurve.of(fit, points, confidence);
  }

  /** The full law where it is feasible, else the best of the smaller ones; the first wins ties. */
  private static Optional<LeastSquares> best(Points points) {
    Optional<LeastSquares> full = LeastSquares.fit(Law.USL, points);
    if (full.filter(fit -> fit.curve().feasible()).isPresent()) {
      return full;
    }
    return Stream.of(Law.AMDAHL, Law.COHERENCY, Law.LINEAR)
        .flatMap(law -> LeastSquares.fit(law, points).stream())
        .filter(fit -> fit.curve().feasible())
        .reduce((a, b) -> b.rss() < a.rss() ? b : a);
  }
}
