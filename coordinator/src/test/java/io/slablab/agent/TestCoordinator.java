package io.slablab.agent;

import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.coordinator.deploy.link.Door;
import io.slablab.coordinator.deploy.link.Door.Sighting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/** A coordinator's node and door, without a campaign behind them. */
final class TestCoordinator implements AutoCloseable {
  private final ActorSystem<Void> system;
  private final ActorRef<Door.Message> door;

  /**
   * @param port 0 for any
   */
  TestCoordinator(String campaign, String version, Path identity, int port) {
    this(campaign, version, identity, port, Optional.empty());
  }

  /** One that lets many hosts live in one process, by whose certificate is no matter. */
  static TestCoordinator trusting(String campaign, String version, Path identity) {
    return new TestCoordinator(campaign, version, identity, 0, Optional.of((_, _) -> ""));
  }

  private TestCoordinator(
      String campaign,
      String version,
      Path identity,
      int port,
      Optional<Door.Identities> identities) {
    Endpoint at = Endpoint.loopback(port);
    system =
        ActorSystem.create(
            Behaviors.empty(),
            ClusterConfig.SYSTEM_NAME,
            ClusterConfig.of(ClusterNode.coordinator(campaign, version, at, at, identity)));
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    door =
        identities
            .map(known -> Door.open(system, campaign, version, known))
            .orElseGet(() -> Door.open(system, campaign, version));
  }

  String address() {
    return Cluster.get(system).selfMember().address().toString();
  }

  int port() {
    return Cluster.get(system).selfMember().address().getPort().orElseThrow();
  }

  /** What becomes of this host's agent. */
  BlockingQueue<Sighting> expect(String host, int incarnation) {
    BlockingQueue<Sighting> sightings = new LinkedBlockingQueue<>();
    ActorRef<Sighting> told =
        system.systemActorOf(
            Behaviors.receiveMessage(sighting -> {
              sightings.add(sighting);
              return Behaviors.same();
            }),
            "sightings-" + host + "-" + incarnation,
            Props.empty());
    door.tell(new Door.Expect(host, incarnation, told));
    return sightings;
  }

  <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
    return system.systemActorOf(behavior, name, Props.empty());
  }

  static Sighting next(BlockingQueue<Sighting> sightings, Duration patience)
      throws InterruptedException {
    Sighting next = sightings.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (next == null) {
      throw new AssertionError("nothing within " + patience);
    }
    return next;
  }

  /** As a process that is killed: says goodbye to nobody. */
  @Override
  public void close() {
    system.terminate();
    system
        .getWhenTerminated()
        .toCompletableFuture()
        .completeOnTimeout(Done.getInstance(), 10, TimeUnit.SECONDS)
        .join();
  }
}
