package io.slablab.coordinator.cli;

import io.slablab.coordinator.plan.PlanJson;
import io.slablab.coordinator.plan.PlanText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what a run would do; touches no host. */
@Command(name = "plan", description = "Show cells, trials, their order and the time they take.")
final class PlanCommand implements Callable<Integer> {
  @Mixin private SuiteOptions options = new SuiteOptions();

  @Option(names = "--json", description = "Print plan.json.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    CampaignInput input = CampaignInput.load(options);
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        json
            ? PlanJson.text(input.plan())
            : PlanText.render(input.plan()) + Waits.text(input.plan(), input.hosts()));
    out.flush();
    return ExitCode.OK;
  }
}
