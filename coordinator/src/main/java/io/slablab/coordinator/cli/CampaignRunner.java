package io.slablab.coordinator.cli;

import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.link.Door;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.schedule.CampaignActor;
import io.slablab.coordinator.schedule.CampaignOutcome;
import io.slablab.coordinator.schedule.CampaignOutcome.Shortfall;
import io.slablab.coordinator.schedule.CampaignSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.LoggerFactory;

/**
 * Runs one campaign in an actor system of its own and waits for it. A SIGINT or SIGTERM interrupts
 * the campaign: its agents end, its journal is closed in order, then the JVM goes.
 */
final class CampaignRunner {
  private static final Duration START_PATIENCE = Duration.ofSeconds(20);
  private static final Duration INTERRUPT_PATIENCE = Duration.ofMillis(4500);

  /** To tell of the outcome, which a database may be part of. */
  private static final Duration TELL_PATIENCE = Duration.ofSeconds(8);

  private CampaignRunner() {}

  /**
   * @param node this process as agents find it
   * @param told of the outcome before this JVM may end
   * @throws IOException when the run directory could not be written; all agents are gone
   */
  static CampaignOutcome run(CampaignSetup setup, ClusterNode node, Consumer<CampaignOutcome> told)
      throws IOException, InterruptedException {
    CompletableFuture<ActorRef<CampaignActor.Command>> campaign = new CompletableFuture<>();
    CompletableFuture<CampaignOutcome> outcome = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread hook =
        Thread.ofPlatform()
            .name("interrupt")
            .unstarted(() -> {
              interrupted.set(true);
              interrupt(campaign, outcome, closed);
            });
    ActorSystem<SpawnProtocol.Command> system = null;
    try {
      addHook(hook, interrupted); // first: a start takes seconds on a busy machine
      LoggerFactory.getILoggerFactory(); // before the actor system's threads race for it
      system =
          ActorSystem.create(
              SpawnProtocol.create(), ClusterConfig.SYSTEM_NAME, ClusterConfig.of(node));
      campaign.complete(spawn(system, setup, node, outcome));
      CampaignOutcome result = outcome.get();
      told.accept(result);
      return result;
    } catch (IllegalStateException e) {
      if (!interrupted.get() || campaign.isDone()) {
        throw e;
      }
      CampaignOutcome result = neverStarted(setup);
      outcome.complete(result);
      told.accept(result);
      return result;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case UncheckedIOException failed -> throw failed;
        case null, default ->
            throw new IllegalStateException("the campaign failed: " + e.getCause(), e.getCause());
      }
    } finally {
      if (system != null) {
        system.terminate();
      }
      closed.complete(null);
      removeHook(hook);
    }
  }

  /** No actor system starts in a JVM that ends already: nothing runs, and the journal says so. */
  private static CampaignOutcome neverStarted(CampaignSetup setup) {
    CampaignProgress before = setup.before();
    List<Shortfall> shortfalls = new ArrayList<>();
    setup
        .planned()
        .forEach((host, orders) ->
            shortfalls.add(
                new Shortfall(
                    host,
                    "interrupted",
                    orders.stream()
                        .map(TrialOrder::id)
                        .filter(id -> before.recorded(id).isEmpty())
                        .toList())));
    CampaignOutcome result = new CampaignOutcome(before.done(), before.failed(), shortfalls, true);
    setup
        .journal()
        .append(
            new JournalRecord.CampaignEnded(
                "interrupted", result.done(), result.failed(), result.missing()));
    return result;
  }

  private static ActorRef<CampaignActor.Command> spawn(
      ActorSystem<SpawnProtocol.Command> system,
      CampaignSetup setup,
      ClusterNode node,
      CompletableFuture<CampaignOutcome> outcome) {
    ActorRef<Door.Message> door = Door.open(system, node.campaign(), node.version());
    return AskPattern.<SpawnProtocol.Command, ActorRef<CampaignActor.Command>>ask(
            system,
            replyTo ->
                new SpawnProtocol.Spawn<>(
                    CampaignActor.create(setup, door, outcome),
                    "campaign",
                    Props.empty()
                        .withDispatcherFromConfig("pekko.actor.default-blocking-io-dispatcher"),
                    replyTo),
            START_PATIENCE,
            system.scheduler())
        .toCompletableFuture()
        .join();
  }

  private static void interrupt(
      CompletableFuture<ActorRef<CampaignActor.Command>> campaign,
      CompletableFuture<CampaignOutcome> outcome,
      CompletableFuture<Void> closed) {
    campaign.thenAccept(running -> running.tell(new CampaignActor.Interrupt()));
    try {
      outcome.get(INTERRUPT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      closed.get(TELL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException _) {
      // the JVM is going down: what could be saved is saved
    }
  }

  private static void addHook(Thread hook, AtomicBoolean interrupted) {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      interrupted.set(true); // already shutting down
      throw e;
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // already shutting down
    }
  }
}
