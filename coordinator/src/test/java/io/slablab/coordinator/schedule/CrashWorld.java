package io.slablab.coordinator.schedule;

import io.slablab.agent.SimulatedAgent;
import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.NullUnmarked;

/**
 * One host's session and its agent on one thread, with everything between them in the hands of a
 * seed: which message comes next, which is lost, which alarm rings, who dies and where.
 */
@NullUnmarked // its processes are null while they are dead
final class CrashWorld implements Outside {

  /** The process ends here. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final int MOST_STEPS = 200_000;

  /** So many words into the story mischief ends, so that the campaign does. */
  private static final int MISCHIEF_WORDS = 300;

  private final SplittableRandom random;
  private final RunDirectory run;
  private final Path spool;
  private final List<TrialOrder> planned;
  private final Deque<AgentCommand> toAgent = new ArrayDeque<>();
  private final Deque<AgentEvent> toCoordinator = new ArrayDeque<>();

  /** Incarnations whose end the coordinator was not told yet. */
  private final Deque<Integer> exits = new ArrayDeque<>();

  private final Set<Alarm> alarms = EnumSet.noneOf(Alarm.class);
  private final Set<String> results = new HashSet<>();
  private final List<String> story = new ArrayList<>();

  private Journal journal;
  private HostSession session;
  private SimulatedAgent agent;
  private int agentIncarnation;
  private int epoch;
  private int wantedIncarnation;
  private boolean unseen;
  private int crashIn = Integer.MAX_VALUE;
  private int trialStarts;
  private int deaths;

  CrashWorld(Path folder, long seed, int trials) throws IOException {
    this.random = new SplittableRandom(seed);
    this.run = new RunDirectory(folder.resolve("run"));
    run.create();
    this.spool = folder.resolve("spool");
    this.planned = Orders.of("h", trials);
  }

  RunDirectory run() {
    return run;
  }

  List<TrialOrder> planned() {
    return planned;
  }

  /** Whether an agent ever held a result of the trial. */
  boolean hadResult(String trial) {
    return results.contains(trial);
  }

  int trialStarts() {
    return trialStarts;
  }

  int deaths() {
    return deaths;
  }

  /** What happened, for a failed check. */
  String story() {
    return String.join(", ", story);
  }

  void runToTheEnd() throws IOException {
    for (int step = 0; step < MOST_STEPS; step++) {
      if (session != null && session.isOver()) {
        journal.close();
        return;
      }
      try {
        step();
      } catch (Crash _) {
        killCoordinator("within a step");
      }
    }
    throw new AssertionError("no end: " + story());
  }

  private void step() throws IOException {
    if (session == null) {
      startCoordinator();
    } else if (story.size() < MISCHIEF_WORDS && random.nextInt(6) == 0) {
      mischief();
    } else {
      goOn();
    }
    if (agent != null) {
      toCoordinator.addAll(agent.said());
    }
  }

  private void goOn() throws IOException {
    if (!exits.isEmpty()) {
      session.exited(exits.remove(), "killed by signal 9");
    } else if (agent == null && wantedIncarnation > 0) {
      startAgent();
    } else if (unseen && agent != null) {
      unseen = false;
      tell("seen");
      session.seen(agentIncarnation);
    } else {
      pass();
    }
  }

  /** A message arrives, a trial ends or, when nothing else can happen, time goes by. */
  private void pass() throws IOException {
    boolean trialRuns = agent != null && agent.trialRuns();
    int choice = random.nextInt(3);
    if (choice == 0 && trialRuns) {
      finishTrial();
    } else if (choice == 1 && agent != null && !toAgent.isEmpty()) {
      deliver(toAgent.remove());
    } else if (choice == 2 && !toCoordinator.isEmpty()) {
      session.heard(toCoordinator.remove());
    } else if (toAgent.isEmpty() && toCoordinator.isEmpty() && !trialRuns) {
      ringOne();
    }
  }

  private void mischief() throws IOException {
    switch (random.nextInt(9)) {
      case 0 -> killCoordinator("between steps");
      case 1 -> crashIn = 1 + random.nextInt(8);
      case 2 -> killAgent("agent dies");
      case 3 -> cutLink();
      case 4 -> toAgent.poll();
      case 5 -> toCoordinator.poll();
      case 6 -> twice(toAgent);
      case 7 -> twice(toCoordinator);
      default -> ringOne();
    }
  }

  private static <T> void twice(Deque<T> queue) {
    if (!queue.isEmpty()) {
      queue.addFirst(queue.getFirst());
    }
  }

  private void ringOne() throws IOException {
    if (!alarms.isEmpty()) {
      Alarm alarm = List.copyOf(alarms).get(random.nextInt(alarms.size()));
      alarms.remove(alarm);
      tell("alarm " + alarm);
      session.alarm(alarm);
    }
  }

  // ---- the coordinator ----

  private void startCoordinator() throws IOException {
    epoch++;
    tell("coordinator " + epoch);
    if (random.nextBoolean() && Files.exists(run.journal())) {
      Files.writeString(run.journal(), "{\"at\":\"torn", StandardOpenOption.APPEND);
    }
    CampaignProgress before = CampaignProgress.replay(run.journal());
    journal = Journal.open(run.journal(), Clock.systemUTC());
    run.sweepUnfinished();
    HostTrials trials = new HostTrials(planned);
    HostRecords records = new HostRecords("h", run, this::append);
    trials.recall(before, records);
    journal.append(new JournalRecord.CampaignResumed(epoch, trials.missing()));
    HostSession next =
        new HostSession(
            "h",
            trials,
            records,
            this,
            Silence.INSTANCE,
            TrialJudge.LENIENT,
            Deadlines.DEFAULT,
            new HostLimits(Integer.MAX_VALUE, 0));
    session = next;
    next.begin();
  }

  private void append(JournalRecord what) {
    crashPoint();
    journal.append(what);
    crashPoint();
  }

  private void crashPoint() {
    crashIn--;
    if (crashIn == 0) {
      throw new Crash();
    }
  }

  private void killCoordinator(String where) throws IOException {
    tell("coordinator dies " + where);
    deaths++;
    crashIn = Integer.MAX_VALUE;
    session = null;
    journal.close();
    alarms.clear();
    cutConnection();
    exits.clear();
    wantedIncarnation = 0;
    if (agent != null && random.nextBoolean()) {
      agent = null; // its life line is cut
    }
  }

  private void cutConnection() {
    toAgent.clear();
    toCoordinator.clear();
    if (agent != null) {
      agent.said();
    }
  }

  // ---- the agent ----

  private void startAgent() throws IOException {
    agentIncarnation = wantedIncarnation;
    tell("agent " + agentIncarnation);
    agent = new SimulatedAgent("h", agentIncarnation, spool, this::trial);
    unseen = true;
  }

  private double trial(TrialOrder order, Path directory) {
    trialStarts++;
    try {
      Files.writeString(directory.resolve("stdout.txt"), "");
      if (random.nextInt(20) == 0) {
        throw new Crash();
      }
      Files.writeString(directory.resolve("latency.hlog"), "x".repeat(random.nextInt(250_000)));
      boolean fails = random.nextInt(10) == 0;
      Files.writeString(
          directory.resolve("trial.json"), Orders.trialJson(order, fails ? "failed" : "done"));
      if (!fails) {
        results.add(order.id());
      }
      return fails ? -1 : 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void finishTrial() {
    try {
      tell("trial ends");
      agent.finishTrial();
    } catch (Crash _) {
      killAgent("agent dies with its trial");
    }
  }

  private void killAgent(String how) {
    if (agent != null) {
      tell(how);
      deaths++;
      agent = null;
      unseen = false;
      wantedIncarnation = 0;
      cutConnection();
      exits.add(agentIncarnation);
    }
  }

  private void cutLink() throws IOException {
    if (agent != null && !unseen) {
      tell("link cut");
      cutConnection();
      unseen = true;
      session.disconnected(agentIncarnation);
    }
  }

  private void deliver(AgentCommand command) {
    tell(command.getClass().getSimpleName());
    if (command instanceof AgentCommand.Attach attach) {
      agent.attach(attach.epoch());
    } else {
      agent.tell(command);
    }
    if (!agent.isAlive()) {
      agent = null;
      wantedIncarnation = 0;
      exits.add(agentIncarnation);
    }
  }

  private void tell(String what) {
    story.add(what);
  }

  // ---- what the session does ----

  @Override
  public void startAgent(int incarnation) {
    crashPoint();
    wantedIncarnation = incarnation;
    if (agent != null && agentIncarnation == incarnation) {
      unseen = true; // of the coordinator before, and found
    } else {
      killAgentQuietly("an orphan is stopped");
    }
  }

  @Override
  public void stopAgent() {
    killAgentQuietly("agent is stopped");
    wantedIncarnation = 0;
  }

  private void killAgentQuietly(String how) {
    if (agent != null) {
      int wanted = wantedIncarnation;
      killAgent(how);
      wantedIncarnation = wanted;
    }
  }

  @Override
  public void attach() {
    toAgent.add(new AgentCommand.Attach("camp", epoch, null));
  }

  @Override
  public void send(AgentCommand command) {
    crashPoint();
    toAgent.add(command);
  }

  @Override
  public void forgetAgent() {}

  @Override
  public void after(Alarm alarm, Duration delay) {
    alarms.add(alarm);
  }

  @Override
  public void cancel(Alarm alarm) {
    alarms.remove(alarm);
  }
}
