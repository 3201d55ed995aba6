package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialOrder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One host's way through its trials: what the coordinator does at each event. Plain and
 * single-threaded; messages, timers and processes are {@link Outside}, the disk is {@link
 * HostRecords}, so that it runs without an actor system where it is tested.
 *
 * <p>The host's agents come and go as {@link AgentLife}, its trial is {@link OpenTrial}, what
 * trials come to is {@link TrialEnds}, and how much the host may cost {@link FailureRow}. Here they
 * meet: an agent that is there gets the next trial.
 */
final class HostSession {
  private final String host;
  private final HostTrials trials;
  private final HostRecords records;
  private final Outside outside;
  private final CampaignListener listener;
  private final TrialJudge judge;
  private final MoreBlocks more;
  private final FailureRow failures;
  private final OpenTrial trial;
  private final AgentLife agent;

  private String bootId = "";

  /** What of the suite's contract this boot of the host breaks. */
  private Optional<String> unfit = Optional.empty();

  /** A host that runs its plan and no more. */
  HostSession(
      String host,
      HostTrials trials,
      HostRecords records,
      Outside outside,
      CampaignListener listener,
      TrialJudge judge,
      Deadlines deadlines,
      HostLimits limits) {
    this(host, trials, records, outside, listener, judge, deadlines, limits, MoreBlocks.NONE);
  }

  HostSession(
      String host,
      HostTrials trials,
      HostRecords records,
      Outside outside,
      CampaignListener listener,
      TrialJudge judge,
      Deadlines deadlines,
      HostLimits limits,
      MoreBlocks more) {
    this.host = host;
    this.trials = trials;
    this.records = records;
    this.outside = outside;
    this.listener = listener;
    this.judge = judge;
    this.more = more;
    this.failures = new FailureRow(limits);
    TrialEnds ends = new TrialEnds(trials, records, listener, judge, limits, failures);
    this.trial =
        new OpenTrial(trials, records, ends, outside, listener, deadlines, new TrialOwner());
    this.agent = new AgentLife(host, records, outside, listener, deadlines, failures, trial);
  }

  private final class TrialOwner implements OpenTrial.Owner {
    @Override
    public void hangs(String how) throws IOException {
      agent.end(how);
    }

    @Override
    public void free() throws IOException {
      startNext();
    }
  }

  /** Why the host was set aside; empty when it was not. */
  Optional<String> setAside() {
    return agent.whySetAside();
  }

  boolean isOver() {
    return agent.isOver();
  }

  void begin() throws IOException {
    if (trials.missing() == 0 && addBlock().isEmpty()) {
      agent.skip();
    } else {
      agent.start();
    }
  }

  /** Ends at once: an open trial stays unrecorded. */
  void stop() throws IOException {
    agent.stop();
  }

  /** The agent's process runs: all that it needs was brought there. */
  void launched(int incarnation) {
    agent.launched(incarnation);
  }

  /** The agent has registered itself, for the first time or after it was lost. */
  void seen(int incarnation) {
    agent.seen(incarnation);
  }

  /** The agent's process ended. */
  void exited(int incarnation, String how) throws IOException {
    agent.exited(incarnation, how);
  }

  /** The cluster has removed the agent's node; its process may live and come back. */
  void disconnected(int incarnation) throws IOException {
    agent.disconnected(incarnation);
  }

  /** Anything the agent says. */
  void heard(AgentEvent event) throws IOException {
    if (agent.isOver()) {
      return;
    }
    switch (event) {
      case HostDescribed described -> described(described);
      case AgentEvent.AttachRefused(_, var reason) -> refused(reason);
      case TrialEvent.Accepted(var id) -> trial.accepted(id);
      case TrialEvent.Busy(_, var running) -> trial.busy(running);
      case TrialEvent.Progress progress -> trial.progress(progress);
      case TrialEvent.Ended(var ended) -> {
        if (agent.isThere()) {
          trial.ended(ended); // else it is told again when it is its time
        }
      }
      case TrialEvent.Chunk chunk -> trial.chunk(chunk);
      case TrialEvent.NotHeld(var id, var reason) -> trial.notHeld(id, reason);
    }
  }

  private void refused(String reason) {
    if (agent.isStarting(agent.incarnation())) {
      agent.setAside("the agent refused: " + OneLine.of(reason));
    }
  }

  private void described(HostDescribed described) throws IOException {
    if (!agent.isStarting(described.incarnation())) {
      return;
    }
    outside.cancel(Alarm.READY);
    if (!records.readable(described)) {
      agent.setAside("what the agent says of its host is no JSON");
      return;
    }
    records.described(described);
    listener.hostReady(host);
    int incarnation = agent.incarnation();
    unfit = judge.unfit(host, incarnation, described.conditionsJson());
    boolean rebooted = !bootId.isEmpty() && !bootId.equals(described.bootId());
    String doubt = agent.here();
    String fate = rebooted ? booted(bootId, described.bootId()) : doubt;
    bootId = described.bootId();
    String has =
        described.runningTrialId().isEmpty() ? described.heldTrialId() : described.runningTrialId();
    Optional<TrialOrder> itsOwn = trials.unrecorded(has);
    trial.settle(itsOwn, incarnation, rebooted, fate);
    if (itsOwn.isPresent()) {
      trial.goOnWith(itsOwn.get(), incarnation);
    } else {
      if (!described.runningTrialId().isEmpty()) {
        outside.send(new AgentCommand.CancelTrial(described.runningTrialId()));
      }
      startNext();
    }
  }

  private static String booted(String before, String now) {
    return "the host was booted anew while the trial ran (boot id " + before + ", now " + now + ")";
  }

  /** A block beyond the plan, if the host is to run one, and its first trial. */
  private Optional<TrialOrder> addBlock() throws IOException {
    List<TrialOrder> block = more.next();
    if (!block.isEmpty()) {
      trials.add(block);
      listener.blockAdded(block);
    }
    return trials.next();
  }

  private void startNext() throws IOException {
    Optional<TrialOrder> next = trials.next();
    if (next.isEmpty() && unfit.isEmpty() && !failures.isFull()) {
      next = addBlock();
    }
    if (next.isEmpty()) {
      agent.finish();
    } else if (unfit.isPresent()) {
      agent.setAside(unfit.get());
    } else if (failures.isFull()) {
      agent.setAside(failures.words());
    } else {
      trial.order(next.get(), agent.incarnation());
    }
  }

  void alarm(Alarm alarm) throws IOException {
    switch (alarm) {
      case READY, REJOIN, RESTART, FAREWELL -> agent.alarm(alarm);
      case ACCEPT, TRIAL, CANCEL, CHUNK, COLLECT -> trial.alarm(alarm);
    }
  }
}
