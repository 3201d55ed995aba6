package io.slablab.coordinator.verdict;

import io.slablab.coordinator.verdict.TrialSummary.Iteration;
import io.slablab.coordinator.verdict.TrialSummary.Latency;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a metric is read from a trial. Every one gives one number per trial, or none when the trial
 * does not have it.
 */
enum Measure {
  THROUGHPUT("throughput", "ops/s", true, 0),
  LATENCY_P50("latency-p50", "ns", false, 0.5),
  LATENCY_P90("latency-p90", "ns", false, 0.9),
  LATENCY_P99("latency-p99", "ns", false, 0.99),
  LATENCY_P999("latency-p999", "ns", false, 0.999),
  SYSTEM_TIME("system-time", "ns/op", false, 0),
  CPU_TIME("cpu-time", "ns/op", false, 0),
  LOCK_WAIT("lock-wait", "ns/op", false, 0),
  IDLE_BYTES("idle-bytes", "B", false, 0),
  PEAK_BYTES("peak-bytes", "B", false, 0);

  /** 100 ticks of a 100 Hz clock: CPU times up to this are mostly rounding. */
  private static final double NEAR_ZERO_NS = 100 * 1e7;

  /**
   * Bucket boundaries of a histogram of 3 digits: 2048 per power of two, so 1024 from the middle
   * up.
   */
  private static final double BUCKETS = 1024;

  private final String id;
  private final String unit;
  private final boolean higherIsBetter;
  private final double quantile;

  Measure(String id, String unit, boolean higherIsBetter, double quantile) {
    this.id = id;
    this.unit = unit;
    this.higherIsBetter = higherIsBetter;
    this.quantile = quantile;
  }

  static Optional<Measure> of(String id) {
    return Stream.of(values()).filter(m -> m.id.equals(id)).findFirst();
  }

  String id() {
    return id;
  }

  String unit() {
    return unit;
  }

  boolean higherIsBetter() {
    return higherIsBetter;
  }

  /** +1 where more is better, -1 where less is. */
  int direction() {
    return higherIsBetter ? 1 : -1;
  }

  /**
   * Whether every value is a count without an instrument's noise: blocks that all give the same are
   * then evidence, not a sign of a broken instrument.
   */
  boolean counted() {
    return this == IDLE_BYTES || this == PEAK_BYTES;
  }

  /** Which quantile of the histogram this is; 0 for metrics that are no quantile. */
  double quantile() {
    return quantile;
  }

  /**
   * The trial's value.
   *
   * @param drop iterations of warm-up; histograms and lock tables cover the whole measured window
   */
  OptionalDouble value(TrialSummary trial, int drop) {
    List<Iteration> kept = kept(trial, drop);
    return switch (this) {
      case THROUGHPUT -> perSecond(kept);
      case LATENCY_P50 -> latency(trial, Latency::p50Ns);
      case LATENCY_P90 -> latency(trial, Latency::p90Ns);
      case LATENCY_P99 -> latency(trial, Latency::p99Ns);
      case LATENCY_P999 -> latency(trial, Latency::p999Ns);
      case SYSTEM_TIME, CPU_TIME -> perOperation(cpuNs(kept), operations(kept));
      case LOCK_WAIT -> perOperation(boxed(trial.lockWaitNs()), lockedOperations(trial));
      case IDLE_BYTES -> boxed(trial.idleBytes());
      case PEAK_BYTES -> boxed(trial.peakBytes());
    };
  }

  /**
   * Whether the trial's value is so near to its instrument's resolution that a logarithm would be
   * all rounding.
   */
  boolean nearZero(TrialSummary trial, int drop) {
    return switch (this) {
      case SYSTEM_TIME, CPU_TIME ->
          cpuNs(kept(trial, drop)).orElse(Double.MAX_VALUE) <= NEAR_ZERO_NS;
      default -> false;
    };
  }

  /**
   * Width of the histogram bucket around a value, as a share of the value; 0 for metrics that are
   * no quantile.
   */
  double resolution(double valueNs) {
    if (quantile == 0 || valueNs <= 0) {
      return 0;
    }
    double width = Math.max(1, Math.scalb(1, Math.getExponent(valueNs)) / BUCKETS);
    return width / valueNs;
  }

  private OptionalDouble cpuNs(List<Iteration> kept) {
    ToDoubleFunction<Iteration> cost =
        this == SYSTEM_TIME ? Measure::systemNs : Measure::userAndSystemNs;
    double sum = kept.stream().mapToDouble(cost).sum();
    return Double.isNaN(sum) ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  private static double systemNs(Iteration iteration) {
    return iteration.systemNs() == null ? Double.NaN : iteration.systemNs();
  }

  private static double userAndSystemNs(Iteration iteration) {
    return iteration.userNs() == null ? Double.NaN : iteration.userNs() + systemNs(iteration);
  }

  private static List<Iteration> kept(TrialSummary trial, int drop) {
    List<Iteration> all = trial.iterations();
    return all.subList(Math.min(drop, all.size()), all.size());
  }

  private static OptionalDouble perSecond(List<Iteration> kept) {
    double ns = kept.stream().mapToDouble(Iteration::durationNs).sum();
    return ns > 0 ? OptionalDouble.of(operations(kept) * 1e9 / ns) : OptionalDouble.empty();
  }

  private static OptionalDouble perOperation(OptionalDouble totalNs, double ops) {
    return totalNs.isPresent() && ops > 0
        ? OptionalDouble.of(totalNs.getAsDouble() / ops)
        : OptionalDouble.empty();
  }

  private static double operations(List<Iteration> iterations) {
    return iterations.stream().mapToDouble(Iteration::ops).sum();
  }

  private static double lockedOperations(TrialSummary trial) {
    return trial.iterations().stream().mapToDouble(Iteration::lockedOps).sum();
  }

  private static OptionalDouble latency(
      TrialSummary trial, Function<Latency, @Nullable Double> quantile) {
    Latency latency = trial.latency();
    return latency == null || latency.count() == 0
        ? OptionalDouble.empty()
        : boxed(quantile.apply(latency));
  }

  private static OptionalDouble boxed(@Nullable Double value) {
    return value == null || !Double.isFinite(value)
        ? OptionalDouble.empty()
        : OptionalDouble.of(value);
  }
}
