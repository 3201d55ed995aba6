package io.slablab.coordinator.cli;

import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentArchive;
import io.slablab.coordinator.deploy.AgentJvm;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.deploy.LocalAgentStarter;
import io.slablab.coordinator.deploy.SshAgentStarter;
import io.slablab.coordinator.deploy.pki.LabAuthority;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlanOrders;
import io.slablab.coordinator.schedule.AdaptiveBlocks;
import io.slablab.coordinator.schedule.CampaignOutcome;
import io.slablab.coordinator.schedule.CampaignOutcome.Shortfall;
import io.slablab.coordinator.schedule.CampaignSetup;
import io.slablab.coordinator.schedule.EvidenceJudge;
import io.slablab.coordinator.schedule.HostLimits;
import io.slablab.coordinator.schedule.MoreBlocks;
import io.slablab.coordinator.store.MachineRuns;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.StateFolder;
import io.slablab.suites.spec.Contract;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A campaign and its run directory, ready to be carried through: what run and resume have in
 * common.
 *
 * @param id of the campaign
 * @param hosts that the plan is for
 * @param plan with all blocks that were added before
 * @param listen where this coordinator listens and agents reach it
 * @param eta expected length
 * @param limits of a host
 * @param contract how quiet hosts and trials must be
 */
record CampaignLaunch(
    RunDirectory run,
    String id,
    String suite,
    long seed,
    List<Host> hosts,
    Plan plan,
    Endpoint listen,
    Duration eta,
    HostLimits limits,
    Contract contract) {
  /** Missing trials named one by one at a campaign's end. */
  private static final int MOST_NAMED = 10;

  /**
   * Blocks until the campaign is over; progress goes to standard error. What the journal has is not
   * run again.
   *
   * @param interrupted run when the campaign was interrupted and its journal says so, before this
   *     JVM ends; takes seconds at most
   */
  CampaignOutcome launch(Runnable interrupted) throws IOException, InterruptedException {
    // Before the first logger is asked for, so that nothing of the log reaches the terminal.
    System.setProperty(CampaignLog.PROPERTY, run.root().resolve("coordinator.log").toString());
    if (HostSurvey.remote(hosts).isEmpty()) {
      return launch(null, interrupted);
    }
    CampaignLog.reopen(); // hosts were asked before there was a run directory
    try (SshLogins logins = HostSurvey.logins(false)) {
      return launch(logins, interrupted);
    }
  }

  /**
   * @param logins absent where all hosts are this machine
   */
  private CampaignOutcome launch(@Nullable SshLogins logins, Runnable interrupted)
      throws IOException, InterruptedException {
    LabAuthority lab = LabAuthority.ofUser();
    Map<String, List<TrialOrder>> orders = orders();
    ClusterNode node =
        ClusterNode.coordinator(id, Version.text(), listen, listen, lab.coordinator());
    PrintStream err = System.err;
    int trials = orders.values().stream().mapToInt(List::size).sum();
    CampaignProgress before = CampaignProgress.replay(run.journal());
    int recorded = before.done() + before.failed();
    run.sweepUnfinished();
    Map<String, AgentStarter> starters = starters(lab, logins);
    ProgressDisplay display =
        new ProgressDisplay(
            err,
            Terminal.rewrites() ? Terminal.progressColumns() : 0,
            trials,
            recorded,
            eta,
            InstantSource.system());
    long startNs = System.nanoTime();
    try (Journal journal = Journal.open(run.journal(), Clock.systemUTC());
        MachineRuns.Entry _ = StateFolder.ofUser().runs().enter(id, run)) {
      journal.append(
          before.starts() == 0
              ? new JournalRecord.CampaignStarted(id, suite, seed, trials)
              : new JournalRecord.CampaignResumed(before.starts() + 1, trials - recorded));
      CampaignOutcome result =
          CampaignRunner.run(
              new CampaignSetup(
                  id,
                  orders,
                  starters,
                  run,
                  journal,
                  before,
                  display,
                  new EvidenceJudge(contract),
                  Waits.deadlines(hosts),
                  limits.withReruns(contract.reruns()),
                  host ->
                      plan.suite().design().adaptive()
                          ? new AdaptiveBlocks(
                              plan,
                              host,
                              run,
                              before,
                              journal::append,
                              () -> before.worked().plusNanos(System.nanoTime() - startNs))
                          : MoreBlocks.NONE),
              node,
              ended -> ended(ended, display, interrupted));
      if (result.missing() == 0) {
        for (AgentStarter starter : starters.values()) {
          starter.sweep();
        }
      }
      return result;
    } finally {
      display.close();
    }
  }

  /** Of every trial of the plan, those that are recorded among them. */
  Map<String, List<TrialOrder>> orders() {
    return PlanOrders.orders(plan, plan.suite());
  }

  private Map<String, AgentStarter> starters(LabAuthority lab, @Nullable SshLogins logins)
      throws IOException {
    Map<String, AgentStarter> starters = new LinkedHashMap<>();
    AgentArchive archive = logins == null ? null : AgentArchive.ofThisProgram();
    for (Host host : hosts) {
      boolean local = host.connection() == Host.Connection.LOCAL;
      starters.put(
          host.name(),
          local || logins == null || archive == null
              ? local(host, lab)
              : new SshAgentStarter(
                  id,
                  host,
                  logins,
                  archive,
                  run.host(host.name()),
                  lab.host(host.name()),
                  HostSurvey.tunnelled(hosts)));
    }
    return starters;
  }

  private AgentStarter local(Host host, LabAuthority lab) throws IOException {
    Path java = host.java().map(home -> Path.of(home, "bin", "java")).orElseGet(AgentJvm::thisJava);
    return new LocalAgentStarter(
        id, host.name(), java, run.host(host.name()), lab.host(host.name()));
  }

  private void ended(CampaignOutcome result, ProgressDisplay display, Runnable interrupted) {
    display.close();
    if (result.interrupted()) {
      System.err.printf(
          "slablab: interrupted: %d trials done, %d not run; 'slablab show %s' shows what there"
              + " is, 'slablab resume %s' goes on%n",
          result.done(), result.missing(), run.root(), run.root());
      interrupted.run();
    } else {
      result.shortfalls().forEach(shortfall -> System.err.print(text(shortfall)));
    }
  }

  /** What a host did not run and why; the first trials by name. */
  private String text(Shortfall shortfall) {
    StringBuilder text = new StringBuilder();
    int missing = shortfall.trials().size();
    text.append(
        "slablab: host %s was set aside: %s%n".formatted(shortfall.host(), shortfall.reason()));
    text.append("    %d of its trials are missing%n".formatted(missing));
    shortfall.trials().stream()
        .limit(MOST_NAMED)
        .forEach(id -> text.append("      ").append(id).append('\n'));
    if (missing > MOST_NAMED) {
      text.append(
          "      and %d more: 'slablab status --missing %s' names them%n"
              .formatted(missing - MOST_NAMED, run.root()));
    }
    return text.toString();
  }
}
