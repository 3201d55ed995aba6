package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.curve.Estimate;
import io.slablab.coordinator.stats.curve.ScalingCurve;
import io.slablab.coordinator.stats.curve.ScalingFit;
import io.slablab.coordinator.verdict.Scaling.Coefficient;
import io.slablab.coordinator.verdict.Scaling.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Fits throughput by cores, per variant and layout; points on one socket and on two apart. */
final class ScalingFits {
  private static final String METRIC = "throughput";

  private record Place(
      String host,
      String workload,
      Map<String, String> params,
      String layout,
      String memory,
      int sockets,
      boolean simulated,
      String variant) {}

  private ScalingFits() {}

  /** One per variant and layout that has at least two core counts. */
  static List<Scaling> of(Gains gains, Map<String, HostFacts> facts) {
    Map<Place, TreeMap<Integer, Double>> curves = new LinkedHashMap<>();
    for (Gains.Cell cell : gains.cells()) {
      int sockets =
          facts.getOrDefault(cell.host(), HostFacts.NONE).spanned(cell.placement().cpus());
      levels(cell)
          .forEach((variant, level) ->
              curves
                  .computeIfAbsent(place(cell, sockets, variant), _ -> new TreeMap<>())
                  .put(cell.placement().cores(), level));
    }
    List<Scaling> fits = new ArrayList<>();
    curves.forEach((place, points) -> {
      if (points.size() > 1) {
        fits.add(fit(place, points, gains.settings().confidence()));
      }
    });
    return fits;
  }

  private static Place place(Gains.Cell cell, int sockets, String variant) {
    return new Place(
        cell.host(),
        cell.workload(),
        cell.params(),
        cell.placement().layout(),
        cell.placement().memory(),
        sockets,
        cell.simulated(),
        variant);
  }

  private static Map<String, Double> levels(Gains.Cell cell) {
    Map<String, Double> levels = new LinkedHashMap<>();
    for (Gains.Row row : cell.gains()) {
      Double baseline = row.baseline();
      Double treatment = row.treatment();
      if (row.metric().equals(METRIC) && baseline != null && treatment != null) {
        levels.putIfAbsent(cell.baseline(), baseline);
        levels.put(row.variant(), treatment);
      }
    }
    return levels;
  }

  private static Scaling fit(Place place, TreeMap<Integer, Double> points, double confidence) {
    int[] cores = points.keySet().stream().mapToInt(n -> n).toArray();
    double[] levels = points.values().stream().mapToDouble(x -> x).toArray();
    return switch (ScalingFit.of(cores, levels, confidence)) {
      case ScalingFit.PointsOnly(ScalingFit.Why why) ->
          scaling(place, null, words(why, points.size()), points(points, null));
      case ScalingCurve curve -> scaling(place, curve, null, points(points, curve));
    };
  }

  private static String words(ScalingFit.Why why, int points) {
    return switch (why) {
      case TOO_FEW_CORE_COUNTS ->
          "points only: a curve needs %d core counts, here are %d"
              .formatted(ScalingFit.LEAST_CORE_COUNTS, points);
      case BAD_VALUE -> "points only: a throughput is not positive";
      case NO_SCATTER -> "points only: they lie on a curve, so that its error cannot be told";
      case NO_OPTIMUM -> "points only: no curve fits";
    };
  }

  private static Scaling scaling(
      Place place, @Nullable ScalingCurve curve, @Nullable String without, List<Point> points) {
    return new Scaling(
        place.host(),
        place.workload(),
        place.params(),
        place.layout(),
        place.memory(),
        place.sockets() == 0 ? null : place.sockets(),
        place.simulated(),
        place.variant(),
        curve == null ? null : curve.law().name(),
        without,
        curve == null ? null : coefficient(curve.lambda()),
        curve == null ? null : coefficient(curve.sigma()),
        curve == null ? null : coefficient(curve.kappa()),
        curve == null ? null : curve.knee().map(knee -> coefficient(knee.cores())).orElse(null),
        curve == null
            ? null
            : curve.againstAmdahl().map(ScalingCurve.AmdahlTest::pValue).orElse(null),
        curve == null ? List.of() : curve.doubts().stream().map(ScalingFits::words).toList(),
        points);
  }

  private static String words(ScalingCurve.Doubt doubt) {
    return switch (doubt) {
      case LARGE_RESIDUAL -> "a point is more than 5 % off the curve";
      case RUN_OF_SIGNS -> "four neighbours or more lie on one side of the curve";
    };
  }

  /** A share and a price are not below 0, nor is their interval. */
  private static Coefficient coefficient(Estimate estimate) {
    return new Coefficient(
        estimate.value(), Math.max(0, estimate.low()), Math.max(0, estimate.high()));
  }

  private static List<Point> points(TreeMap<Integer, Double> points, @Nullable ScalingCurve curve) {
    List<Point> all = new ArrayList<>();
    points.forEach((cores, level) -> {
      Estimate at = curve == null ? null : curve.at(cores);
      all.add(
          new Point(
              cores,
              level,
              at == null ? null : at.value(),
              at == null ? null : at.low(),
              at == null ? null : at.high()));
    });
    return all;
  }
}
