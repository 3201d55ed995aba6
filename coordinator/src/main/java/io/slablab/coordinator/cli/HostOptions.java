package io.slablab.coordinator.cli;

import io.slablab.coordinator.schedule.HostLimits;
import picocli.CommandLine.Option;

/** What run and resume have in common: how much a host may cost. */
final class HostOptions {
  @Option(
      names = "--host-failures",
      paramLabel = "N",
      description =
          "Failures in a row, of a host's agent or its trials, after which the host is set aside"
              + " (default: ${DEFAULT-VALUE}).")
  private int failures = HostLimits.DEFAULT.hostFailures();

  HostLimits limits() throws UserError {
    if (failures < 1) {
      throw new UserError(
          ExitCode.USAGE_OR_INTERNAL, "slablab: --host-failures " + failures + ": at least 1");
    }
    return new HostLimits(failures, HostLimits.DEFAULT.reruns());
  }
}
