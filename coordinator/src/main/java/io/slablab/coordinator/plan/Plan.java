package io.slablab.coordinator.plan;

import io.slablab.suites.spec.Suite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every cell and trial of a campaign.
 *
 * @param seed of the order and of the trials
 * @param hosts in the order given to the planner; they run at the same time
 */
public record Plan(Suite suite, long seed, List<HostPlan> hosts) {
  /** What a trial takes beyond its times: a JVM starts, opens the stack and closes it. */
  static final double TRIAL_OVERHEAD_SECONDS = 1.5;

  public Plan {
    hosts = List.copyOf(hosts);
  }

  /**
   * One host's share.
   *
   * @param cells in the order of the suite
   * @param trials in the order in which they run
   */
  public record HostPlan(String host, List<PlannedCell> cells, List<PlannedTrial> trials) {
    public HostPlan {
      cells = List.copyOf(cells);
      trials = List.copyOf(trials);
    }

    private HostPlan with(List<AddedBlock> added) {
      List<PlannedTrial> all = new ArrayList<>(trials);
      added.stream()
          .filter(block -> block.host().equals(host))
          .forEach(block -> all.addAll(block.trials()));
      return new HostPlan(host, cells, all);
    }

    public Optional<PlannedCell> cell(String id) {
      return cells.stream().filter(cell -> cell.id().equals(id)).findFirst();
    }
  }

  /**
   * The same plan with blocks that its cells got since.
   *
   * @param added in the order in which they were
   */
  public Plan with(List<AddedBlock> added) {
    return added.isEmpty()
        ? this
        : new Plan(suite, seed, hosts.stream().map(host -> host.with(added)).toList());
  }

  /** The plan of one host. */
  public Optional<HostPlan> host(String name) {
    return hosts.stream().filter(host -> host.host().equals(name)).findFirst();
  }

  /** Expected length of one trial in seconds. */
  public double trialSeconds() {
    return (suite.trial().warmupNs() + suite.trial().measureNs()) / 1e9 + TRIAL_OVERHEAD_SECONDS;
  }

  /** All trials of all hosts. */
  public int trialCount() {
    return hosts.stream().mapToInt(host -> host.trials().size()).sum();
  }

  /** Expected length of the campaign in seconds: that of the host with most trials. */
  public double etaSeconds() {
    return trialSeconds() * hosts.stream().mapToInt(host -> host.trials().size()).max().orElse(0);
  }
}
