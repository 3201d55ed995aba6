package io.slablab.coordinator.schedule;

import java.util.List;

/**
 * How a campaign ended.
 *
 * @param done trials with a result
 * @param failed trials that ran and gave none
 * @param shortfalls hosts that did not run all their trials, in planned order
 * @param interrupted whether it was stopped from outside
 */
public record CampaignOutcome(
    int done, int failed, List<Shortfall> shortfalls, boolean interrupted) {

  /**
   * What a host did not run.
   *
   * @param reason why, one line
   * @param trials ids in planned order
   */
  public record Shortfall(String host, String reason, List<String> trials) {}

  public CampaignOutcome {
    shortfalls = List.copyOf(shortfalls);
  }

  /** Trials that have no record: they never ran to an end. */
  public int missing() {
    return shortfalls.stream().mapToInt(host -> host.trials().size()).sum();
  }

  public boolean complete() {
    return failed == 0 && shortfalls.isEmpty() && !interrupted;
  }

  String word() {
    if (interrupted) {
      return "interrupted";
    }
    return complete() ? "done" : "incomplete";
  }
}
