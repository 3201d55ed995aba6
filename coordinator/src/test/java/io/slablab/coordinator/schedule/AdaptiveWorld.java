package io.slablab.coordinator.schedule;

import io.slablab.agent.SimulatedAgent;
import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.plan.AddedBlock;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlanJson;
import io.slablab.coordinator.plan.PlanOrders;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.NullUnmarked;

/**
 * A campaign on host h and its agent on one thread, message by message. What a trial gives is a
 * function of its order, so that two worlds differ by what the coordinator does alone.
 */
@NullUnmarked // its processes are null while they are dead
final class AdaptiveWorld implements Outside {

  /** The coordinator's process ends here. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final int MOST_STEPS = 20_000;

  private final RunDirectory run;
  private final Path spool;
  private final Plan plan;
  private final ToLongFunction<TrialOrder> operations;
  private final Duration trialTime;
  private final Deque<AgentCommand> toAgent = new ArrayDeque<>();
  private final Deque<AgentEvent> toCoordinator = new ArrayDeque<>();
  private final List<String> ran = new ArrayList<>();

  private Journal journal;
  private HostSession session;
  private SimulatedAgent agent;
  private boolean unseen;
  private int agentIncarnation;
  private int wantedIncarnation;
  private int epoch;
  private int crashAt = Integer.MAX_VALUE;
  private boolean crashBefore;
  private boolean crashTakesAgent;

  AdaptiveWorld(Path folder, Plan plan, ToLongFunction<TrialOrder> operations, Duration trialTime)
      throws IOException {
    this.run = new RunDirectory(folder.resolve("run"));
    run.create();
    this.spool = folder.resolve("spool");
    this.plan = plan;
    this.operations = operations;
    this.trialTime = trialTime;
    AtomicFiles.write(run.plan(), PlanJson.text(plan));
  }

  RunDirectory run() {
    return run;
  }

  /** Ids of the trials in the order in which they ran. */
  List<String> ran() {
    return List.copyOf(ran);
  }

  /**
   * The coordinator is killed once.
   *
   * @param append which record it writes then, from 1
   * @param before whether that record is lost
   * @param takesAgent whether the agent dies with it
   */
  AdaptiveWorld killedAt(int append, boolean before, boolean takesAgent) {
    crashAt = append;
    crashBefore = before;
    crashTakesAgent = takesAgent;
    return this;
  }

  /** Journal records of one type, in order. */
  <T extends JournalRecord> List<T> records(Class<T> type) throws IOException {
    return Journal.read(run.journal()).stream()
        .map(Journal.Entry::what)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  int coordinators() {
    return epoch;
  }

  void runToTheEnd() throws IOException {
    for (int step = 0; step < MOST_STEPS; step++) {
      try {
        step();
      } catch (Crash _) {
        killCoordinator();
      }
      if (session != null && session.isOver()) {
        journal.close();
        return;
      }
    }
    throw new AssertionError("no end");
  }

  private void step() throws IOException {
    if (session == null) {
      startCoordinator();
    } else if (agent == null && wantedIncarnation > 0) {
      agentIncarnation = wantedIncarnation;
      agent = new SimulatedAgent("h", agentIncarnation, spool, this::trial);
      unseen = true;
    } else if (unseen) {
      unseen = false;
      session.seen(agentIncarnation);
    } else if (!toAgent.isEmpty()) {
      deliver(toAgent.remove());
    } else if (!toCoordinator.isEmpty()) {
      session.heard(toCoordinator.remove());
    } else if (agent != null && agent.trialRuns()) {
      agent.finishTrial();
    }
    if (agent != null) {
      toCoordinator.addAll(agent.said());
    }
  }

  private void startCoordinator() throws IOException {
    epoch++;
    CampaignProgress before = CampaignProgress.replay(run.journal());
    journal = Journal.open(run.journal(), Clock.systemUTC());
    run.sweepUnfinished();
    Plan whole =
        plan.with(
            before.added().stream()
                .map(b -> new AddedBlock(b.host(), b.cell(), b.block(), b.variants()))
                .toList());
    HostTrials trials =
        new HostTrials(Objects.requireNonNull(PlanOrders.orders(whole, whole.suite()).get("h")));
    HostRecords records = new HostRecords("h", run, this::append);
    trials.recall(before, records);
    HostSession next =
        new HostSession(
            "h",
            trials,
            records,
            this,
            Silence.INSTANCE,
            TrialJudge.LENIENT,
            Deadlines.DEFAULT,
            HostLimits.DEFAULT,
            new AdaptiveBlocks(
                whole, "h", run, before, this::append, () -> trialTime.multipliedBy(ran.size())));
    session = next;
    next.begin();
  }

  private void append(JournalRecord what) {
    crashAt--;
    if (crashAt == 0 && crashBefore) {
      throw new Crash();
    }
    journal.append(what);
    if (crashAt == 0) {
      throw new Crash();
    }
  }

  private void killCoordinator() throws IOException {
    session = null;
    journal.close();
    toAgent.clear();
    if (agent != null) {
      agent.said();
    }
    toCoordinator.clear();
    wantedIncarnation = 0;
    agent = crashTakesAgent ? null : agent;
  }

  private double trial(TrialOrder order, Path directory) {
    ran.add(order.id());
    String json =
        """
        {"schema":"slablab/trial/1","id":"%s","host":"%s","cell":"%s","block":%d,"position":%d,\
        "variant":"%s","status":"done","iterations":[{"durationNs":1000000000,"ops":%d}],"warnings":[]}
        """
            .formatted(
                order.id(),
                order.host(),
                order.cell(),
                order.block(),
                order.position(),
                order.variant(),
                operations.applyAsLong(order));
    try {
      Files.writeString(directory.resolve("trial.json"), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return 1e6;
  }

  private void deliver(AgentCommand command) throws IOException {
    if (agent == null) {
      return;
    }
    if (command instanceof AgentCommand.Attach attach) {
      agent.attach(attach.epoch());
    } else {
      agent.tell(command);
    }
    if (!agent.isAlive()) {
      agent = null;
      wantedIncarnation = 0;
      session.exited(agentIncarnation, "exit code 0");
    }
  }

  // ---- what the session does ----

  @Override
  public void startAgent(int incarnation) {
    wantedIncarnation = incarnation;
    unseen = agent != null; // of the coordinator before, and found
  }

  @Override
  public void stopAgent() {
    agent = null;
    wantedIncarnation = 0;
  }

  @Override
  public void attach() {
    toAgent.add(new AgentCommand.Attach("camp", epoch, null));
  }

  @Override
  public void send(AgentCommand command) {
    toAgent.add(command);
  }

  @Override
  public void forgetAgent() {}

  @Override
  public void after(Alarm alarm, Duration delay) {
    // nothing here is ever late
  }

  @Override
  public void cancel(Alarm alarm) {
    // none was set
  }
}
