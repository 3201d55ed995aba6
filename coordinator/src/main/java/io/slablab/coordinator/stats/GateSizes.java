package io.slablab.coordinator.stats;

/**
 * Blocks of the two stages of a nightly gate, for a loss of 3 % against a margin of 0.5 % at 90 %
 * power.
 */
public final class GateSizes {
  private static final double EFFECT = GateRule.DEFAULT.effect();

  private GateSizes() {}

  /** Blocks of the screen for a cell whose deviation is known from history: 8 to 16. */
  public static int screenBlocks(double sd) {
    return (int) Math.clamp(Math.ceil(11 * Math.pow(sd / EFFECT, 2)), 8, 16);
  }

  /** New blocks of the confirmation of one of the flagged cells: 16 to 60. */
  public static int confirmBlocks(double sd, int flagged) {
    return confirmBlocks(GateRule.DEFAULT, sd, flagged);
  }

  /** The same for another loss and another rate. */
  public static int confirmBlocks(GateRule rule, double sd, int flagged) {
    double z =
        Distributions.normalQuantile(1 - rule.q() / flagged)
            + Distributions.normalQuantile(GateRule.POWER);
    return (int) Math.clamp(Math.ceil(1.15 * Math.pow(z * sd / rule.effect(), 2)), 16, 60);
  }

  /**
   * The chance that a screen at the level {@code alpha} flags a loss of 3 %, by the t law: a little
   * more than the rank test has.
   */
  public static double screenPower(double sd, int blocks, double alpha) {
    return Power.power(EFFECT, sd, blocks, alpha);
  }
}
