package io.slablab.coordinator.stats.curve;

/** Which coefficients of the law are free; the others are 0. */
public enum Law {
  /** Gunther's universal scalability law: sigma and kappa. */
  USL(true, true),
  /** Amdahl's law: sigma alone. */
  AMDAHL(true, false),
  /** kappa alone. */
  COHERENCY(false, true),
  /** Every core does what one core does. */
  LINEAR(false, false);

  private final boolean sigma;
  private final boolean kappa;

  Law(boolean sigma, boolean kappa) {
    this.sigma = sigma;
    this.kappa = kappa;
  }

  /** Whether the share that is serial is fitted. */
  public boolean hasSigma() {
    return sigma;
  }

  /** Whether the price of agreement is fitted. */
  public boolean hasKappa() {
    return kappa;
  }

  /** Free coefficients, ln lambda among them: 1 to 3. */
  int free() {
    return 1 + (sigma ? 1 : 0) + (kappa ? 1 : 0);
  }
}
