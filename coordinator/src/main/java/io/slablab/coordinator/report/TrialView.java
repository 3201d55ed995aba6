package io.slablab.coordinator.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One trial as its files tell it.
 *
 * @param folder of the trial's files
 * @param block from 0
 * @param position place in the block, from 0
 * @param reason why it failed; null when done
 * @param startedAt ISO-8601 UTC; empty where not said
 * @param endedAt likewise
 * @param intervals measured intervals in order; empty when failed
 * @param latency null where nothing was recorded
 * @param locks of the measured window; null without a locks.json
 * @param allocator every number of allocator.json by its dotted path; empty without the file
 */
public record TrialView(
    Path folder,
    String id,
    String host,
    String cell,
    int block,
    int position,
    String variant,
    @Nullable String design,
    boolean done,
    @Nullable String reason,
    String startedAt,
    String endedAt,
    int threads,
    List<Interval> intervals,
    @Nullable Latency latency,
    @Nullable List<Lock> locks,
    Map<String, Double> allocator,
    @Nullable Recording recording,
    List<String> warnings) {

  /**
   * @param allOps with those beyond the measuring time, which locks count too; null where the file
   *     does not say
   */
  public record Interval(
      long durationNs,
      long ops,
      @Nullable Long allOps,
      @Nullable Long userNs,
      @Nullable Long systemNs,
      @Nullable Long gcCount) {}

  public record Latency(
      long count,
      @Nullable Double p50Ns,
      @Nullable Double p90Ns,
      @Nullable Double p99Ns,
      @Nullable Double p999Ns,
      @Nullable Double maxNs) {}

  public record Lock(String name, long acquired, long contended, long totalWaitNs) {}

  /**
   * How latency was recorded.
   *
   * @param mode sampled, every or off
   * @param every operations per recorded one
   * @param bias share of 500 ns an operation that recording costs; null when not measured
   */
  public record Recording(String mode, long every, @Nullable Double bias) {}

  /** Operations of the measured window. */
  long operations() {
    return intervals.stream().mapToLong(Interval::ops).sum();
  }

  /** Operations that the lock table counts. */
  long lockedOperations() {
    return intervals.stream()
        .mapToLong(interval -> interval.allOps() == null ? interval.ops() : interval.allOps())
        .sum();
  }

  /** Operations a second over the measured window; null without one. */
  @Nullable Double rate() {
    long ns = intervals.stream().mapToLong(Interval::durationNs).sum();
    return ns > 0 ? operations() * 1e9 / ns : null;
  }
}
