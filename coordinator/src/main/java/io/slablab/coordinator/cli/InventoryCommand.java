package io.slablab.coordinator.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What can be asked of an inventory. */
@Command(
    name = "inventory",
    subcommands = InventoryCheckCommand.class,
    description = "Ask the hosts of an inventory.")
final class InventoryCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
