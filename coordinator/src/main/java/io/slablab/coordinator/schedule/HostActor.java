package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.coordinator.deploy.AgentHandle;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.deploy.link.Door;
import io.slablab.coordinator.deploy.link.Door.Sighting;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Carries one host's {@link HostSession}: its messages, timers and agent processes. It publishes
 * files, forces the journal and starts processes on its own thread, so run it on a blocking
 * dispatcher.
 */
final class HostActor {

  /** What it is told. */
  sealed interface Message {}

  /** Leave off: no further trial, and the open one is not waited for. */
  record Stop() implements Message {}

  private record Sighted(Sighting what) implements Message {}

  private record Heard(AgentEvent event) implements Message {}

  private record Launched(int incarnation) implements Message {}

  private record Exited(int incarnation, String how) implements Message {}

  private record Disconnected(int incarnation) implements Message {}

  private record Rang(Alarm alarm) implements Message {}

  /**
   * Told once: the session is over, and the agent is gone.
   *
   * @param setAside why the host was set aside; null when it was not
   * @param broken what made it impossible to go on, as a full disk; null when nothing did
   */
  record Over(String host, @Nullable String setAside, @Nullable Exception broken) {}

  /**
   * What a host's actor works with.
   *
   * @param starter starts agents
   * @param seedAddress that agents join
   * @param door tells of the host's agent
   * @param epoch which start of the campaign's coordinator this is
   * @param down tells the cluster that an agent will not come back
   * @param over told when the session is over
   */
  record Setup(
      String campaign,
      String host,
      AgentStarter starter,
      String seedAddress,
      ActorRef<Door.Message> door,
      int epoch,
      Consumer<ActorRef<AgentCommand>> down,
      Consumer<Over> over) {}

  /** Makes the session of an actor. */
  @FunctionalInterface
  interface Sessions {
    HostSession with(Outside outside);
  }

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);

  private final ActorContext<Message> context;
  private final TimerScheduler<Message> timers;
  private final Setup setup;
  private final ActorRef<AgentEvent> events;
  private final ActorRef<Sighting> sightings;
  private final HostSession session;
  private int incarnation;
  private @Nullable AgentHandle handle;
  private @Nullable ActorRef<AgentCommand> agent;

  private HostActor(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      Setup setup,
      Sessions sessions) {
    this.context = context;
    this.timers = timers;
    this.setup = setup;
    this.events = context.messageAdapter(AgentEvent.class, Heard::new);
    this.sightings = context.messageAdapter(Sighting.class, Sighted::new);
    this.session = sessions.with(new Effects());
  }

  static Behavior<Message> create(Setup setup, Sessions sessions) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> new HostActor(context, timers, setup, sessions).begin()));
  }

  private Behavior<Message> begin() {
    return guarded(session::begin);
  }

  private Behavior<Message> on(Message message) {
    return guarded(() -> {
      switch (message) {
        case Sighted(Sighting.Here here) -> seen(here);
        case Sighted(Sighting.Lost(var gone)) -> session.disconnected(gone);
        case Heard(var event) -> session.heard(event);
        case Launched(var incarnation) -> session.launched(incarnation);
        case Exited(var incarnation, var how) -> session.exited(incarnation, how);
        case Disconnected(var incarnation) -> session.disconnected(incarnation);
        case Rang(var alarm) -> session.alarm(alarm);
        case Stop _ -> session.stop();
      }
    });
  }

  private interface Step {
    void run() throws IOException;
  }

  /** A full disk or a defect must not leave an agent behind or the campaign waiting. */
  private Behavior<Message> guarded(Step step) {
    try {
      step.run();
    } catch (RuntimeException | IOException e) {
      stopHandle();
      setup.over().accept(new Over(setup.host(), null, e));
      return Behaviors.stopped();
    }
    if (session.isOver()) {
      setup.over().accept(new Over(setup.host(), session.setAside().orElse(null), null));
      return Behaviors.stopped();
    }
    return Behaviors.receiveMessage(this::on);
  }

  private void seen(Sighting.Here seen) throws IOException {
    if (seen.incarnation() != incarnation) {
      return; // of an agent that was replaced meanwhile
    }
    if (!seen.agent().equals(agent)) {
      if (agent != null) {
        context.unwatch(agent); // of a connection that was lost: its end is no news
        session.disconnected(incarnation); // nor its loss, unless a trial was being measured
        if (seen.incarnation() != incarnation || session.isOver()) {
          return; // it comes and goes
        }
      }
      agent = seen.agent();
      context.watchWith(agent, new Disconnected(seen.incarnation()));
    }
    session.seen(seen.incarnation());
  }

  private void stopHandle() {
    if (handle != null) {
      handle.stop(STOP_PATIENCE);
    }
  }

  private void start(int next) {
    incarnation = next;
    ActorRef<Message> self = context.getSelf();
    setup.door().tell(new Door.Expect(setup.host(), next, sightings));
    try {
      AgentHandle started = setup.starter().start(setup.seedAddress(), next);
      handle = started;
      started.onStart().thenRun(() -> self.tell(new Launched(next)));
      context.pipeToSelf(
          started.onExit(), (code, failure) -> new Exited(next, end(started, code, failure)));
    } catch (IOException e) {
      self.tell(new Exited(next, "the agent cannot start: " + e.getMessage()));
    }
  }

  private static String end(
      AgentHandle handle, @Nullable Integer exitCode, @Nullable Throwable failure) {
    return exitCode == null
        ? "the agent cannot start: " + (failure == null ? "" : failure.getMessage())
        : deathReason(handle, exitCode);
  }

  private static String deathReason(AgentHandle handle, int exitCode) {
    if (exitCode == AgentHandle.UNSEEN) {
      return "the agent is gone, and nobody saw its end";
    }
    String how = exitCode > 128 ? "killed by signal " + (exitCode - 128) : "exit code " + exitCode;
    String tail = exitCode > 128 ? "" : handle.logTail().replaceAll("[\\p{Cntrl}&&[^\\n]]", " ");
    return "the agent ended (" + how + ")" + (tail.isEmpty() ? "" : ": " + tail);
  }

  /** The session's hands. */
  private final class Effects implements Outside {

    @Override
    public void startAgent(int incarnation) {
      start(incarnation);
    }

    @Override
    public void stopAgent() {
      stopHandle();
    }

    @Override
    public void attach() {
      send(new AgentCommand.Attach(setup.campaign(), setup.epoch(), events));
    }

    @Override
    public void send(AgentCommand command) {
      if (agent != null) {
        agent.tell(command);
      }
    }

    /** An unreachable member would keep its successor from joining. */
    @Override
    public void forgetAgent() {
      if (agent != null) {
        context.unwatch(agent);
        setup.down().accept(agent);
        agent = null;
      }
    }

    @Override
    public void after(Alarm alarm, Duration delay) {
      timers.startSingleTimer(alarm, new Rang(alarm), delay);
    }

    @Override
    public void cancel(Alarm alarm) {
      timers.cancel(alarm);
    }
  }
}
