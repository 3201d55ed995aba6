package io.slablab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.coordinator.deploy.link.Door.Sighting;
import io.slablab.coordinator.deploy.pki.LabAuthority;
import io.slablab.coordinator.deploy.pki.TestLabs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What 10, 50 and 200 agents cost one coordinator. The agents are real actors with their spools,
 * and every message crosses TLS; but they share four nodes and one JVM with the coordinator, so
 * that the times are of two sides on one machine. Long: with {@code -Dslablab.soak=true} only.
 */
@EnabledIfSystemProperty(named = "slablab.soak", matches = "true")
class ManyAgentsIT {
  private static final int NODES = 4;
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 1000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  /** Times of rounds: everybody is asked, everybody has answered. */
  private record Cost(int agents, double p50Ms, double p99Ms, long heapBytes) {}

  @Test
  void everybodyAnswersInTimeThatGrowsNoFasterThanTheirNumber() throws Exception {
    List<Cost> costs = new ArrayList<>();
    for (int agents : new int[] {10, 50, 200}) {
      costs.add(measure(agents));
    }
    System.out.println("agents   p50 ms   p99 ms   heap MiB");
    for (Cost cost : costs) {
      System.out.printf(
          "%6d %8.2f %8.2f %10.1f%n",
          cost.agents(), cost.p50Ms(), cost.p99Ms(), cost.heapBytes() / 1048576.0);
    }
    Cost few = costs.getFirst();
    Cost many = costs.getLast();
    assertThat(many.p99Ms() / many.agents()).isLessThan(2 * few.p99Ms() / few.agents());
    assertThat(many.heapBytes()).isLessThan(few.heapBytes() + (32 << 20));
  }

  private Cost measure(int agents) throws Exception {
    LabAuthority lab = TestLabs.in(folder.resolve("lab"));
    List<ActorSystem<Void>> nodes = new ArrayList<>();
    try (TestCoordinator coordinator = new TestCoordinator("camp", "1", lab.coordinator(), 0)) {
      for (int i = 0; i < NODES; i++) {
        nodes.add(node(coordinator, lab.host("n" + i)));
      }
      List<ActorRef<AgentCommand>> all = new ArrayList<>();
      for (int i = 0; i < agents; i++) {
        String host = "h" + i;
        BlockingQueue<Sighting> sightings = coordinator.expect(host, 1);
        nodes
            .get(i % NODES)
            .systemActorOf(
                AgentsInThisProcess.agent(
                    "camp",
                    host,
                    1,
                    Files.createDirectories(folder.resolve(agents + "-" + host)),
                    (_, _) -> 1,
                    Runnable::run,
                    new CompletableFuture<>(),
                    coordinator.address()),
                host,
                Props.empty());
        all.add(((Sighting.Here) TestCoordinator.next(sightings, PATIENCE)).agent());
      }
      return cost(coordinator, all);
    } finally {
      nodes.forEach(ActorSystem::terminate);
    }
  }

  private static ActorSystem<Void> node(TestCoordinator coordinator, Path identity)
      throws InterruptedException {
    Endpoint any = Endpoint.loopback(0);
    ActorSystem<Void> node =
        ActorSystem.create(
            Behaviors.empty(),
            ClusterConfig.SYSTEM_NAME,
            ClusterConfig.of(
                new ClusterNode("camp", "1", any, any, coordinator.address(), identity)));
    Cluster cluster = Cluster.get(node);
    cluster
        .manager()
        .tell(new JoinSeedNodes(List.of(AddressFromURIString.parse(coordinator.address()))));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!cluster.selfMember().status().equals(MemberStatus.up())) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return node;
  }

  private static Cost cost(TestCoordinator coordinator, List<ActorRef<AgentCommand>> all)
      throws InterruptedException {
    Round round = new Round();
    ActorRef<AgentEvent> ears = coordinator.spawn(round.ears(), "ears");
    long[] ns = new long[ROUNDS];
    for (int i = -WARM_UP; i < ROUNDS; i++) {
      long start = System.nanoTime();
      CountDownLatch everybody = round.begin(all.size());
      all.forEach(agent -> agent.tell(new AgentCommand.Attach("camp", 1, ears)));
      assertThat(everybody.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("only these answered: %s", round.answered)
          .isTrue();
      if (i >= 0) {
        ns[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(ns);
    return new Cost(
        all.size(), ns[ROUNDS / 2] / 1e6, ns[ROUNDS * 99 / 100] / 1e6, usedAfterCollection());
  }

  private static long usedAfterCollection() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** One question to all; an agent counts once. */
  private static final class Round {
    final Set<String> answered = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch everybody = new CountDownLatch(0);

    CountDownLatch begin(int agents) {
      answered.clear();
      everybody = new CountDownLatch(agents);
      return everybody;
    }

    Behavior<AgentEvent> ears() {
      return Behaviors.receiveMessage(event -> {
        if (event instanceof HostDescribed described && answered.add(described.host())) {
          everybody.countDown();
        }
        return Behaviors.same();
      });
    }
  }
}
