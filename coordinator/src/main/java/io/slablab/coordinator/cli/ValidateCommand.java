package io.slablab.coordinator.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks a suite and its inventory; prints every problem. */
@Command(
    name = "validate",
    description = "Check a suite and its inventory, and print every problem.")
final class ValidateCommand implements Callable<Integer> {
  @Mixin private SuiteOptions options = new SuiteOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    CampaignInput input = CampaignInput.load(options);
    int cells = input.plan().hosts().stream().mapToInt(host -> host.cells().size()).sum();
    spec.commandLine()
        .getOut()
        .println(
            options.suite
                + ": valid: hosts="
                + input.hosts().size()
                + " cells="
                + cells
                + " trials="
                + input.plan().trialCount());
    return ExitCode.OK;
  }
}
