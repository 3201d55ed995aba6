package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.protocol.TrialResult;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trial of a host that is ordered and not recorded, if any, on its way through the host's
 * agent.
 *
 * <pre>
 *   REST --order--> ASKED --accepted--> RUNNING --ended--> COLLECTING --recorded--> REST
 * </pre>
 *
 * <p>When the agent goes, the trial stays open and rests: its fate is not known until the host's
 * next agent tells what it has. Single-threaded, as its {@link HostSession}.
 */
final class OpenTrial {

  private enum Stage {
    REST,
    ASKED,
    RUNNING,
    COLLECTING
  }

  /** Who has the agent. */
  interface Owner {
    /** The agent is of no use any more. */
    void hangs(String how) throws IOException;

    /** No trial is open, and the agent is there. */
    void free() throws IOException;
  }

  private final HostTrials trials;
  private final HostRecords records;
  private final TrialEnds ends;
  private final Outside outside;
  private final CampaignListener listener;
  private final Deadlines deadlines;
  private final Owner owner;

  private Stage stage = Stage.REST;
  private @Nullable TrialOrder open;

  /** The incarnation that was asked to run it. */
  private int orderedTo;

  private int asks;

  /** It was cancelled because it did not end in time. */
  private boolean late;

  private @Nullable TrialFetch fetch;

  OpenTrial(
      HostTrials trials,
      HostRecords records,
      TrialEnds ends,
      Outside outside,
      CampaignListener listener,
      Deadlines deadlines,
      Owner owner) {
    this.trials = trials;
    this.records = records;
    this.ends = ends;
    this.outside = outside;
    this.listener = listener;
    this.deadlines = deadlines;
    this.owner = owner;
  }

  // ---- the agent comes and goes ----

  /** The agent is gone; alarms are off. */
  void rest() throws IOException {
    stage = Stage.REST;
    if (fetch != null) {
      fetch.drop();
      fetch = null;
    }
  }

  /**
   * What the agent has decides what became of the open trial.
   *
   * @param itsOwn what the agent runs or holds, unless that is recorded
   * @param same whether it is the agent that the trial was ordered from, on the same boot
   * @param fate what the trial died of if the agent does not have it
   */
  void settle(Optional<TrialOrder> itsOwn, int incarnation, boolean rebooted, String fate)
      throws IOException {
    if (open == null) {
      return;
    }
    if (itsOwn.isEmpty() && orderedTo == incarnation && !rebooted) {
      open = null; // the same agent: it would have it, so the order never reached it
    } else if (itsOwn.filter(open::equals).isEmpty()) {
      fail(fate);
    }
  }

  /** The open trial, if any, has failed. */
  void fail(String reason) throws IOException {
    if (open != null) {
      ends.failed(open, reason);
      open = null;
    }
  }

  /** The agent runs or holds it: of before it was lost, or of a coordinator that died. */
  void goOnWith(TrialOrder order, int incarnation) {
    open = order;
    orderedTo = incarnation;
    late = false;
    stage = Stage.RUNNING;
    outside.after(Alarm.TRIAL, deadlines.trial(order.warmupNs(), order.measureNs()));
  }

  // ---- order ----

  void order(TrialOrder order, int incarnation) {
    open = order;
    records.started(order);
    listener.trialStarted(order);
    orderedTo = incarnation;
    stage = Stage.ASKED;
    late = false;
    asks = 0;
    outside.after(Alarm.TRIAL, deadlines.trial(order.warmupNs(), order.measureNs()));
    ask(order);
  }

  private void ask(TrialOrder order) {
    asks++;
    outside.send(new AgentCommand.RunTrial(order, trials.attempt(order.id())));
    outside.after(Alarm.ACCEPT, deadlines.accept().dividedBy(Deadlines.ASKS));
  }

  void accepted(String id) {
    if (stage == Stage.ASKED && isOpen(id)) {
      outside.cancel(Alarm.ACCEPT);
      stage = Stage.RUNNING;
    }
  }

  /** Of a trial that nobody here waits for; the order is told again until it has ended. */
  void busy(String runningId) {
    if (stage == Stage.ASKED && !isOpen(runningId)) {
      outside.send(new AgentCommand.CancelTrial(runningId));
    }
  }

  void progress(TrialEvent.Progress progress) {
    if (open != null && isOpen(progress.trialId())) {
      listener.progress(open, progress.iteration(), progress.opsPerSecond());
    }
  }

  private boolean isOpen(String id) {
    return open != null && open.id().equals(id);
  }

  // ---- end ----

  /** Only while the agent is there. */
  void ended(TrialResult ended) throws IOException {
    if (stage == Stage.COLLECTING) {
      return; // told again when it is its time
    }
    TrialOrder order = trials.unrecorded(ended.trialId()).orElse(null);
    if (order == null || ended.attempt() < trials.attempt(order.id())) {
      acknowledge(ended); // recorded before, tainted, or nobody's
      if (stage == Stage.ASKED && open != null) {
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
    stage = Stage.COLLECTING;
    Optional<String> fault = ended.fault();
    if (fault.isPresent()) {
      conclude(order, ended, "what the agent says of the trial is not sound: " + fault.get());
      return;
    }
    outside.after(Alarm.COLLECT, deadlines.collect());
    fetch = new TrialFetch(order, ended, records, outside, deadlines);
    follow(fetch, fetch.begin());
  }

  void chunk(TrialEvent.Chunk chunk) throws IOException {
    if (fetch != null && isOpen(chunk.trialId())) {
      follow(fetch, fetch.chunk(chunk));
    }
  }

  void notHeld(String id, String reason) throws IOException {
    if (fetch != null && isOpen(id)) {
      follow(fetch, fetch.notHeld(reason));
    }
  }

  private void follow(TrialFetch current, TrialFetch.State state) throws IOException {
    switch (state) {
      case TrialFetch.Pending _ -> {}
      case TrialFetch.Whole(var files) -> {
        fetch = null;
        ends.whole(current.order(), current.result(), files, late);
        recorded(current.result());
      }
      case TrialFetch.Torn(var why) -> {
        fetch = null;
        conclude(
            current.order(), current.result(), "the trial's files did not arrive whole: " + why);
      }
      case TrialFetch.Silent _ -> owner.hangs("the agent does not send a trial's files");
    }
  }

  /** The trial failed, and its agent is there. */
  private void conclude(TrialOrder order, TrialResult ended, String reason) throws IOException {
    ends.failedHere(order, reason);
    recorded(ended);
  }

  private void recorded(TrialResult recorded) throws IOException {
    acknowledge(recorded);
    outside.cancel(Alarm.CHUNK);
    outside.cancel(Alarm.COLLECT);
    open = null;
    stage = Stage.REST;
    owner.free();
  }

  // ---- deadlines ----

  /** One of {@code ACCEPT, TRIAL, CANCEL, CHUNK, COLLECT}. */
  void alarm(Alarm alarm) throws IOException {
    boolean atAgent = stage == Stage.ASKED || stage == Stage.RUNNING;
    switch (alarm) {
      case ACCEPT -> askOrGiveUp();
      case TRIAL -> {
        if (open != null && atAgent) {
          late = true;
          outside.send(new AgentCommand.CancelTrial(open.id()));
          outside.after(Alarm.CANCEL, deadlines.cancel());
        }
      }
      case CANCEL -> {
        if (atAgent) {
          owner.hangs("the agent did not end a trial that was late");
        }
      }
      case CHUNK -> {
        if (fetch != null) {
          follow(fetch, fetch.askAgain());
        }
      }
      case COLLECT -> {
        if (stage == Stage.COLLECTING) {
          owner.hangs(
              "a trial's files were not here within " + deadlines.collect().toSeconds() + " s");
        }
      }
      case READY, REJOIN, RESTART, FAREWELL -> throw new IllegalArgumentException("alarm=" + alarm);
    }
  }

  private void askOrGiveUp() throws IOException {
    if (stage != Stage.ASKED || open == null) {
      return;
    }
    if (asks < Deadlines.ASKS) {
      ask(open);
    } else {
      owner.hangs("the agent does not answer an order");
    }
  }
}
