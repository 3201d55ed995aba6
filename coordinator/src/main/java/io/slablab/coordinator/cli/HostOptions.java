package io.slablab.coordinator.cli;

import io.slablab.coordinator.schedule.HostLimits;
import picocli.CommandLine.Option;

/** What run and resume have in common: how much a host may cost. */
final class HostOptions {
  @Option(
      names = "--host-failures",
      paramLabel = "N",
      description =
          "Failures of a host in a row after which it is set aside (default: ${DEFAULT-VALUE}).")
  private int failures = HostLimits.DEFAULT.hostFailures();

  HostLimits limits() throws UserError {
    if (failures < 1) {
      throw new UserError(
          ExitCode.USAGE_OR_INTERNAL, "slablab: --host-failures " + failures + ": at least 1");
    }
    return new HostLimits(failures, HostLimits.DEFAULT.reruns());
  }
}
