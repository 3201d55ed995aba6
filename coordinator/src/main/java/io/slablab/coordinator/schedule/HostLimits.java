package io.slablab.coordinator.schedule;

/**
 * How much a host may cost.
 *
 * @param hostFailures of its agent or its trials in a row, with no trial done in between, after
 *     which a host is set aside
 * @param reruns of a disturbed trial, at most
 */
public record HostLimits(int hostFailures, int reruns) {
  public static final HostLimits DEFAULT = new HostLimits(3, 2);

  public HostLimits withReruns(int most) {
    return new HostLimits(hostFailures, most);
  }

  public HostLimits {
    if (hostFailures < 1 || reruns < 0) {
      throw new IllegalArgumentException("hostFailures=" + hostFailures + " reruns=" + reruns);
    }
  }
}
