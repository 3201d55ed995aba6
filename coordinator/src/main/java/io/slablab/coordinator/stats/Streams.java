package io.slablab.coordinator.stats;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One stream of random numbers, a pure function of a campaign's seed and a label.
 *
 * <p>SplitMix64 as {@code new SplittableRandom(state).nextLong()} defines it, started at seed XOR
 * FNV-1a-64(label in UTF-8). Two labels give unrelated streams, so what one consumer draws never
 * moves what another one sees. A stream has state and belongs to one thread.
 */
public final class Streams {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private long state;

  private Streams(long state) {
    this.state = state;
  }

  /** The stream of a seed and a label such as {@code "variant-order/" + cell}. */
  public static Streams of(long seed, String label) {
    return new Streams(seed ^ fnv1a64(label));
  }

  /** The plain SplitMix64 stream of a state. */
  static Streams ofState(long state) {
    return new Streams(state);
  }

  /** The 64-bit FNV-1a digest of the label's UTF-8 bytes. */
  static long fnv1a64(String label) {
    long hash = FNV_OFFSET;
    for (byte b : label.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    return hash;
  }

  /** The next 64 random bits. */
  public long next() {
    state += GOLDEN_GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The next integer in [0, n), by the high half of a 128-bit product; n must be positive. */
  public int bounded(int n) {
    return (int) Math.unsignedMultiplyHigh(next(), n);
  }

  /** A new list with the items in random order: for i from last to 1, swap with bounded(i + 1). */
  public <T> List<T> shuffle(List<T> items) {
    List<T> shuffled = new ArrayList<>(items);
    for (int i = shuffled.size() - 1; i >= 1; i--) {
      Collections.swap(shuffled, i, bounded(i + 1));
    }
    return shuffled;
  }

  /**
   * Shuffles [from, to) in place: for i from last to first + 1, swap with bounded(i - from + 1).
   */
  public void shuffle(double[] x, int from, int to) {
    for (int i = to - 1; i > from; i--) {
      int j = from + bounded(i - from + 1);
      double swapped = x[i];
      x[i] = x[j];
      x[j] = swapped;
    }
  }
}
