package io.slablab.coordinator.cli;

import io.slablab.coordinator.plan.PlanJson;
import io.slablab.coordinator.plan.PlanText;
import io.slablab.coordinator.schedule.HostLimits;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.RunLock;
import io.slablab.coordinator.store.StateFolder;
import io.slablab.suites.spec.Contract;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a suite: plan, agents, trials, gains, report. */
@Command(name = "run", description = "Run a suite and print its gains.")
final class RunCommand implements Callable<Integer> {
  @Mixin private SuiteOptions options = new SuiteOptions();

  @Mixin private StoreOptions store = new StoreOptions();

  @Mixin private HostOptions hosts = new HostOptions();

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      description = "A name for the run, kept in its manifest.")
  @Nullable String label;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Run directory; must not exist or be empty (default: runs/SUITE/TIME-ID).")
  @Nullable Path out;

  @Mixin private Listening listening = new Listening();

  @Option(names = "--dry-run", description = "Show the plan and stop.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print gains.json instead of the table.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, IOException, InterruptedException {
    HostLimits limits = hosts.limits();
    CampaignInput input = CampaignInput.load(options);
    store.named(); // a wrong one shows now, not at the end
    if (dryRun) {
      PrintWriter stdout = spec.commandLine().getOut();
      stdout.print(
          json
              ? PlanJson.text(input.plan())
              : PlanText.render(input.plan()) + Waits.text(input.plan(), input.hosts()));
      stdout.flush();
      return ExitCode.OK;
    }
    Preflight.check(input.suite().contract(), input.hosts(), ConditionsProbe::of);
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 6);
    OtherRuns.refuseSharedMachine(input.hosts(), StateFolder.ofUser().runs());
    listening.seenBy(input.hosts());
    listening.endpoint(); // or say what is wrong before anything is made
    RunDirectory run = create(input, id);
    try (RunLock _ = RunLock.take(run)) {
      write(input, run, id);
      announce(input, run);
      IndexUpdate index = new IndexUpdate(run, store, spec.commandLine().getErr());
      index.begin();
      if (launch(input, run, id, limits).launch(index::end).interrupted()) {
        return ExitCode.INTERRUPTED;
      }
      int exitCode = new Results(run, input.suite().gate()).writeAndPrint(spec.commandLine(), json);
      index.end();
      return exitCode;
    }
  }

  private CampaignLaunch launch(CampaignInput input, RunDirectory run, String id, HostLimits limits)
      throws UserError, IOException {
    return new CampaignLaunch(
        run,
        id,
        input.suite().name(),
        input.plan().seed(),
        input.hosts(),
        input.plan(),
        listening.endpoint(),
        Duration.ofSeconds(Math.round(input.plan().etaSeconds())),
        limits,
        input.suite().contract().orElse(Contract.NONE));
  }

  private RunDirectory create(CampaignInput input, String id) throws UserError, IOException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    RunDirectory run =
        out == null
            ? RunDirectory.defaultFor(Path.of("runs"), input.suite().name(), now, id)
            : new RunDirectory(out);
    try {
      run.create();
    } catch (RunDirectory.Unusable e) {
      throw UserError.invalid(String.valueOf(e.getMessage()));
    }
    return run;
  }

  private void write(CampaignInput input, RunDirectory run, String id)
      throws UserError, IOException {
    String plan = PlanJson.text(input.plan());
    AtomicFiles.write(run.suite(), input.suiteText());
    AtomicFiles.write(run.inventory(), input.inventoryText());
    AtomicFiles.write(run.plan(), plan);
    new Manifest(
            Manifest.SCHEMA,
            Version.text(),
            id,
            input.suite().name(),
            label,
            input.plan().seed(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            listening.with(options.overrides()),
            Map.of(
                "suite.yaml", Manifest.digest(input.suiteText()),
                "inventory.yaml", Manifest.digest(input.inventoryText()),
                "plan.json", Manifest.digest(plan)))
        .write(run.manifest());
  }

  private void announce(CampaignInput input, RunDirectory run) {
    System.err.printf(
        "slablab: suite %s on %s: %d trials, about %s; results go to %s%n",
        input.suite().name(),
        TopologyCommand.names(input.hosts()),
        input.plan().trialCount(),
        PlanText.length(input.plan().etaSeconds()),
        run.root());
  }
}
