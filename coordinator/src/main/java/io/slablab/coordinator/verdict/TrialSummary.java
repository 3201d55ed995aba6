package io.slablab.coordinator.verdict;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One trial as its trial.json (and locks.json and allocator.json) tells it.
 *
 * @param block from 0
 * @param position place in the block, from 0
 * @param design allocator design behind the variant; null when the file does not say
 * @param done false for a failed trial
 * @param reason why it failed; null when done
 * @param iterations the measured intervals in order; empty when failed
 * @param latency quantiles of the trial's histogram; null when nothing was recorded
 * @param lockWaitNs total wait of all locks over the measured window; null without a lock table
 * @param idleBytes what the design keeps without a live object; null where allocator.json does not
 *     say
 * @param peakBytes high-water mark of the measured window; null where allocator.json does not say
 * @param warnings the trial's own
 */
public record TrialSummary(
    String id,
    String host,
    String cell,
    int block,
    int position,
    String variant,
    @Nullable String design,
    boolean done,
    @Nullable String reason,
    List<Iteration> iterations,
    @Nullable Latency latency,
    @Nullable Double lockWaitNs,
    @Nullable Double idleBytes,
    @Nullable Double peakBytes,
    List<String> warnings) {

  public TrialSummary {
    iterations = List.copyOf(iterations);
    warnings = List.copyOf(warnings);
  }

  /**
   * One measured interval.
   *
   * @param allOps operations from start to end, those beyond the measuring time too, which is what
   *     lock tables count; null where the file does not say
   * @param userNs CPU time in user mode; null when not measured
   * @param systemNs CPU time in system mode; null when not measured
   * @param gcCount collections in the interval; null when not measured
   */
  public record Iteration(
      long durationNs,
      long ops,
      @Nullable Long allOps,
      @Nullable Long userNs,
      @Nullable Long systemNs,
      @Nullable Long gcCount) {

    long lockedOps() {
      return allOps == null ? ops : allOps;
    }

    double opsPerSecond() {
      return ops * 1e9 / durationNs;
    }
  }

  /** Quantiles of a histogram in nanoseconds; a null one was not recorded. */
  public record Latency(
      long count,
      @Nullable Double p50Ns,
      @Nullable Double p90Ns,
      @Nullable Double p99Ns,
      @Nullable Double p999Ns) {}

  /** The same trial with one more warning. */
  TrialSummary withWarning(String warning) {
    List<String> all = new ArrayList<>(warnings);
    all.add(warning);
    return new TrialSummary(
        id,
        host,
        cell,
        block,
        position,
        variant,
        design,
        done,
        reason,
        iterations,
        latency,
        lockWaitNs,
        idleBytes,
        peakBytes,
        all);
  }

  /** Operations per second of each measured interval. */
  double[] rates() {
    return iterations.stream().mapToDouble(Iteration::opsPerSecond).toArray();
  }
}
