package io.slablab.coordinator.plan;

import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.HostCheck;
import java.util.ArrayList;
import java.util.List;

/** Holds a host's findings against what a suite demands. */
public final class ContractCheck {
  private ContractCheck() {}

  /**
   * What breaks the contract, a line or two each: where, what, and what would do. A check that the
   * host cannot answer breaks it too: what is not known is not kept.
   */
  public static List<String> breaches(String host, Contract contract, ToldConditions told) {
    List<String> breaches = new ArrayList<>();
    for (HostCheck check : contract.checks()) {
      told.finding(check.id())
          .ifPresentOrElse(
              finding -> {
                if (!finding.ok()) {
                  breaches.add("host " + host + ": " + words(finding));
                }
              },
              () ->
                  breaches.add(
                      "host " + host + ": " + check.id() + ": its agent knows no such check"));
    }
    return breaches;
  }

  private static String words(ToldConditions.Finding finding) {
    return finding.noisy()
        ? "%s: %s: %s%n    %s"
            .formatted(finding.check(), finding.found(), finding.why(), finding.fix())
        : "%s: cannot be told (%s)%n    leave it out of the contract, or measure on another host"
            .formatted(finding.check(), finding.found());
  }
}
