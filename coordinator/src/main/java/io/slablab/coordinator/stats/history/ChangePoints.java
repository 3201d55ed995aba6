package io.slablab.coordinator.stats.history;

import io.slablab.coordinator.stats.Samples;
import io.slablab.coordinator.stats.Welch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The changes of level of one series, by the two-pass detector.
 *
 * @param points in ascending order of index
 * @param nights points that were neither missing nor infinite
 * @param warning why nothing could be found, if nothing could
 */
public record ChangePoints(List<ChangePoint> points, int nights, Optional<Warning> warning) {
  private static final double CONFIDENCE = 0.95;

  /** Why a series cannot show a change. */
  public enum Warning {
    /** Shorter than two segments. */
    TOO_SHORT,
    /** All values are equal. */
    CONSTANT
  }

  public ChangePoints {
    points = List.copyOf(points);
  }

  /** By the default rule. */
  public static ChangePoints of(double[] series) {
    return of(series, DetectorRule.DEFAULT);
  }

  /**
   * @param series in time's order, log scale; NaN and infinite values are missing nights
   */
  public static ChangePoints of(double[] series, DetectorRule rule) {
    int[] nights =
        IntStream.range(0, series.length).filter(i -> Double.isFinite(series[i])).toArray();
    double[] x = Arrays.stream(nights).mapToDouble(i -> series[i]).toArray();
    if (x.length < 2 * rule.leastSegment()) {
      return nothing(x, Warning.TOO_SHORT);
    }
    if (Samples.identical(x)) {
      return nothing(x, Warning.CONSTANT);
    }
    List<Integer> kept = new Merge(x, rule, new WeakPoints(x, rule).find()).kept();
    List<ChangePoint> points = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      int from = i == 0 ? 0 : kept.get(i - 1);
      int to = i == kept.size() - 1 ? x.length : kept.get(i + 1);
      points.add(point(x, from, kept.get(i), to, nights[kept.get(i)]));
    }
    return new ChangePoints(points, x.length, Optional.empty());
  }

  private static ChangePoints nothing(double[] x, Warning warning) {
    return new ChangePoints(List.of(), x.length, Optional.of(warning));
  }

  private static ChangePoint point(double[] x, int from, int at, int to, int night) {
    Shift shift = Shift.of(x, from, at, to);
    double[] left = Arrays.copyOfRange(x, from, at);
    double[] right = Arrays.copyOfRange(x, at, to);
    if (Samples.identical(left) && Samples.identical(right)) {
      return new ChangePoint(
          night, shift.pValue(), shift.before(), shift.after(), shift.change(), shift.change());
    }
    Welch welch = Welch.of(left, right, CONFIDENCE);
    return new ChangePoint(
        night, shift.pValue(), shift.before(), shift.after(), welch.low(), welch.high());
  }
}
