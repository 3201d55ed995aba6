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
  /** How a host is asked. */
  @FunctionalInterface
  interface Probe {
    /** The text of the host's conditions.json. */
    String conditions(Host host) throws UserError, InterruptedException;
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
    for (Host host : hosts) {
      ToldConditions told = ToldConditions.parse(probe.conditions(host));
      breaches.addAll(ContractCheck.breaches(host.name(), contract.get(), told));
    }
    if (!breaches.isEmpty()) {
      throw new UserError(
          ExitCode.CONTRACT_BROKEN,
          "the suite's contract is broken; nothing was measured\n" + String.join("\n", breaches));
    }
  }
}
