package io.slablab.coordinator.cli;

import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentJvm;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.deploy.LocalAgentStarter;
import io.slablab.coordinator.deploy.pki.LabAuthority;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.schedule.CampaignOutcome;
import io.slablab.coordinator.schedule.CampaignSetup;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A campaign and its run directory, ready to be carried through: what run and resume have in
 * common.
 *
 * @param id of the campaign
 * @param hosts that the orders are for
 * @param eta expected length
 */
record CampaignLaunch(
    RunDirectory run,
    String id,
    String suite,
    long seed,
    List<Host> hosts,
    Map<String, List<TrialOrder>> orders,
    Duration eta) {
  private static final Duration AGENT_READY = Duration.ofSeconds(60);

  /** A JVM's start, set-up and end on a busy machine. */
  private static final Duration TRIAL_SLACK = Duration.ofSeconds(150);

  /** Blocks until the campaign is over; progress goes to standard error. */
  CampaignOutcome launch() throws IOException, InterruptedException {
    // Before the first logger is asked for, so that nothing of the log reaches the terminal.
    System.setProperty("slablab.log", run.root().resolve("coordinator.log").toString());
    LabAuthority lab = LabAuthority.ofUser();
    Endpoint loopback = Endpoint.loopback(0);
    ClusterNode node =
        ClusterNode.coordinator(id, Version.text(), loopback, loopback, lab.coordinator());
    PrintStream err = System.err;
    int trials = orders.values().stream().mapToInt(List::size).sum();
    ProgressDisplay display =
        new ProgressDisplay(
            err,
            Terminal.rewrites() ? Terminal.progressColumns() : 0,
            trials,
            eta,
            InstantSource.system());
    try (Journal journal = Journal.open(run.journal(), Clock.systemUTC())) {
      journal.append(new JournalRecord.CampaignStarted(id, suite, seed, trials));
      return CampaignRunner.run(
          new CampaignSetup(
              id, orders, starters(lab), run, journal, display, AGENT_READY, TRIAL_SLACK),
          node,
          result -> ended(result, display));
    } finally {
      display.close();
    }
  }

  private Map<String, AgentStarter> starters(LabAuthority lab) throws IOException {
    Map<String, AgentStarter> starters = new LinkedHashMap<>();
    for (Host host : hosts) {
      Path java =
          host.java().map(home -> Path.of(home, "bin", "java")).orElseGet(AgentJvm::thisJava);
      starters.put(
          host.name(),
          new LocalAgentStarter(
              id, host.name(), java, run.host(host.name()), lab.host(host.name())));
    }
    return starters;
  }

  private void ended(CampaignOutcome result, ProgressDisplay display) {
    display.close();
    if (result.interrupted()) {
      System.err.printf(
          "slablab: interrupted: %d trials done, %d not run; 'slablab show %s' shows what there"
              + " is%n",
          result.done(), result.missing(), run.root());
    }
  }
}
