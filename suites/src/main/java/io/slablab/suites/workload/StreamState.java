package io.slablab.suites.workload;

/**
 * What one worker writes in every operation, two cache lines away from what others write: the JVM
 * lays out a superclass's fields before those of its subclasses.
 */
final class StreamState extends StreamFields {
  @SuppressWarnings("unused") // distance
  private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf;

  StreamState(long seed) {
    random = seed;
  }

  /** True with the given probability; draws nothing where it is certain. SplitMix64. */
  boolean chance(double probability) {
    if (probability <= 0 || probability >= 1) {
      return probability >= 1;
    }
    return (draw() >>> 11) * 0x1.0p-53 < probability;
  }

  /** A number in [0, bound), as likely as any other; draws nothing where there is one alone. */
  int below(int bound) {
    return bound == 1 ? 0 : (int) Math.unsignedMultiplyHigh(draw(), bound);
  }

  private long draw() {
    long z = random += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

abstract class StreamGap {
  @SuppressWarnings("unused") // distance
  private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
}

abstract class StreamFields extends StreamGap {
  long random;
  long operations;
  long remoteFrees;
  long ringFull;
  long failures;

  /** Per-CPU areas, where they are what a stream is about. */
  long areasHad;

  long areasEnded;

  /** Keeps the work of a rest from being optimised away. */
  long busy;
}
