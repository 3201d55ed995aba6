package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a host's agents come and go, one after another. Single-threaded, as its {@link HostSession}.
 *
 * <pre>
 *   STARTING --described--> HERE --no trial left--> LEAVING --> OVER
 *      ^
 *      +--- AWAY <-- agent gone, in any phase; after too many in a row: OVER, the host set aside
 *      +--- UNSEEN <-- agent not reachable; when it does not come back: AWAY
 * </pre>
 */
final class AgentLife {

  private enum Phase {
    STARTING,
    UNSEEN,
    AWAY,
    HERE,
    LEAVING,
    OVER
  }

  private final String host;
  private final HostRecords records;
  private final Outside outside;
  private final CampaignListener listener;
  private final Deadlines deadlines;
  private final FailureRow failures;
  private final OpenTrial trial;

  private Phase phase = Phase.STARTING;
  private int incarnation;

  /** The process of this incarnation is known to run, or to have run. */
  private boolean launched;

  /** How the agent of the open trial went; empty while it is there. */
  private String doubt = "";

  private @Nullable String setAside;

  /**
   * @param trial rests when the agent goes, and has failed when the host is set aside
   */
  AgentLife(
      String host,
      HostRecords records,
      Outside outside,
      CampaignListener listener,
      Deadlines deadlines,
      FailureRow failures,
      OpenTrial trial) {
    this.host = host;
    this.records = records;
    this.outside = outside;
    this.listener = listener;
    this.deadlines = deadlines;
    this.failures = failures;
    this.trial = trial;
  }

  /** Which start of an agent this is, from 1. */
  int incarnation() {
    return incarnation;
  }

  /** Whether this agent is to describe its host next. */
  boolean isStarting(int asked) {
    return phase == Phase.STARTING && asked == incarnation;
  }

  /** Whether it has described its host, and was not lost since. */
  boolean isThere() {
    return phase == Phase.HERE || phase == Phase.LEAVING;
  }

  boolean isOver() {
    return phase == Phase.OVER;
  }

  /** Why the host was set aside; empty when it was not. */
  Optional<String> whySetAside() {
    return Optional.ofNullable(setAside);
  }

  // ---- it comes ----

  void start() {
    incarnation++;
    phase = Phase.STARTING;
    launched = false;
    outside.startAgent(incarnation);
    outside.after(Alarm.READY, deadlines.start());
  }

  /** The agent's process runs: all that it needs was brought there. */
  void launched(int launchedIncarnation) {
    if (isStarting(launchedIncarnation) && !launched) {
      launched = true;
      outside.after(Alarm.READY, deadlines.agentReady());
    }
  }

  /** The agent has registered itself, for the first time or after it was lost. */
  void seen(int seenIncarnation) {
    if (seenIncarnation != incarnation) {
      return;
    }
    launched = true;
    if (phase == Phase.UNSEEN) {
      cancelAlarms();
      phase = Phase.STARTING;
      outside.after(Alarm.READY, deadlines.agentReady());
    }
    if (phase == Phase.STARTING) {
      outside.attach();
    }
  }

  /**
   * The agent has described its host.
   *
   * @return how the one before went; empty where none did, or it is the same
   */
  String here() {
    String before = doubt;
    doubt = "";
    phase = Phase.HERE;
    return before;
  }

  // ---- it goes ----

  /** Its process ended. */
  void exited(int goneIncarnation, String how) throws IOException {
    if (goneIncarnation != incarnation) {
      return;
    }
    switch (phase) {
      case AWAY, OVER -> {} // known
      case LEAVING -> leave();
      case STARTING, UNSEEN, HERE -> end(how);
    }
  }

  /** The cluster has removed its node; its process may live and come back. */
  void disconnected(int goneIncarnation) throws IOException {
    if (goneIncarnation != incarnation) {
      return;
    }
    switch (phase) {
      case LEAVING -> leave();
      case HERE -> {
        doubt = "the connection to the agent was lost";
        if (failures.isAlmostFull()) {
          end(doubt); // it comes and goes, and nothing is done in between
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

  /** Whatever is left of it goes. */
  void end(String how) throws IOException {
    outside.stopAgent();
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
    } else {
      startAgain(how);
    }
  }

  private void startAgain(String how) {
    records.away(how);
    listener.agentRestarted(host, how);
    Duration pause = deadlines.beforeStart(failures.length());
    if (pause.isZero()) {
      start();
    } else {
      phase = Phase.AWAY;
      outside.after(Alarm.RESTART, pause);
    }
  }

  /** The host gets no further agent. */
  void setAside(String reason) {
    setAside = reason;
    cancelAlarms();
    records.lost(reason);
    listener.hostLost(host, reason);
    outside.stopAgent();
    phase = Phase.OVER;
  }

  /** No trial is left: it ends by itself. */
  void finish() {
    phase = Phase.LEAVING;
    outside.send(new AgentCommand.Shutdown("all trials of this host are recorded"));
    outside.after(Alarm.FAREWELL, deadlines.farewell());
  }

  private void leave() {
    cancelAlarms();
    outside.stopAgent();
    phase = Phase.OVER;
  }

  /** It was never needed. */
  void skip() {
    phase = Phase.OVER;
  }

  /** It ends at once. */
  void stop() throws IOException {
    if (phase != Phase.OVER) {
      trial.rest();
      leave();
    }
  }

  // ---- deadlines ----

  /** One of {@code READY, REJOIN, RESTART, FAREWELL}. */
  void alarm(Alarm alarm) throws IOException {
    switch (alarm) {
      case READY -> {
        if (phase == Phase.STARTING) {
          end(
              launched
                  ? "no agent within " + deadlines.agentReady().toSeconds() + " s of its start"
                  : "no agent was started within " + deadlines.start().toSeconds() + " s");
        }
      }
      case REJOIN -> {
        if (phase == Phase.UNSEEN) {
          end("not reachable for " + deadlines.rejoin().toSeconds() + " s");
        }
      }
      case RESTART -> {
        if (phase == Phase.AWAY) {
          start();
        }
      }
      case FAREWELL -> {
        if (phase == Phase.LEAVING) {
          leave();
        }
      }
      case ACCEPT, TRIAL, CANCEL, CHUNK, COLLECT ->
          throw new IllegalArgumentException("alarm=" + alarm);
    }
  }

  private void cancelAlarms() {
    for (Alarm alarm : Alarm.values()) {
      outside.cancel(alarm);
    }
  }
}
