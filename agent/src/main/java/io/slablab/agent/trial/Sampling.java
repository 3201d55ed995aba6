package io.slablab.agent.trial;

import org.HdrHistogram.Histogram;

/**
 * How often a worker times an operation, from what timing costs here.
 *
 * @param every one operation in so many on average; 0 for none
 * @param clockNs cost of one clock read
 * @param recordNs cost of one histogram record
 */
record Sampling(int every, double clockNs, double recordNs) {
  static final Sampling OFF = new Sampling(0, 0, 0);

  private static final double REFERENCE_NS = 500;

  /**
   * Half of the 2 % that must hold: room for what calibration does not see, such as cache misses.
   */
  private static final double TARGET_BIAS = 0.01;

  private static final int MAX_EVERY = 1 << 16;
  private static final int ROUNDS = 9;
  private static final int CALLS = 20_000;

  /** Measures the costs on the calling thread (some ten milliseconds) and chooses. */
  static Sampling calibrate() {
    double clockNs = Double.MAX_VALUE;
    double recordNs = Double.MAX_VALUE;
    Histogram histogram = new Histogram(WorkerLatency.DIGITS);
    for (int round = 0; round < ROUNDS; round++) {
      clockNs = Math.min(clockNs, clockRound());
      recordNs = Math.min(recordNs, recordRound(histogram));
    }
    return of(clockNs, recordNs);
  }

  /** The smallest power of two that keeps the bias within the target. */
  static Sampling of(double clockNs, double recordNs) {
    double perSampleNs = 2 * clockNs + recordNs;
    int every = 1;
    while (perSampleNs / every > TARGET_BIAS * REFERENCE_NS && every < MAX_EVERY) {
      every *= 2;
    }
    return new Sampling(every, clockNs, recordNs);
  }

  /** What recording adds to an operation of 500 ns, as a ratio. */
  double biasAt500ns() {
    return every == 0 ? 0 : (2 * clockNs + recordNs) / every / REFERENCE_NS;
  }

  String mode() {
    return switch (every) {
      case 0 -> "off";
      case 1 -> "every";
      default -> "sampled";
    };
  }

  private static double clockRound() {
    long start = System.nanoTime();
    long last = start;
    for (int call = 0; call < CALLS; call++) {
      last = System.nanoTime();
    }
    return (double) (last - start) / CALLS;
  }

  private static double recordRound(Histogram histogram) {
    long start = System.nanoTime();
    for (int call = 0; call < CALLS; call++) {
      histogram.recordValue(200 + (call * 37L & 1023));
    }
    return (double) (System.nanoTime() - start) / CALLS;
  }
}
