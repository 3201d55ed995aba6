package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One host's way through its trials: what the coordinator does at each event. Plain and
 * single-threaded; messages, timers and processes are {@link Outside}, the disk is {@link
 * HostRecords}, so that it runs without an actor system where it is tested.
 *
 * <pre>
 *   STARTING --described--> IDLE --order--> ASKED --accepted--> RUNNING --ended--> COLLECTING
 *      ^                     ^ \                                                      |
 *      |                     |  +--none left--> LEAVING --> OVER                recorded, acknowledged
 *      |                     +--------------------------------------------------------+
 *      +--- AWAY <-- agent gone, in any state; after too many in a row: OVER, the host set aside
 *      +--- UNSEEN <-- agent not reachable; when it does not come back: AWAY
 * </pre>
 *
 * <p>A trial is <em>open</em> from its order to its record. When the agent goes while one is open,
 * the trial's fate is not known: the next agent of the host tells that it has it, or it has failed.
 */
final class HostSession {

  private enum Phase {
    STARTING,
    UNSEEN,
    AWAY,
    IDLE,
    ASKED,
    RUNNING,
    COLLECTING,
    LEAVING,
    OVER
  }

  /** When the end of a trial is taken note of. */
  private static final Set<Phase> AT_WORK =
      EnumSet.of(Phase.IDLE, Phase.ASKED, Phase.RUNNING, Phase.LEAVING);

  private final String host;
  private final HostTrials trials;
  private final HostRecords records;
  private final Outside outside;
  private final CampaignListener listener;
  private final TrialJudge judge;
  private final Deadlines deadlines;
  private final HostLimits limits;

  private Phase phase = Phase.STARTING;
  private int incarnation;
  private int failuresInRow;
  private int asks;
  private String bootId = "";

  /** Ordered and not recorded. */
  private @Nullable TrialOrder open;

  /** The incarnation that was asked to run the open trial. */
  private int orderedTo;

  /** How the agent of the open trial went; empty while it is there. */
  private String doubt = "";

  /** The open trial was cancelled because it did not end in time. */
  private boolean late;

  private @Nullable TrialFetch fetch;
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
    this.limits = limits;
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
      dropIncoming();
      outside.stopAgent();
      phase = Phase.OVER;
    }
  }

  // ---- the agent ----

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

  /** The agent's process ended. */
  void exited(int goneIncarnation, String how) throws IOException {
    if (goneIncarnation != incarnation) {
      return;
    }
    switch (phase) {
      case AWAY, OVER -> {} // known
      case LEAVING -> leave();
      case STARTING, UNSEEN, IDLE, ASKED, RUNNING, COLLECTING -> endAgent(how);
    }
  }

  /** The cluster has removed the agent's node; its process may live and come back. */
  void disconnected(int goneIncarnation) throws IOException {
    if (goneIncarnation != incarnation) {
      return;
    }
    switch (phase) {
      case LEAVING -> leave();
      case IDLE, ASKED, RUNNING, COLLECTING -> {
        doubt = "the connection to the agent was lost";
        if (failuresInRow + 1 >= limits.hostFailures()) {
          endAgent(doubt); // it comes and goes, and nothing is done in between
          return;
        }
        failuresInRow++;
        cancelAlarms();
        dropIncoming();
        phase = Phase.UNSEEN;
        records.away(doubt);
        listener.hostAway(host, doubt);
        outside.after(Alarm.REJOIN, deadlines.rejoin());
      }
      case STARTING, UNSEEN, AWAY, OVER -> {}
    }
  }

  private void gone(String how) throws IOException {
    cancelAlarms();
    dropIncoming();
    outside.forgetAgent();
    doubt = doubt.isEmpty() ? how : doubt; // what came first is what the trial suffered from
    if (phase != Phase.UNSEEN) {
      failuresInRow++; // an absence counts once
    }
    if (failuresInRow >= limits.hostFailures()) {
      settle(doubt);
      setAside(how);
      return;
    }
    records.away(how);
    listener.agentRestarted(host, how);
    Duration pause = deadlines.beforeStart(failuresInRow);
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

  /** Whatever is left of the agent goes. */
  private void endAgent(String how) throws IOException {
    outside.stopAgent();
    gone(how);
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

  /** Anything the agent says. */
  void heard(AgentEvent event) throws IOException {
    if (phase == Phase.OVER) {
      return;
    }
    switch (event) {
      case HostDescribed described -> described(described);
      case AgentEvent.AttachRefused(_, var reason) -> refused(reason);
      case TrialEvent.Accepted(var id) -> accepted(id);
      case TrialEvent.Busy(_, var running) -> busy(running);
      case TrialEvent.Progress progress -> progress(progress);
      case TrialEvent.Ended(var ended) -> ended(ended);
      case TrialEvent.Chunk chunk -> chunk(chunk);
      case TrialEvent.NotHeld(var id, var reason) -> notHeld(id, reason);
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
    String before = bootId;
    bootId = described.bootId();
    phase = Phase.IDLE;
    String has =
        described.runningTrialId().isEmpty() ? described.heldTrialId() : described.runningTrialId();
    Optional<TrialOrder> itsOwn = trials.unrecorded(has);
    if (open != null && itsOwn.isEmpty() && orderedTo == incarnation && !rebooted) {
      open = null; // the same agent: it would have it, so the order never reached it
    } else if (open != null && itsOwn.filter(open::equals).isEmpty()) {
      settle(
          rebooted
              ? "the host was booted anew while the trial ran (boot id "
                  + before
                  + ", now "
                  + bootId
                  + ")"
              : doubt);
    }
    doubt = "";
    if (itsOwn.isPresent()) {
      goOnWith(itsOwn.get());
    } else {
      if (!described.runningTrialId().isEmpty()) {
        outside.send(new AgentCommand.CancelTrial(described.runningTrialId()));
      }
      startNext();
    }
  }

  // ---- trials ----

  /** The agent runs or holds it: of before it was lost, or of a coordinator that died. */
  private void goOnWith(TrialOrder order) {
    open = order;
    orderedTo = incarnation;
    late = false;
    phase = Phase.RUNNING;
    outside.after(Alarm.TRIAL, deadlines.trial(order.warmupNs(), order.measureNs()));
  }

  /** The open trial, if any, has failed. */
  private void settle(String reason) throws IOException {
    if (open != null) {
      fail(open, reason);
    }
  }

  private void startNext() {
    open = trials.next().orElse(null);
    if (open == null) {
      finish();
      return;
    }
    if (unfit.isPresent()) {
      open = null;
      setAside(unfit.get());
      return;
    }
    records.started(open);
    listener.trialStarted(open);
    orderedTo = incarnation;
    phase = Phase.ASKED;
    late = false;
    asks = 0;
    outside.after(Alarm.TRIAL, deadlines.trial(open.warmupNs(), open.measureNs()));
    ask(open);
  }

  private void ask(TrialOrder order) {
    asks++;
    outside.send(new AgentCommand.RunTrial(order, trials.attempt(order.id())));
    outside.after(Alarm.ACCEPT, deadlines.accept().dividedBy(Deadlines.ASKS));
  }

  private void accepted(String id) {
    if (phase == Phase.ASKED && isOpen(id)) {
      outside.cancel(Alarm.ACCEPT);
      phase = Phase.RUNNING;
    }
  }

  /** Of a trial that nobody here waits for; the order is told again until it has ended. */
  private void busy(String runningId) {
    if (phase == Phase.ASKED && !isOpen(runningId)) {
      outside.send(new AgentCommand.CancelTrial(runningId));
    }
  }

  private void progress(TrialEvent.Progress progress) {
    if (open != null && isOpen(progress.trialId())) {
      listener.progress(open, progress.iteration(), progress.opsPerSecond());
    }
  }

  private boolean isOpen(String id) {
    return open != null && open.id().equals(id);
  }

  private void ended(TrialResult ended) throws IOException {
    if (!AT_WORK.contains(phase)) {
      return; // told again when it is its time
    }
    TrialOrder order = trials.unrecorded(ended.trialId()).orElse(null);
    if (order == null || ended.attempt() < trials.attempt(order.id())) {
      acknowledge(ended); // recorded before, tainted, or nobody's
      if (phase == Phase.ASKED && open != null) {
        ask(open);
      }
    } else {
      open = order;
      collect(order, ended);
    }
  }

  private void acknowledge(TrialResult recorded) {
    outside.send(new AgentCommand.Acknowledge(recorded.trialId(), recorded.digest()));
  }

  private void collect(TrialOrder order, TrialResult ended) throws IOException {
    outside.cancel(Alarm.ACCEPT);
    outside.cancel(Alarm.TRIAL);
    outside.cancel(Alarm.CANCEL);
    phase = Phase.COLLECTING;
    Optional<String> fault = ended.fault();
    if (fault.isPresent()) {
      conclude(order, ended, "what the agent says of the trial is not sound: " + fault.get());
      return;
    }
    outside.after(Alarm.COLLECT, deadlines.collect());
    fetch = new TrialFetch(order, ended, records, outside, deadlines);
    follow(fetch, fetch.begin());
  }

  private void chunk(TrialEvent.Chunk chunk) throws IOException {
    if (fetch != null && isOpen(chunk.trialId())) {
      follow(fetch, fetch.chunk(chunk));
    }
  }

  private void notHeld(String id, String reason) throws IOException {
    if (fetch != null && isOpen(id)) {
      follow(fetch, fetch.notHeld(reason));
    }
  }

  private void follow(TrialFetch current, TrialFetch.State state) throws IOException {
    switch (state) {
      case TrialFetch.Pending _ -> {}
      case TrialFetch.Whole(var files) -> {
        fetch = null;
        complete(current.order(), current.result(), files);
      }
      case TrialFetch.Torn(var why) -> {
        fetch = null;
        conclude(
            current.order(), current.result(), "the trial's files did not arrive whole: " + why);
      }
      case TrialFetch.Silent _ -> endAgent("the agent does not send a trial's files");
    }
  }

  /** All files are here. */
  private void complete(TrialOrder order, TrialResult ended, Path files) throws IOException {
    if (!ended.done()) {
      conclude(order, ended, late ? "not over in time: " + ended.reason() : ended.reason());
      return;
    }
    Optional<String> mismatch = records.mismatch(order, files);
    if (mismatch.isPresent()) {
      AtomicFiles.deleteTree(files);
      conclude(order, ended, "the agent sent something else: " + mismatch.get());
      return;
    }
    Optional<String> taint = judge.taint(order, files);
    if (taint.isEmpty()) {
      succeed(order, ended);
    } else if (trials.attempt(order.id()) <= limits.reruns()) {
      rerun(order, ended, taint.get());
    } else {
      conclude(
          order,
          ended,
          "disturbed in each of " + trials.attempt(order.id()) + " runs, at last: " + taint.get());
    }
  }

  private void succeed(TrialOrder order, TrialResult ended) throws IOException {
    records.done(order, ended);
    trials.record(order.id(), true);
    failuresInRow = 0;
    listener.trialDone(order, ended.opsPerSecond());
    next(ended);
  }

  private void rerun(TrialOrder order, TrialResult ended, String taint) throws IOException {
    records.tainted(order, trials.attempt(order.id()), taint);
    listener.trialTainted(order, trials.attempt(order.id()), taint);
    trials.runAgain(order.id());
    next(ended);
  }

  /** The trial failed, and its agent is there. */
  private void conclude(TrialOrder order, TrialResult ended, String reason) throws IOException {
    fail(order, reason);
    next(ended);
  }

  private void fail(TrialOrder order, String reason) throws IOException {
    String line = OneLine.of(reason);
    records.failed(order, line);
    trials.record(order.id(), false);
    listener.trialFailed(order, line);
    open = null;
  }

  private void next(TrialResult recorded) {
    acknowledge(recorded);
    outside.cancel(Alarm.CHUNK);
    outside.cancel(Alarm.COLLECT);
    open = null;
    phase = Phase.IDLE;
    startNext();
  }

  private void dropIncoming() throws IOException {
    if (fetch != null) {
      fetch.drop();
      fetch = null;
    }
  }

  // ---- deadlines ----

  void alarm(Alarm alarm) throws IOException {
    switch (alarm) {
      case READY -> {
        if (phase == Phase.STARTING) {
          endAgent("no agent within " + deadlines.agentReady().toSeconds() + " s of its start");
        }
      }
      case ACCEPT -> askOrGiveUp();
      case TRIAL -> cancelLate();
      case CANCEL -> {
        if (phase == Phase.ASKED || phase == Phase.RUNNING) {
          endAgent("the agent did not end a trial that was late");
        }
      }
      case CHUNK -> {
        if (fetch != null) {
          follow(fetch, fetch.askAgain());
        }
      }
      case COLLECT -> {
        if (phase == Phase.COLLECTING) {
          endAgent(
              "a trial's files were not here within " + deadlines.collect().toSeconds() + " s");
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
    }
  }

  private void askOrGiveUp() throws IOException {
    if (phase != Phase.ASKED || open == null) {
      return;
    }
    if (asks < Deadlines.ASKS) {
      ask(open);
    } else {
      endAgent("the agent does not answer an order");
    }
  }

  private void cancelLate() {
    if (open != null && (phase == Phase.ASKED || phase == Phase.RUNNING)) {
      late = true;
      outside.send(new AgentCommand.CancelTrial(open.id()));
      outside.after(Alarm.CANCEL, deadlines.cancel());
    }
  }

  private void cancelAlarms() {
    for (Alarm alarm : Alarm.values()) {
      outside.cancel(alarm);
    }
  }
}
