package io.slablab.coordinator.cli;

import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.plan.PlanText;
import io.slablab.coordinator.schedule.HostLimits;
import io.slablab.coordinator.store.RunLock;
import io.slablab.coordinator.store.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on with a campaign that was interrupted or killed, or whose hosts were lost. */
@Command(
    name = "resume",
    description = {
      "Go on with a run that was interrupted, killed, or lost hosts.",
      "The plan stays the same, and no recorded trial runs again."
    })
final class ResumeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "Run directory, or a run's name in the index.")
  private Path folder = Path.of("");

  @Mixin private StoreOptions store = new StoreOptions();

  @Mixin private HostOptions hosts = new HostOptions();

  @Option(names = "--json", description = "Print gains.json instead of the table.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, IOException, InterruptedException {
    HostLimits limits = hosts.limits();
    StoredCampaign stored = StoredCampaign.load(store.runDirectory(folder));
    try (RunLock _ = RunLock.take(stored.run())) {
      OtherRuns.refuseSharedMachine(stored.run(), stored.hosts(), StateFolder.ofUser().runs());
      CampaignProgress before = CampaignProgress.replay(stored.run().journal());
      int missing = stored.plan().trialCount() - before.done() - before.failed();
      CampaignLaunch launch = stored.launch(missing, limits);
      System.err.printf(
          "slablab: %s: %d of %d trials are recorded, %d to run, about %s%n",
          stored.run().root(),
          before.done() + before.failed(),
          stored.plan().trialCount(),
          missing,
          PlanText.length(launch.eta().toSeconds()));
      IndexUpdate index = new IndexUpdate(stored.run(), store, spec.commandLine().getErr());
      index.begin();
      boolean undecided = stored.suite().design().adaptive(); // a cell may want more blocks
      if ((missing > 0 || undecided) && launch.launch(index::end).interrupted()) {
        return ExitCode.INTERRUPTED;
      }
      int exitCode =
          new Results(stored.run(), stored.suite().gate()).writeAndPrint(spec.commandLine(), json);
      index.end();
      return exitCode;
    }
  }
}
