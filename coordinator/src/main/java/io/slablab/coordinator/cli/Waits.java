package io.slablab.coordinator.cli;

import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlanText;
import io.slablab.coordinator.schedule.Deadlines;
import io.slablab.coordinator.schedule.HostLimits;
import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.TrialTimes;
import java.time.Duration;
import java.util.List;

/** How long a campaign can take at the very worst, in words: no wait of it is without an end. */
final class Waits {
  private Waits() {}

  static Deadlines deadlines(List<Host> hosts) {
    return HostSurvey.remote(hosts).isEmpty() ? Deadlines.DEFAULT : Deadlines.OVER_SSH;
  }

  /**
   * Lines without colour, each ended by a line feed.
   *
   * @param hosts of the plan
   */
  static String text(Plan plan, List<Host> hosts) {
    Deadlines deadlines = deadlines(hosts);
    HostLimits limits =
        HostLimits.DEFAULT.withReruns(plan.suite().contract().orElse(Contract.NONE).reruns());
    TrialTimes trial = plan.suite().trial();
    int most = plan.hosts().stream().mapToInt(host -> host.trials().size()).max().orElse(0);
    return """
    waits at most %s for a trial; a host that is gone is set aside after %s;
    ends within %s whatever happens
    """
        .formatted(
            text(deadlines.longestTrial(trial.warmupNs(), trial.measureNs())),
            text(deadlines.longestAbsence(limits.hostFailures())),
            text(deadlines.longestCampaign(most, trial.warmupNs(), trial.measureNs(), limits)));
  }

  private static String text(Duration duration) {
    return PlanText.length(duration.toMillis() / 1e3);
  }
}
