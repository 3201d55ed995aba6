package io.slablab.coordinator.cli;

import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.RunLock;
import io.slablab.coordinator.store.StateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says how far a campaign is, from its run directory alone. */
@Command(
    name = "status",
    description = {
      "Show how far a run is: its trials, its hosts, what is missing and why.",
      "Without RUN, all runs at work on this machine."
    })
final class StatusCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", arity = "0..1", description = "Run directory.")
  private @Nullable Path folder;

  @Option(names = "--missing", description = "Name every trial that is not recorded.")
  private boolean missing;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (folder != null) {
      print(out, folder);
      return ExitCode.OK;
    }
    List<RunDirectory> runs = StateFolder.ofUser().runs().atWork();
    if (runs.isEmpty()) {
      spec.commandLine().getErr().println("slablab: no run is at work on this machine");
    }
    for (RunDirectory run : runs) {
      print(out, run.root());
    }
    return ExitCode.OK;
  }

  private void print(PrintWriter out, Path run) throws UserError, IOException {
    StoredCampaign stored = StoredCampaign.load(run);
    RunStatus status =
        RunStatus.of(
            stored,
            CampaignProgress.replay(stored.run().journal()),
            RunLock.holder(stored.run()),
            Instant.now());
    out.print(json ? status.json() : status.text(missing));
    out.flush();
  }
}
