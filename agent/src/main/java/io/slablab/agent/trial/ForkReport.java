package io.slablab.agent.trial;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slablab.agent.conditions.WindowEvidence;
import io.slablab.agent.placement.Rusage;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a fork tells the runner; these parts go into {@code trial.json} as they are.
 *
 * @param workerCpus the CPU of each worker as read back by the worker itself
 * @param evidence null where the kernel does not tell
 */
record ForkReport(
    List<Integer> workerCpus,
    Jvm jvm,
    List<Interval> iterations,
    Recording recording,
    Latency latency,
    Rusage rusage,
    @Nullable Evidence evidence,
    List<String> warnings) {

  /** With what was found after the measured window. */
  ForkReport withWarnings(List<String> all) {
    return new ForkReport(
        workerCpus, jvm, iterations, recording, latency, rusage, evidence, List.copyOf(all));
  }

  /**
   * What else happened on the host from the first interval's start to the last one's end.
   *
   * @param stealNs time a hypervisor took from the measured CPUs, in steps of 10 ms
   * @param stealShare {@code stealNs} as a share of the measured CPUs' time
   * @param foreignNs time other processes used on the measured CPUs, in steps of 10 ms
   * @param foreignShare {@code foreignNs} as a share of the measured CPUs' time
   * @param longestPauseNs in which nothing of the fork ran, less a tick of 100 ms at most; up to
   *     100 ms are what a busy scheduler does
   * @param longestPauseShare {@code longestPauseNs} as a share of the window's time
   * @param contextSwitches of the host
   * @param interrupts of the host
   * @param machine what else the kernel tells
   */
  record Evidence(
      long stealNs,
      double stealShare,
      long foreignNs,
      double foreignShare,
      long longestPauseNs,
      double longestPauseShare,
      long contextSwitches,
      long interrupts,
      WindowEvidence.Seen machine) {}

  record Jvm(String version, List<String> flags) {}

  /**
   * One measured interval.
   *
   * @param startNs wall clock, nanoseconds since 1970
   * @param durationNs mean measuring time of the workers: ops / opsPerSecond
   * @param ops operations inside the measuring time
   * @param allOps operations from start to end: JMH lets workers run until the last one has
   *     measured; locks count these
   * @param userNs CPU time of the workers in user mode for these operations
   * @param systemNs CPU time of the workers in the kernel for these operations
   * @param gcCount collections between start and end
   * @param allocatedBytesPerOp Java heap bytes that workers allocated per operation
   */
  record Interval(
      long startNs,
      long durationNs,
      long ops,
      long allOps,
      double opsPerSecond,
      long userNs,
      long systemNs,
      long gcCount,
      long gcNs,
      double allocatedBytesPerOp) {}

  record Recording(
      String mode, int every, double clockNs, double recordNs, double biasAt500ns, long overflow) {}

  /** Of all intervals and workers together; absent values are null when nothing was recorded. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Latency(
      long count,
      @Nullable Long p50Ns,
      @Nullable Long p90Ns,
      @Nullable Long p99Ns,
      @Nullable Long p999Ns,
      @Nullable Long maxNs,
      @Nullable Double meanNs) {

    static Latency of(Histogram histogram) {
      if (histogram.getTotalCount() == 0) {
        return new Latency(0, null, null, null, null, null, null);
      }
      return new Latency(
          histogram.getTotalCount(),
          histogram.getValueAtPercentile(50),
          histogram.getValueAtPercentile(90),
          histogram.getValueAtPercentile(99),
          histogram.getValueAtPercentile(99.9),
          histogram.getMaxValue(),
          histogram.getMean());
    }
  }
}
