package io.slablab.agent;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.DoorMessage;
import io.slablab.agent.protocol.LinkMessage;
import io.slablab.agent.protocol.PulseMessage;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;

/**
 * An agent's connection to its coordinator, from the first knock to its loss.
 *
 * <pre>
 *   knocking --welcome--> joining --member--> entering --first beat--> linked --silence--> lost
 *      |\ \--refused--> refused                                         |  ^
 *      | \--welcome to an agent of any campaign--> learnt               +--+ a trial is measured: quiet
 *      +--nobody in time--> alone
 * </pre>
 *
 * <p>It ends itself in every one of the last states and says which; a new connection needs a new
 * actor system, because a node that left a cluster, or was removed from it, cannot join again.
 */
final class Link {

  /** Why a connection ended. */
  sealed interface End {
    /** The coordinator is silent: another connection may find it, or its successor. */
    record Lost() implements End {}

    /**
     * @param reason one line
     */
    record Refused(String reason) implements End {}

    /** The agent served any campaign, and now knows which; the next connection will be its. */
    record Learnt(String campaign) implements End {}

    /** Nobody let the agent in for too long. */
    record Alone() implements End {}
  }

  sealed interface Message {}

  private record Said(LinkMessage what) implements Message {}

  private record Member() implements Message {}

  private record Again() implements Message {}

  private record Silence() implements Message {}

  private record NobodyCame() implements Message {}

  /** A trial is measured from now on, and for at most this long. */
  record WindowOpens(Duration atMost) implements Message {}

  record WindowCloses() implements Message {}

  /**
   * What a connection is made of.
   *
   * @param coordinator Pekko address
   * @param incarnation 0 for any
   * @param agent takes the coordinator's commands
   */
  record Setup(
      String coordinator,
      String campaign,
      String version,
      String host,
      int incarnation,
      ActorRef<AgentCommand> agent,
      Connections.Patience patience) {}

  /** Told on the actor's thread; must return at once. */
  interface Owner {
    /** The coordinator counts this start of the agent as that one. */
    void welcomed(int incarnation);

    void linked();

    /** The last word. */
    void ended(End end);
  }

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final ActorContext<Message> context;
  private final TimerScheduler<Message> timers;
  private final Setup setup;
  private final Owner owner;
  private final ActorRef<LinkMessage> face;
  private final ActorRef<DoorMessage> door;
  private int incarnation;
  private @Nullable ActorRef<PulseMessage> pulse;
  private @Nullable Duration window;

  private Link(
      ActorContext<Message> context, TimerScheduler<Message> timers, Setup setup, Owner owner) {
    this.context = context;
    this.timers = timers;
    this.setup = setup;
    this.owner = owner;
    this.incarnation = setup.incarnation();
    this.face = context.messageAdapter(LinkMessage.class, Said::new);
    this.door =
        ActorRefResolver.get(context.getSystem())
            .resolveActorRef(setup.coordinator() + DoorMessage.PATH);
  }

  static Behavior<Message> create(Setup setup, Owner owner) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Link(context, timers, setup, owner).begin()));
  }

  private Behavior<Message> begin() {
    timers.startTimerWithFixedDelay(new Again(), Duration.ZERO, AGAIN);
    timers.startSingleTimer(new NobodyCame(), setup.patience().alone());
    return Behaviors.receiveMessage(this::knocking);
  }

  private Behavior<Message> knocking(Message message) {
    return switch (message) {
      case Again _ -> {
        door.tell(
            new DoorMessage.Knock(
                setup.campaign(), setup.version(), setup.host(), setup.incarnation(), face));
        yield Behaviors.same();
      }
      case Said(LinkMessage.Welcome(var campaign, var counted)) ->
          campaign.equals(setup.campaign()) ? join(counted) : over(new End.Learnt(campaign));
      default -> outside(message);
    };
  }

  private Behavior<Message> join(int counted) {
    incarnation = counted;
    owner.welcomed(counted);
    Cluster cluster = Cluster.get(context.getSystem());
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(SelfUp.class, _ -> new Member()), SelfUp.class));
    cluster
        .manager()
        .tell(new JoinSeedNodes(List.of(AddressFromURIString.parse(setup.coordinator()))));
    return Behaviors.receiveMessage(this::joining);
  }

  private Behavior<Message> joining(Message message) {
    if (message instanceof Member) {
      timers.startTimerWithFixedDelay(new Again(), Duration.ZERO, AGAIN); // enters at once
      return Behaviors.receiveMessage(this::entering);
    }
    return outside(message);
  }

  private Behavior<Message> entering(Message message) {
    return switch (message) {
      case Again _ -> {
        door.tell(new DoorMessage.Enter(setup.host(), incarnation, setup.agent(), face));
        yield Behaviors.same();
      }
      case Said(LinkMessage.Beat beat) -> {
        timers.cancel(new Again());
        timers.cancel(new NobodyCame());
        owner.linked();
        answer(beat);
        tellQuiet();
        yield Behaviors.receiveMessage(this::linked);
      }
      default -> outside(message);
    };
  }

  /** What all states before the first beat have in common. */
  private Behavior<Message> outside(Message message) {
    return switch (message) {
      case Said(LinkMessage.Refused(var reason)) -> over(new End.Refused(reason));
      case NobodyCame _ -> over(new End.Alone());
      case WindowOpens(var atMost) -> {
        window = atMost;
        yield Behaviors.same();
      }
      case WindowCloses _ -> {
        window = null;
        yield Behaviors.same();
      }
      case Said _, Member _, Again _, Silence _ -> Behaviors.same();
    };
  }

  private Behavior<Message> linked(Message message) {
    return switch (message) {
      case Said(LinkMessage.Beat beat) -> {
        answer(beat);
        yield Behaviors.same();
      }
      case Said(LinkMessage.Refused(var reason)) -> over(new End.Refused(reason));
      case WindowOpens(var atMost) -> {
        window = atMost;
        tellQuiet();
        yield Behaviors.same();
      }
      case WindowCloses _ -> {
        window = null;
        tellPulse(new PulseMessage.Loud());
        listen();
        yield Behaviors.same();
      }
      case Silence _ -> over(new End.Lost());
      case Said _, Member _, Again _, NobodyCame _ -> Behaviors.same();
    };
  }

  private void answer(LinkMessage.Beat beat) {
    pulse = beat.pulse();
    tellPulse(new PulseMessage.Alive(beat.number()));
    listen();
  }

  private void tellQuiet() {
    if (window != null) {
      timers.cancel(new Silence());
      tellPulse(new PulseMessage.Quiet(window.toNanos()));
    }
  }

  /** While a trial is measured nothing is expected. */
  private void listen() {
    if (window == null) {
      timers.startSingleTimer(new Silence(), setup.patience().silence());
    }
  }

  private void tellPulse(PulseMessage message) {
    if (pulse != null) {
      pulse.tell(message);
    }
  }

  private Behavior<Message> over(End how) {
    owner.ended(how);
    return Behaviors.stopped();
  }
}
