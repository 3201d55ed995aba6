package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentHandle;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.schedule.CampaignState.HostState;
import io.slablab.coordinator.schedule.CampaignState.Idle;
import io.slablab.coordinator.schedule.CampaignState.Starting;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;

/**
 * Carries a campaign through: starts agents, hands out trials, keeps deadlines, journals.
 *
 * <p>Two states: {@link #running} until every host is finished, then stopped with the outcome in
 * the future. It publishes files and forces the journal on its own thread, so run it on the
 * blocking dispatcher.
 */
public final class CampaignActor {

  /** What the campaign is told. All but {@link Interrupt} come from itself or from agents. */
  public sealed interface Command {}

  /** Stop: no further trial; the running ones are lost. */
  public record Interrupt() implements Command {}

  private record AgentSeen(String host, int incarnation, ActorRef<AgentCommand> agent)
      implements Command {}

  private record Described(HostDescribed description) implements Command {}

  /**
   * @param how in words
   */
  private record AgentExited(String host, int incarnation, String how) implements Command {}

  private record News(TrialEvent event) implements Command {}

  private record ReadyDeadline(String host, int incarnation) implements Command {}

  private record TrialDeadline(String host, String trialId) implements Command {}

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final CampaignSetup setup;
  private final CompletableFuture<CampaignOutcome> outcome;
  private final String ownAddress;
  private final ActorRef<HostDescribed> descriptions;
  private final ActorRef<TrialEvent> trialEvents;
  private final Map<String, AgentHandle> handles = new HashMap<>();
  private final Map<String, ActorRef<AgentCommand>> agents = new HashMap<>();
  private CampaignState state;

  private CampaignActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      CampaignSetup setup,
      CompletableFuture<CampaignOutcome> outcome) {
    this.context = context;
    this.timers = timers;
    this.setup = setup;
    this.outcome = outcome;
    this.state = CampaignState.of(setup.planned());
    this.descriptions = context.messageAdapter(HostDescribed.class, Described::new);
    this.trialEvents = context.messageAdapter(TrialEvent.class, News::new);
    Cluster cluster = Cluster.get(context.getSystem());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    this.ownAddress = cluster.selfMember().address().toString();
  }

  /**
   * @param outcome completed when the campaign is over; all agents are gone by then
   */
  public static Behavior<Command> create(
      CampaignSetup setup, CompletableFuture<CampaignOutcome> outcome) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> new CampaignActor(context, timers, setup, outcome).begin()));
  }

  private Behavior<Command> begin() {
    for (String host : state.hosts().keySet()) {
      startAgent(host);
    }
    return state.finished() ? end(false) : running();
  }

  private Behavior<Command> running() {
    return Behaviors.receiveMessage(this::guarded);
  }

  /** A defect here must not leave agents behind or the caller waiting. */
  private Behavior<Command> guarded(Command command) {
    try {
      return onCommand(command);
    } catch (RuntimeException | IOException e) {
      stopAgents();
      outcome.completeExceptionally(e);
      return Behaviors.stopped();
    }
  }

  private Behavior<Command> onCommand(Command command) throws IOException {
    switch (command) {
      case AgentSeen seen -> describe(seen);
      case Described described -> ready(described);
      case News news -> onNews(news);
      case AgentExited exited -> agentGone(exited);
      case ReadyDeadline late -> killLateAgent(late);
      case TrialDeadline late -> killLateTrial(late);
      case Interrupt _ -> {
        return end(true);
      }
    }
    return state.finished() ? end(false) : Behaviors.same();
  }

  // ---- agents ----

  private void startAgent(String host) {
    int incarnation = state.host(host).incarnation();
    ServiceKey<AgentCommand> key = AgentCommand.serviceKey(setup.id(), host, incarnation);
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.subscribe(key, listings(host, incarnation, key)));
    timers.startSingleTimer(
        "ready/" + host, new ReadyDeadline(host, incarnation), setup.agentReady());
    try {
      AgentHandle handle = starter(host).start(ownAddress, incarnation);
      handles.put(host, handle);
      context.pipeToSelf(
          handle.onExit(),
          (code, _) ->
              new AgentExited(host, incarnation, deathReason(handle, code == null ? -1 : code)));
    } catch (IOException e) {
      context
          .getSelf()
          .tell(new AgentExited(host, incarnation, "the agent cannot start: " + e.getMessage()));
    }
  }

  private ActorRef<Receptionist.Listing> listings(
      String host, int incarnation, ServiceKey<AgentCommand> key) {
    ActorRef<Command> self = context.getSelf();
    return context.spawnAnonymous(
        Behaviors.receiveMessage(listing -> {
          listing.getServiceInstances(key).stream()
              .findFirst()
              .ifPresent(agent -> self.tell(new AgentSeen(host, incarnation, agent)));
          return Behaviors.same();
        }));
  }

  private AgentStarter starter(String host) {
    return Objects.requireNonNull(setup.agents().get(host), () -> "no way to start " + host);
  }

  private void describe(AgentSeen seen) {
    HostState host = state.host(seen.host());
    if (host.incarnation() != seen.incarnation() || !(host.phase() instanceof Starting)) {
      return;
    }
    agents.put(seen.host(), seen.agent());
    seen.agent().tell(new AgentCommand.Describe(descriptions));
  }

  private void ready(Described described) throws IOException {
    String host = described.description().host();
    HostState now = state.host(host);
    if (now.incarnation() != described.description().incarnation()
        || !(now.phase() instanceof Starting)) {
      return;
    }
    timers.cancel("ready/" + host);
    Path directory = Files.createDirectories(setup.run().host(host));
    AtomicFiles.write(directory.resolve("topology.json"), described.description().topologyJson());
    AtomicFiles.write(
        directory.resolve("conditions.json"), described.description().conditionsJson());
    setup.journal().append(new JournalRecord.HostReady(host, described.description().pid()));
    state = state.ready(host);
    setup.listener().hostReady(host);
    startNext(host);
  }

  private void agentGone(AgentExited exited) throws IOException {
    String host = exited.host();
    HostState now = state.host(host);
    if (now.incarnation() != exited.incarnation() || now.finished()) {
      return;
    }
    timers.cancel("ready/" + host);
    String reason = exited.how();
    if (now.running().isPresent()) {
      trialFailed(host, now.running().get(), reason);
    }
    downOldMember(host);
    stopAgent(host);
    state = state.agentDied(host, reason);
    if (state.host(host).phase() instanceof Starting) {
      setup.listener().agentRestarted(host, reason);
      startAgent(host);
    } else {
      setup.journal().append(new JournalRecord.HostLost(host, reason));
      setup.listener().hostLost(host, reason);
    }
  }

  private static String deathReason(AgentHandle handle, int exitCode) {
    String how = exitCode > 128 ? "killed by signal " + (exitCode - 128) : "exit code " + exitCode;
    String tail = exitCode > 128 ? "" : handle.logTail();
    return "the agent ended (" + how + ")" + (tail.isEmpty() ? "" : ": " + tail);
  }

  /** An unreachable member would keep its successor from joining. */
  private void downOldMember(String host) {
    ActorRef<AgentCommand> agent = agents.remove(host);
    if (agent != null) {
      Cluster.get(context.getSystem()).manager().tell(new Down(agent.path().address()));
    }
  }

  private void killLateAgent(ReadyDeadline late) {
    HostState now = state.host(late.host());
    if (now.incarnation() == late.incarnation() && now.phase() instanceof Starting) {
      stopAgent(late.host()); // its exit is the event that goes on
    }
  }

  private void stopAgent(String host) {
    AgentHandle handle = handles.get(host);
    if (handle != null) {
      handle.stop(STOP_PATIENCE);
    }
  }

  private void stopAgents() {
    agents.values().forEach(agent -> agent.tell(new AgentCommand.Shutdown("campaign over")));
    handles.values().forEach(handle -> handle.stop(STOP_PATIENCE));
  }

  // ---- trials ----

  private void startNext(String host) {
    HostState now = state.host(host);
    if (!(now.phase() instanceof Idle) || now.pending().isEmpty()) {
      return;
    }
    TrialOrder order = now.pending().getFirst();
    state = state.started(host);
    setup.journal().append(new JournalRecord.TrialStarted(order.id(), host));
    setup.listener().trialStarted(order);
    Duration deadline =
        Duration.ofNanos(order.warmupNs() + order.measureNs()).plus(setup.trialSlack());
    timers.startSingleTimer("trial/" + host, new TrialDeadline(host, order.id()), deadline);
    Objects.requireNonNull(agents.get(host))
        .tell(
            new AgentCommand.RunTrial(
                order,
                setup.run().unfinishedTrial(order.id()).toAbsolutePath().toString(),
                trialEvents));
  }

  private void onNews(News news) throws IOException {
    TrialOrder order = state.runningTrial(news.event().trialId()).orElse(null);
    if (order == null) {
      return; // told before, or by an agent that is dead by now
    }
    String host = order.host();
    switch (news.event()) {
      case TrialEvent.Accepted _ -> {}
      case TrialEvent.Progress progress ->
          setup.listener().progress(order, progress.iteration(), progress.opsPerSecond());
      case TrialEvent.Finished finished -> trialDone(host, order, finished.opsPerSecond());
      case TrialEvent.Failed failed -> {
        trialFailed(host, order, failed.reason());
        startNext(host);
      }
      case TrialEvent.Busy busy -> {
        trialFailed(host, order, "the agent was busy with " + busy.runningTrialId());
        startNext(host);
      }
    }
  }

  private void trialDone(String host, TrialOrder order, double opsPerSecond) throws IOException {
    timers.cancel("trial/" + host);
    Path target = publish(host, order);
    setup
        .journal()
        .append(
            new JournalRecord.TrialDone(
                order.id(), host, setup.run().root().relativize(target).toString(), opsPerSecond));
    state = state.done(host);
    setup.listener().trialDone(order, opsPerSecond);
    startNext(host);
  }

  private void trialFailed(String host, TrialOrder order, String reason) throws IOException {
    timers.cancel("trial/" + host);
    FailedTrial.complete(setup.run().unfinishedTrial(order.id()), order, reason);
    publish(host, order);
    setup.journal().append(new JournalRecord.TrialFailed(order.id(), host, reason));
    state = state.failed(host);
    setup.listener().trialFailed(order, reason);
  }

  private Path publish(String host, TrialOrder order) throws IOException {
    Path target = setup.run().trial(host, order.cell(), order.block(), order.variant());
    AtomicFiles.publish(setup.run().unfinishedTrial(order.id()), target);
    return target;
  }

  private void killLateTrial(TrialDeadline late) {
    HostState now = state.host(late.host());
    boolean stillRuns =
        now.running().filter(running -> running.id().equals(late.trialId())).isPresent();
    ActorRef<AgentCommand> agent = agents.get(late.host());
    if (!stillRuns || agent == null) {
      return;
    }
    // Once: ask to cancel. A second miss of the deadline means that the agent hangs: end it.
    String grace = "cancelled/" + late.host();
    if (timers.isTimerActive(grace)) {
      stopAgent(late.host());
    } else {
      agent.tell(new AgentCommand.CancelTrial(late.trialId()));
      timers.startSingleTimer(grace, late, Duration.ofMinutes(1));
      timers.startSingleTimer("trial/" + late.host(), late, Duration.ofSeconds(10));
    }
  }

  // ---- the end ----

  private Behavior<Command> end(boolean interrupted) {
    stopAgents();
    state.hosts().values().stream()
        .flatMap(host -> host.running().stream())
        .forEach(this::discardUnfinished);
    CampaignOutcome result =
        new CampaignOutcome(
            state.done(), state.failed(), state.missing(), state.lostHosts(), interrupted);
    setup
        .journal()
        .append(
            new JournalRecord.CampaignEnded(
                result.word(), result.done(), result.failed(), result.missing()));
    outcome.complete(result);
    return Behaviors.stopped();
  }

  private void discardUnfinished(TrialOrder order) {
    try {
      AtomicFiles.deleteTree(setup.run().unfinishedTrial(order.id()));
    } catch (IOException e) {
      context.getLog().warn("cannot delete the files of unfinished trial {}", order.id(), e);
    }
  }
}
