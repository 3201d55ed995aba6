package io.slablab.coordinator.cli;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentJvm;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.deploy.LocalAgentStarter;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.plan.PlanJson;
import io.slablab.coordinator.plan.PlanOrders;
import io.slablab.coordinator.plan.PlanText;
import io.slablab.coordinator.schedule.CampaignOutcome;
import io.slablab.coordinator.schedule.CampaignSetup;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
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
  private static final Duration AGENT_READY = Duration.ofSeconds(60);

  /** A JVM's start, set-up and end on a busy machine. */
  private static final Duration TRIAL_SLACK = Duration.ofSeconds(150);

  @Mixin private SuiteOptions options = new SuiteOptions();

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

  @Option(names = "--dry-run", description = "Show the plan and stop.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print gains.json instead of the table.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError, IOException, InterruptedException {
    CampaignInput input = CampaignInput.load(options);
    if (dryRun) {
      PrintWriter stdout = spec.commandLine().getOut();
      stdout.print(json ? PlanJson.text(input.plan()) : PlanText.render(input.plan()));
      stdout.flush();
      return ExitCode.OK;
    }
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 6);
    RunDirectory run = create(input, id);
    announce(input, run);
    CampaignOutcome outcome = campaign(input, run, id);
    if (outcome.interrupted()) {
      return ExitCode.INTERRUPTED;
    }
    return new Results(run, input.suite().gate()).writeAndPrint(spec.commandLine(), json);
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
            now.toString(),
            options.overrides(),
            Map.of(
                "suite.yaml", Manifest.digest(input.suiteText()),
                "inventory.yaml", Manifest.digest(input.inventoryText()),
                "plan.json", Manifest.digest(plan)))
        .write(run.manifest());
    return run;
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

  private CampaignOutcome campaign(CampaignInput input, RunDirectory run, String id)
      throws IOException, InterruptedException {
    // Before the first logger is asked for, so that nothing of the log reaches the terminal.
    System.setProperty("slablab.log", run.root().resolve("coordinator.log").toString());
    Map<String, List<TrialOrder>> orders = PlanOrders.orders(input.plan(), input.suite());
    Map<String, AgentStarter> agents = new LinkedHashMap<>();
    for (Host host : input.hosts()) {
      Path java =
          host.java().map(home -> Path.of(home, "bin", "java")).orElseGet(AgentJvm::thisJava);
      agents.put(host.name(), new LocalAgentStarter(id, host.name(), java, run.host(host.name())));
    }
    PrintStream err = System.err;
    ProgressDisplay display =
        new ProgressDisplay(
            err,
            Terminal.rewrites() ? Terminal.progressColumns() : 0,
            input.plan().trialCount(),
            Duration.ofSeconds(Math.round(input.plan().etaSeconds())),
            InstantSource.system());
    try (Journal journal = Journal.open(run.journal(), Clock.systemUTC())) {
      journal.append(
          new JournalRecord.CampaignStarted(
              id, input.suite().name(), input.plan().seed(), input.plan().trialCount()));
      return CampaignRunner.run(
          new CampaignSetup(id, orders, agents, run, journal, display, AGENT_READY, TRIAL_SLACK),
          result -> ended(result, display, run));
    } finally {
      display.close();
    }
  }

  private static void ended(CampaignOutcome result, ProgressDisplay display, RunDirectory run) {
    display.close();
    if (result.interrupted()) {
      System.err.printf(
          "slablab: interrupted: %d trials done, %d not run; 'slablab show %s' shows what there"
              + " is%n",
          result.done(), result.missing(), run.root());
    }
  }
}
