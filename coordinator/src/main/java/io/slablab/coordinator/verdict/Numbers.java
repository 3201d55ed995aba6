package io.slablab.coordinator.verdict;

import org.jspecify.annotations.Nullable;

/** Numbers on their way into a file. */
final class Numbers {
  private Numbers() {}

  /** The number, or null where there is none to write. */
  static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
