package io.slablab.coordinator.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What of this program can be checked by whoever uses it. */
@Command(
    name = "selftest",
    subcommands = SelftestStatsCommand.class,
    description = "Check this program against known truth.")
final class SelftestCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
