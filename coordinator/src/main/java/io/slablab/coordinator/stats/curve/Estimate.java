package io.slablab.coordinator.stats.curve;

/**
 * A number with its error and interval.
 *
 * @param se standard error; 0 of what is held at 0
 * @param low may be below 0 where the value cannot be: clip when printing
 */
public record Estimate(double value, double se, double low, double high) {
  static final Estimate HELD = new Estimate(0, 0, 0, 0);

  static Estimate symmetric(double value, double se, double t) {
    return new Estimate(value, se, value - t * se, value + t * se);
  }

  /** From a logarithm and its error: the interval is symmetric as a factor. */
  static Estimate fromLog(double log, double se, double t) {
    double value = Math.exp(log);
    return new Estimate(value, value * se, Math.exp(log - t * se), Math.exp(log + t * se));
  }
}
