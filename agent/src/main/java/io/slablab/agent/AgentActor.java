package io.slablab.agent;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentCommand.Acknowledge;
import io.slablab.agent.protocol.AgentCommand.Attach;
import io.slablab.agent.protocol.AgentCommand.CancelTrial;
import io.slablab.agent.protocol.AgentCommand.RunTrial;
import io.slablab.agent.protocol.AgentCommand.SendChunk;
import io.slablab.agent.protocol.AgentCommand.Shutdown;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialResult;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The agent's voice. What it has, a {@link TrialDesk} has: none, a running or a held trial; this
 * actor answers the coordinator that attached itself and tells it what happens.
 *
 * <p>A command that comes twice is answered twice and done once. Without a coordinator the agent is
 * parked: its trial goes on, its result is kept; after a while without one it stops.
 */
final class AgentActor {

  /** What the actor itself is told: a coordinator's command or news of its own trial. */
  sealed interface Message {}

  record Asked(AgentCommand command) implements Message {}

  private record Measured(TrialEvent.Progress progress) implements Message {}

  private record Over(TrialResult result) implements Message {}

  private record CoordinatorGone(ActorRef<AgentEvent> coordinator) implements Message {}

  private record TellAgain() implements Message {}

  private record ParkedTooLong() implements Message {}

  /** How often a held trial is told again while nobody asks for it. */
  private static final Duration TELL_AGAIN = Duration.ofSeconds(5);

  private final ActorContext<Message> context;
  private final TimerScheduler<Message> timers;
  private final String campaign;
  private final Supplier<HostDescribed> description;
  private final TrialDesk desk;
  private final Duration parkedAtMost;
  private @Nullable ActorRef<AgentEvent> coordinator;
  private int epoch;

  private AgentActor(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      String campaign,
      Supplier<HostDescribed> description,
      TrialDesk desk,
      Duration parkedAtMost) {
    this.context = context;
    this.timers = timers;
    this.campaign = campaign;
    this.description = description;
    this.desk = desk;
    this.parkedAtMost = parkedAtMost;
  }

  /**
   * @param campaign the only one it serves
   * @param description of this host; read anew at each question
   * @param parkedAtMost how long it waits for a coordinator before it stops
   */
  static Behavior<Message> create(
      String campaign, Supplier<HostDescribed> description, TrialDesk desk, Duration parkedAtMost) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers ->
            new AgentActor(context, timers, campaign, description, desk, parkedAtMost).begin()));
  }

  private Behavior<Message> begin() {
    ActorRef<Message> self = context.getSelf();
    desk.watch(
        new TrialDesk.Watcher() {
          @Override
          public void progress(String trialId, int iteration, double opsPerSecond) {
            self.tell(new Measured(new TrialEvent.Progress(trialId, iteration, opsPerSecond)));
          }

          @Override
          public void ended(TrialResult result) {
            self.tell(new Over(result));
          }
        });
    park();
    return Behaviors.receiveMessage(this::on);
  }

  private Behavior<Message> on(Message message) {
    switch (message) {
      case Asked(Attach attach) -> attach(attach);
      case Asked(RunTrial run) -> run(run);
      case Asked(CancelTrial(var id)) -> desk.cancel(id);
      case Asked(SendChunk chunk) -> send(chunk);
      case Asked(Acknowledge(var id, var digest)) -> release(id, digest);
      case Asked(Shutdown _), ParkedTooLong _ -> {
        desk.abandon();
        return Behaviors.stopped();
      }
      case Measured(var progress) -> tell(progress);
      case Over _, TellAgain _ -> tellHeld();
      case CoordinatorGone(var gone) -> lose(gone);
    }
    return Behaviors.same();
  }

  // ---- the coordinator ----

  private void attach(Attach attach) {
    String refusal = refusal(attach);
    if (!refusal.isEmpty()) {
      context.getLog().warn("refused a coordinator: {}", refusal);
      attach.coordinator().tell(new AgentEvent.AttachRefused(description.get().host(), refusal));
      return;
    }
    if (coordinator != null) {
      context.unwatch(coordinator);
    }
    coordinator = attach.coordinator();
    epoch = attach.epoch();
    context.watchWith(coordinator, new CoordinatorGone(coordinator));
    timers.cancel(ParkedTooLong.class);
    String running = desk.running().map(TrialDesk.Running::trialId).orElse("");
    String held = desk.held().map(TrialResult::trialId).orElse("");
    tell(description.get().during(running, held));
    tellHeld();
  }

  /** Why this coordinator is not ours; empty when it is. */
  private String refusal(Attach attach) {
    if (!attach.campaign().equals(campaign)) {
      return "this agent serves campaign " + campaign;
    }
    if (attach.epoch() < epoch) {
      return "a later start of this campaign's coordinator has been here";
    }
    if (attach.epoch() == epoch
        && coordinator != null
        && !coordinator.equals(attach.coordinator())) {
      return "this agent has a coordinator: " + coordinator.path().address();
    }
    return "";
  }

  private void lose(ActorRef<AgentEvent> gone) {
    if (gone.equals(coordinator)) {
      coordinator = null;
      park();
    }
  }

  private void park() {
    timers.startSingleTimer(ParkedTooLong.class, new ParkedTooLong(), parkedAtMost);
  }

  private void tell(AgentEvent event) {
    if (coordinator != null) {
      coordinator.tell(event);
    }
  }

  // ---- trials ----

  private void run(RunTrial run) {
    String id = run.order().id();
    TrialDesk.Running running = desk.running().orElse(null);
    if (running != null && running.trialId().equals(id) && running.attempt() == run.attempt()) {
      tell(new TrialEvent.Accepted(id));
    } else if (running != null) {
      tell(new TrialEvent.Busy(id, running.trialId()));
    } else if (desk.held().isPresent()) {
      tellHeld(); // its acknowledgement was lost, or it ended before the order came a second time
    } else {
      timers.cancel(TellAgain.class); // nothing wakes up while a trial runs
      tell(new TrialEvent.Accepted(id));
      desk.start(run.order(), run.attempt());
    }
  }

  private void tellHeld() {
    desk.held()
        .ifPresent(result -> {
          tell(new TrialEvent.Ended(result));
          timers.startSingleTimer(TellAgain.class, new TellAgain(), TELL_AGAIN);
        });
  }

  private void send(SendChunk chunk) {
    timers.cancel(TellAgain.class); // the coordinator is at it, and asks again itself
    try {
      byte[] data = desk.spool().read(chunk.trialId(), chunk.file(), chunk.offset());
      tell(TrialEvent.Chunk.of(chunk.trialId(), chunk.file(), chunk.offset(), data));
    } catch (IOException e) {
      tell(new TrialEvent.NotHeld(chunk.trialId(), String.valueOf(e.getMessage())));
    }
  }

  private void release(String trialId, String digest) {
    try {
      desk.spool().release(trialId, digest);
    } catch (IOException e) {
      context.getLog().warn("cannot delete the files of trial {}", trialId, e);
    }
  }
}
