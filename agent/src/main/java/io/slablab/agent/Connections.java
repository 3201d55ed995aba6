package io.slablab.agent;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.ClusterNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's connections to its coordinator, one after the other, each an actor system of its own.
 * The trial that runs and its result are no part of them and outlive them.
 */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** For a transport to close. */
  private static final Duration CLOSES = Duration.ofSeconds(5);

  /** Why an agent ends. */
  sealed interface End {
    /** It was told to. */
    record Dismissed() implements End {}

    /**
     * @param reason one line
     */
    record Refused(String reason) implements End {}

    /** It was in no campaign's cluster for too long. */
    record Alone(Duration waited) implements End {}
  }

  /**
   * @param alone how long to look for a coordinator
   * @param silence how long a coordinator may say nothing while no trial runs; longer than what
   *     makes it give up an agent
   */
  record Patience(Duration alone, Duration silence) {}

  private ClusterNode node;
  private final String host;
  private final AtomicInteger incarnation;
  private final AnnouncedTrials trials;
  private final Function<String, Behavior<AgentActor.Message>> agent;
  private final Patience patience;
  private final InstantSource clock;
  private volatile Instant alone;
  private @Nullable ActorSystem<Void> current;
  private boolean closed;

  /**
   * @param incarnation 0 when any will do; then set to the one that the coordinator says
   * @param agent makes the actor that serves a campaign on one connection
   */
  Connections(
      ClusterNode node,
      String host,
      AtomicInteger incarnation,
      AnnouncedTrials trials,
      Function<String, Behavior<AgentActor.Message>> agent,
      Patience patience,
      InstantSource clock) {
    this.node = node;
    this.host = host;
    this.incarnation = incarnation;
    this.trials = trials;
    this.agent = agent;
    this.patience = patience;
    this.clock = clock;
    this.alone = clock.instant();
  }

  /** Serves until the agent ends; blocks. */
  End serve() throws InterruptedException {
    int first = incarnation.get();
    while (true) {
      Duration left = patience.alone().minus(Duration.between(alone, clock.instant()));
      if (!left.isPositive()) {
        return new End.Alone(patience.alone());
      }
      Outcome outcome = new Outcome();
      ActorSystem<Void> system = open(first, left, outcome);
      if (system == null) {
        return new End.Dismissed();
      }
      CompletableFuture.anyOf(outcome.over, system.getWhenTerminated().toCompletableFuture())
          .join();
      awaitEnd(system);
      if (outcome.end != null) {
        return outcome.end;
      }
      if (isClosed()) {
        return new End.Dismissed();
      }
      if (!outcome.learnt.isEmpty()) {
        node = node.serving(outcome.learnt);
        continue;
      }
      if (alone.equals(Instant.MAX)) {
        alone = clock.instant();
      }
      LOG.warn("the connection to {} is lost: looking for it again", node.coordinator());
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  /** A transport that does not close in time keeps nobody from what comes next. */
  private void awaitEnd(ActorSystem<Void> system) throws InterruptedException {
    try {
      system.getWhenTerminated().toCompletableFuture().get(CLOSES.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      LOG.warn("the connection to {} does not close: left as it is", node.coordinator());
    } catch (ExecutionException e) {
      LOG.warn("the connection to {} closed badly", node.coordinator(), e);
    }
  }

  /** Ends the connection that is open, and opens no other. Any thread. */
  synchronized void close() {
    closed = true;
    if (current != null) {
      current.terminate();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized @Nullable ActorSystem<Void> open(
      int knownAs, Duration left, Outcome outcome) {
    if (closed) {
      return null;
    }
    current =
        ActorSystem.create(
            guardian(knownAs, left, outcome), ClusterConfig.SYSTEM_NAME, ClusterConfig.of(node));
    return current;
  }

  private Behavior<Void> guardian(int knownAs, Duration left, Outcome outcome) {
    return Behaviors.setup(context -> {
      ActorRef<AgentActor.Message> actor = context.spawn(agent.apply(node.campaign()), "agent");
      ActorRef<AgentCommand> face =
          context.spawn(
              Behaviors.receiveMessage(command -> {
                actor.tell(new AgentActor.Asked(command));
                return Behaviors.same();
              }),
              "commands");
      ActorRef<Link.Message> link =
          context.spawn(
              Link.create(
                  new Link.Setup(
                      node.coordinator(),
                      node.campaign(),
                      node.version(),
                      host,
                      knownAs,
                      face,
                      new Patience(left, patience.silence())),
                  outcome),
              "link");
      trials.tell(link);
      context.watch(actor);
      context.watch(link);
      return Behaviors.receive(Void.class)
          .onSignal(
              Terminated.class,
              gone -> {
                if (gone.getRef().equals(actor) && outcome.end == null) {
                  outcome.end = new End.Dismissed();
                }
                return Behaviors.stopped();
              })
          .onSignal(
              PostStop.class,
              _ -> {
                outcome.over.complete(null);
                return Behaviors.same();
              })
          .build();
    });
  }

  /**
   * What a connection comes to. {@code end} is written by the system's actors before they complete
   * {@code over}, and read after that; null for a connection that was lost.
   */
  private final class Outcome implements Link.Owner {
    final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private volatile @Nullable End end;
    private volatile String learnt = "";

    @Override
    public void welcomed(int counted) {
      incarnation.set(counted);
    }

    @Override
    public void linked() {
      LOG.info("linked to {}", node.coordinator());
      alone = Instant.MAX; // not before it is lost
    }

    @Override
    public void ended(Link.End how) {
      end =
          switch (how) {
            case Link.End.Lost() -> null;
            case Link.End.Learnt(var campaign) -> {
              learnt = campaign;
              yield null;
            }
            case Link.End.Refused(var reason) -> new End.Refused(reason);
            case Link.End.Alone() -> new End.Alone(patience.alone());
          };
    }
  }
}
