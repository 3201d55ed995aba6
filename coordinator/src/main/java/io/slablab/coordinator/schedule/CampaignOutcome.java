package io.slablab.coordinator.schedule;

import java.util.List;

/**
 * How a campaign ended.
 *
 * @param done trials with a result
 * @param failed trials that ran and gave none
 * @param missing trials that never ran to an end
 * @param lostHosts hosts whose agent could not be kept alive
 * @param interrupted whether it was stopped from outside
 */
public record CampaignOutcome(
    int done, int failed, int missing, List<String> lostHosts, boolean interrupted) {

  public boolean complete() {
    return failed == 0 && missing == 0 && lostHosts.isEmpty() && !interrupted;
  }

  String word() {
    if (interrupted) {
      return "interrupted";
    }
    return complete() ? "done" : "incomplete";
  }
}
