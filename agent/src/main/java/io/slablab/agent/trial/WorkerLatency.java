package io.slablab.agent.trial;

import org.HdrHistogram.Histogram;

/** The latencies of one worker in one interval. Owner only while it runs. */
final class WorkerLatency {
  static final int DIGITS = 3;
  static final long CEILING_NS = 3_600_000_000_000L;

  private final Histogram histogram = new Histogram(DIGITS);
  private long overflow;

  WorkerLatency() {
    histogram.recordValue(CEILING_NS); // grows now what must not grow inside a window
    histogram.reset();
  }

  /** Counts a latency; below zero as zero, beyond the ceiling as the ceiling and as overflow. */
  void record(long ns) {
    if (ns > CEILING_NS) {
      overflow++;
      histogram.recordValue(CEILING_NS);
    } else {
      histogram.recordValue(Math.max(0, ns));
    }
  }

  /** Adds what was recorded to {@code total} and starts anew. */
  void drainTo(Histogram total) {
    total.add(histogram);
    histogram.reset();
  }

  /** Samples beyond the ceiling since the start. */
  long overflow() {
    return overflow;
  }
}
