package io.slablab.coordinator.stats;

/**
 * What a gate looks for. Losses are fractions: 0.03 is three per cent.
 *
 * @param negligible a loss up to this is none, d0
 * @param leastLoss a loss below this raises no alarm, however sure
 * @param target the loss that is found with the power of a gate
 * @param q rate of false alarms of a night, and of the confirmations' family
 */
public record GateRule(double negligible, double leastLoss, double target, double q) {
  /** Level of the screen, one-sided: what it lets through is confirmed on new blocks. */
  public static final double SCREEN_ALPHA = 0.10;

  /** The chance of finding the target loss. */
  public static final double POWER = 0.90;

  public static final GateRule DEFAULT = of(0.03, 0.05);

  public GateRule {
    if (!(0 < negligible && negligible < leastLoss && leastLoss < target && target < 1)
        || !(0 < q && q < 1)) {
      throw new IllegalArgumentException("a gate needs 0 < loss < 1 and 0 < alpha < 1");
    }
  }

  /**
   * The rule of a suite. Margins keep the proportions that a loss of 3 % has: a sixth of it does
   * not count, and from a third of it on an alarm may be raised.
   */
  public static GateRule of(double regression, double alpha) {
    return new GateRule(regression / 6, regression / 3, regression, alpha);
  }

  /** From what does not count to what is looked for, log scale. */
  public double effect() {
    return MarginTests.margin(target) - MarginTests.margin(negligible);
  }
}
