package io.slablab.coordinator.cli;

import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.plan.ContractCheck;
import io.slablab.coordinator.plan.ToldConditions;
import io.slablab.suites.spec.Contract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds hosts to a suite's contract before anything is measured or written. */
final class Preflight {
  /** How hosts are asked. */
  @FunctionalInterface
  interface Probe {
    /** The texts of the hosts' conditions.json, in the same order. */
    List<String> conditions(List<Host> hosts) throws UserError, InterruptedException;
  }

  private Preflight() {}

  /**
   * @throws UserError with every breach on every host, and exit code 6
   */
  static void check(Optional<Contract> contract, List<Host> hosts, Probe probe)
      throws UserError, InterruptedException {
    if (contract.map(Contract::checks).orElse(List.of()).isEmpty()) {
      return;
    }
    List<String> breaches = new ArrayList<>();
    List<String> conditions = probe.conditions(hosts);
    for (int i = 0; i < hosts.size(); i++) {
      breaches.addAll(
          ContractCheck.breaches(
              hosts.get(i).name(), contract.get(), ToldConditions.parse(conditions.get(i))));
    }
    if (!breaches.isEmpty()) {
      throw new UserError(
          ExitCode.CONTRACT_BROKEN,
          "the suite's contract is broken; nothing was measured\n" + String.join("\n", breaches));
    }
  }
}
