package io.slablab.suites.spec;

import java.util.List;

/**
 * How quiet a host must be.
 *
 * @param checks that must hold on every host before anything is measured
 * @param steal share of the measured CPUs' time that a hypervisor may take in a trial
 * @param foreign share of the measured CPUs' time that other processes may use in a trial
 * @param reruns of a trial that was disturbed, at most
 * @param binding whether a trial that was disturbed in all its runs fails; else its last run counts
 *     and is flagged
 */
public record Contract(
    List<HostCheck> checks, double steal, double foreign, int reruns, boolean binding) {
  public static final int RERUNS = 2;
  public static final double STEAL = 0.01;
  public static final double FOREIGN = 0.02;

  /** Of a suite that demands nothing: only what spoils a trial for certain is measured again. */
  public static final Contract NONE = new Contract(List.of(), 0.05, 0.25, RERUNS, false);

  public Contract {
    checks = List.copyOf(checks);
    if (steal < 0 || steal > 1 || foreign < 0 || foreign > 1 || reruns < 0) {
      throw new IllegalArgumentException(
          "shares are in [0, 1], reruns at least 0: steal=%s foreign=%s reruns=%d"
              .formatted(steal, foreign, reruns));
    }
  }
}
