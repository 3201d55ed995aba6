package io.slablab.coordinator.selftest;

/** Ways in which hosts disturb what they measure. */
enum Scenario {
  NORMAL("normal noise"),
  DRIFT("host drifts by 4 %"),
  FORKS("forks land in two modes"),
  CORRELATED("iterations correlate, 0.8"),
  DISTURBED("5 % of trials disturbed"),
  WARM_UP("arms warm up unequally"),
  ALL("all of these");

  private static final int ITERATIONS = 20;

  /** As many as a transient needs to be seen and cut. */
  private static final int LONG = 60;

  private final String words;

  Scenario(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  Noise noise(double blockSd) {
    Noise normal = Noise.normal(ITERATIONS, blockSd);
    return switch (this) {
      case NORMAL -> normal;
      case DRIFT -> normal.withDrift(0.04);
      case FORKS -> normal.withModes(blockSd / 2);
      case CORRELATED -> normal.withCorrelation(0.8);
      case DISTURBED -> normal.withDisturbed(0.05);
      case WARM_UP -> Noise.normal(LONG, blockSd).withDip(0.15);
      case ALL ->
          Noise.normal(LONG, blockSd)
              .withDrift(0.04)
              .withModes(blockSd / 2)
              .withCorrelation(0.8)
              .withDisturbed(0.05)
              .withDip(0.15);
    };
  }
}
