package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One host's way through its trials: what the coordinator does at each event. Plain and
 * single-threaded; messages, timers and processes are {@link Outside}, the disk is {@link
 * HostRecords}, so that it runs without an actor system where it is tested.
 *
 * <pre>
 *   STARTING --described--> HERE --no trial left--> LEAVING --> OVER
 *      ^
 *      +--- AWAY <-- agent gone, in any phase; after too many in a row: OVER, the host set aside
 *      +--- UNSEEN <-- agent not reachable; when it does not come back: AWAY
 * </pre>
 *
 * <p>This is the agent's life; its trials are {@link OpenTrial}, what they come to is {@link
 * TrialEnds}, and how much a host may cost is {@link FailureRow}.
 */
final class HostSession {

  private enum Phase {
    STARTING,
    UNSEEN,
    AWAY,
    HERE,
    LEAVING,
    OVER
  }

  private final String host;
  private final HostTrials trials;
  private final HostRecords records;
  private final Outside outside;
  private final CampaignListener listener;
  private final TrialJudge judge;
  private final Deadlines deadlines;
  private final FailureRow failures;
  private final OpenTrial trial;

  private Phase phase = Phase.STARTING;
  private int incarnation;
  private String bootId = "";

  /** How the agent of the open trial went; empty while it is there. */
  private String doubt = "";

  private @Nullable String setAside;

  /** What of the suite's contract this boot of the host breaks. */
  private Optional<String> unfit = Optional.empty();

  HostSession(
      String host,
      HostTrials trials,
      HostRecords records,
      Outside outside,
      CampaignListener listener,
      TrialJudge judge,
      Deadlines deadlines,
      HostLimits limits) {
    this.host = host;
    this.trials = trials;
    this.records = records;
    this.outside = outside;
    this.listener = listener;
    this.judge = judge;
    this.deadlines = deadlines;
    this.failures = new FailureRow(limits);
    this.trial =
        new OpenTrial(
            trials,
            records,
            new TrialEnds(trials, records, listener, judge, limits, failures),
            outside,
            listener,
            deadlines,
            new OpenTrial.Owner() {
              @Override
              public void hangs(String how) throws IOException {
                endAgent(how);
              }

              @Override
              public void free() {
                startNext();
              }
            });
  }

  /** Why the host was set aside; empty when it was not. */
  Optional<String> setAside() {
    return Optional.ofNullable(setAside);
  }

  boolean isOver() {
    return phase == Phase.OVER;
  }

  void begin() {
    if (trials.missing() == 0) {
      phase = Phase.OVER;
    } else {
      startAgent();
    }
  }

  /** Ends at once: an open trial stays unrecorded. */
  void stop() throws IOException {
    if (phase != Phase.OVER) {
      cancelAlarms();
      trial.rest();
      outside.stopAgent();
      phase = Phase.OVER;
    }
  }

  // ---- the agent comes ----

  private void startAgent() {
    incarnation++;
    phase = Phase.STARTING;
    outside.startAgent(incarnation); // may bring files there first, which has deadlines of its own
    outside.after(Alarm.READY, deadlines.agentReady());
  }

  /** The agent has registered itself, for the first time or after it was lost. */
  void seen(int seenIncarnation) {
    if (seenIncarnation != incarnation) {
      return;
    }
    if (phase == Phase.UNSEEN) {
      cancelAlarms();
      phase = Phase.STARTING;
      outside.after(Alarm.READY, deadlines.agentReady());
    }
    if (phase == Phase.STARTING) {
      outside.attach();
    }
  }

  /** Anything the agent says. */
  void heard(AgentEvent event) throws IOException {
    if (phase == Phase.OVER) {
      return;
    }
    switch (event) {
      case HostDescribed described -> described(described);
      case AgentEvent.AttachRefused(_, var reason) -> refused(reason);
      case TrialEvent.Accepted(var id) -> trial.accepted(id);
      case TrialEvent.Busy(_, var running) -> trial.busy(running);
      case TrialEvent.Progress progress -> trial.progress(progress);
      case TrialEvent.Ended(var ended) -> {
        if (phase == Phase.HERE || phase == Phase.LEAVING) {
          trial.ended(ended); // else it is told again when it is its time
        }
      }
      case TrialEvent.Chunk chunk -> trial.chunk(chunk);
      case TrialEvent.NotHeld(var id, var reason) -> trial.notHeld(id, reason);
    }
  }

  private void refused(String reason) {
    if (phase == Phase.STARTING) {
      setAside("the agent refused: " + OneLine.of(reason));
    }
  }

  private void described(HostDescribed described) throws IOException {
    if (phase != Phase.STARTING || described.incarnation() != incarnation) {
      return;
    }
    outside.cancel(Alarm.READY);
    if (!records.readable(described)) {
      setAside("what the agent says of its host is no JSON");
      return;
    }
    records.described(described);
    listener.hostReady(host);
    unfit = judge.unfit(host, incarnation, described.conditionsJson());
    boolean rebooted = !bootId.isEmpty() && !bootId.equals(described.bootId());
    String fate = rebooted ? booted(bootId, described.bootId()) : doubt;
    bootId = described.bootId();
    phase = Phase.HERE;
    String has =
        described.runningTrialId().isEmpty() ? described.heldTrialId() : described.runningTrialId();
    Optional<TrialOrder> itsOwn = trials.unrecorded(has);
    trial.settle(itsOwn, incarnation, rebooted, fate);
    doubt = "";
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

  private void startNext() {
    Optional<TrialOrder> next = trials.next();
    if (next.isEmpty()) {
      finish();
    } else if (unfit.isPresent()) {
      setAside(unfit.get());
    } else if (failures.isFull()) {
      setAside(failures.words());
    } else {
      trial.order(next.get(), incarnation);
    }
  }

  // ---- the agent goes ----

  /** The agent's process ended. */
  void exited(int goneIncarnation, String how) throws IOException {
    if (goneIncarnation != incarnation) {
      return;
    }
    switch (phase) {
      case AWAY, OVER -> {} // known
      case LEAVING -> leave();
      case STARTING, UNSEEN, HERE -> endAgent(how);
    }
  }

  /** The cluster has removed the agent's node; its process may live and come back. */
  void disconnected(int goneIncarnation) throws IOException {
    if (goneIncarnation != incarnation) {
      return;
    }
    switch (phase) {
      case LEAVING -> leave();
      case HERE -> {
        doubt = "the connection to the agent was lost";
        if (failures.isAlmostFull()) {
          endAgent(doubt); // it comes and goes, and nothing is done in between
          return;
        }
        failures.agentFailed(doubt);
        cancelAlarms();
        trial.rest();
        phase = Phase.UNSEEN;
        records.away(doubt);
        listener.hostAway(host, doubt);
        outside.after(Alarm.REJOIN, deadlines.rejoin());
      }
      case STARTING, UNSEEN, AWAY, OVER -> {}
    }
  }

  /** Whatever is left of the agent goes. */
  private void endAgent(String how) throws IOException {
    outside.stopAgent();
    gone(how);
  }

  private void gone(String how) throws IOException {
    cancelAlarms();
    trial.rest();
    outside.forgetAgent();
    doubt = doubt.isEmpty() ? how : doubt; // what came first is what the trial suffered from
    if (phase != Phase.UNSEEN) {
      failures.agentFailed(OneLine.of(how)); // an absence counts once
    }
    if (failures.isFull()) {
      trial.fail(doubt);
      setAside(how);
      return;
    }
    records.away(how);
    listener.agentRestarted(host, how);
    Duration pause = deadlines.beforeStart(failures.length());
    if (pause.isZero()) {
      startAgent();
    } else {
      phase = Phase.AWAY;
      outside.after(Alarm.RESTART, pause);
    }
  }

  private void setAside(String reason) {
    setAside = reason;
    cancelAlarms();
    records.lost(reason);
    listener.hostLost(host, reason);
    outside.stopAgent();
    phase = Phase.OVER;
  }

  private void finish() {
    phase = Phase.LEAVING;
    outside.send(new AgentCommand.Shutdown("all trials of this host are recorded"));
    outside.after(Alarm.FAREWELL, deadlines.farewell());
  }

  private void leave() {
    cancelAlarms();
    outside.stopAgent();
    phase = Phase.OVER;
  }

  // ---- deadlines ----

  void alarm(Alarm alarm) throws IOException {
    switch (alarm) {
      case READY -> {
        if (phase == Phase.STARTING) {
          endAgent("no agent within " + deadlines.agentReady().toSeconds() + " s of its start");
        }
      }
      case REJOIN -> {
        if (phase == Phase.UNSEEN) {
          endAgent("not reachable for " + deadlines.rejoin().toSeconds() + " s");
        }
      }
      case RESTART -> {
        if (phase == Phase.AWAY) {
          startAgent();
        }
      }
      case FAREWELL -> {
        if (phase == Phase.LEAVING) {
          leave();
        }
      }
      case ACCEPT, TRIAL, CANCEL, CHUNK, COLLECT -> trial.alarm(alarm);
    }
  }

  private void cancelAlarms() {
    for (Alarm alarm : Alarm.values()) {
      outside.cancel(alarm);
    }
  }
}
