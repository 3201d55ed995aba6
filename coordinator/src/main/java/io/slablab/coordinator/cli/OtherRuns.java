package io.slablab.coordinator.cli;

import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.store.MachineRuns;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.util.List;

/**
 * Keeps two campaigns from measuring on this machine at a time. Hosts behind SSH keep second agents
 * out themselves.
 */
final class OtherRuns {
  private OtherRuns() {}

  /** The same for a run that has its own lock already. */
  static void refuseSharedMachine(RunDirectory own, List<Host> hosts, MachineRuns runs)
      throws UserError, IOException {
    refuse(hosts, runs.atWork().stream().filter(other -> !isSame(own, other)).toList());
  }

  private static boolean isSame(RunDirectory one, RunDirectory other) {
    return one.root().toAbsolutePath().normalize().equals(other.root());
  }

  /**
   * @throws UserError when a run at work has this machine among its hosts, as these hosts have
   */
  static void refuseSharedMachine(List<Host> hosts, MachineRuns runs)
      throws UserError, IOException {
    refuse(hosts, runs.atWork());
  }

  private static void refuse(List<Host> hosts, List<RunDirectory> others)
      throws UserError, IOException {
    if (hosts.stream().noneMatch(OtherRuns::isHere)) {
      return;
    }
    for (RunDirectory other : others) {
      if (StoredCampaign.load(other.root()).hosts().stream().anyMatch(OtherRuns::isHere)) {
        throw new UserError(
            ExitCode.INFRASTRUCTURE,
            "another run measures on this machine, and trials of two would disturb one another: "
                + other.root()
                + "\n    wait for its end, or 'slablab stop "
                + other.root()
                + "'");
      }
    }
  }

  private static boolean isHere(Host host) {
    return host.connection() == Host.Connection.LOCAL;
  }
}
