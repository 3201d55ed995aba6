package io.slablab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.coordinator.deploy.link.Door.Sighting;
import io.slablab.coordinator.deploy.pki.LabAuthority;
import io.slablab.coordinator.deploy.pki.TestLabs;
import io.slablab.coordinator.schedule.Orders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
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
  private static final int WARM_UP = 1000;
  private static final int TURNS = 20;

  /** In one turn. */
  private static final int ROUNDS = 50;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void everybodyAnswersInTimeThatGrowsSlowerThanTheirNumber() throws Exception {
    List<Lab> labs = new ArrayList<>();
    List<Long> heapBytes = new ArrayList<>();
    try {
      for (int agents : new int[] {10, 50, 200}) {
        labs.add(new Lab(folder.resolve("lab-" + agents), agents));
        labs.getLast().warmUp();
        heapBytes.add(usedAfterCollection());
      }
      for (int turn = 0; turn < TURNS; turn++) { // one after the other: what disturbs, disturbs all
        for (Lab lab : labs) {
          lab.rounds(ROUNDS);
        }
      }
      Lab few = labs.getFirst();
      System.out.println("agents   p50 ms   p99 ms   p99 / p99 of 10");
      for (Lab lab : labs) {
        System.out.printf(
            "%6d %8.2f %8.2f %17.2f%n",
            lab.size(), lab.ms(50), lab.ms(99), lab.ms(99) / few.ms(99));
      }
      System.out.printf("heap after each MiB: %s%n", heapBytes.stream().map(b -> b >> 20).toList());
      Lab many = labs.getLast();
      assertThat(many.ms(50) / many.size()).isLessThan(few.ms(50) / few.size());
      assertThat(heapBytes.getLast() - heapBytes.get(1))
          .as("what 200 agents and their coordinator keep")
          .isLessThan(48 << 20);
    } finally {
      for (Lab lab : labs) {
        lab.close();
      }
    }
  }

  /**
   * A coordinator with its agents, and the times of its rounds: all get their order, all accept.
   */
  private static final class Lab implements AutoCloseable {
    private final TestCoordinator coordinator;
    private final List<ActorSystem<Void>> nodes = new ArrayList<>();
    private final List<ActorRef<AgentCommand>> agents = new ArrayList<>();
    private final List<AgentCommand> orders = new ArrayList<>();
    private final Round round = new Round();
    private final ActorRef<AgentEvent> ears;
    private final Histogram ns = new Histogram(3);

    Lab(Path folder, int size) throws Exception {
      LabAuthority authority = TestLabs.in(folder);
      coordinator = TestCoordinator.trusting("camp", "1", authority.coordinator());
      for (int i = 0; i < NODES; i++) {
        nodes.add(node(coordinator, authority.host("n" + i)));
      }
      for (int i = 0; i < size; i++) {
        agents.add(join(folder, i));
        orders.add(new AgentCommand.RunTrial(Orders.of("h" + i, 1).getFirst(), 1));
      }
      ears = coordinator.spawn(round.ears(), "ears");
      ask(i -> new AgentCommand.Attach("camp", 1, ears));
    }

    private ActorRef<AgentCommand> join(Path folder, int i) throws Exception {
      String host = "h" + i;
      BlockingQueue<Sighting> sightings = coordinator.expect(host, 1);
      nodes
          .get(i % NODES)
          .systemActorOf(
              AgentsInThisProcess.agent(
                  "camp",
                  host,
                  1,
                  Files.createDirectories(folder.resolve(host)),
                  (_, _) -> 1,
                  _ -> {}, // a trial that runs and costs nothing
                  new CompletableFuture<>(),
                  coordinator.address()),
              host,
              Props.empty());
      return ((Sighting.Here) TestCoordinator.next(sightings, PATIENCE)).agent();
    }

    int size() {
      return agents.size();
    }

    /** Of the rounds after the warm-up. */
    double ms(double percentile) {
      return ns.getValueAtPercentile(percentile) / 1e6;
    }

    void warmUp() throws InterruptedException {
      rounds(WARM_UP);
      ns.reset();
    }

    /** An order that comes again is accepted again. */
    void rounds(int count) throws InterruptedException {
      for (int i = 0; i < count; i++) {
        long start = System.nanoTime();
        ask(orders::get);
        ns.recordValue(System.nanoTime() - start);
      }
    }

    private void ask(IntFunction<AgentCommand> question) throws InterruptedException {
      CountDownLatch everybody = round.begin(agents.size());
      for (int i = 0; i < agents.size(); i++) {
        agents.get(i).tell(question.apply(i));
      }
      assertThat(everybody.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("only these answered: %s", round.answered)
          .isTrue();
    }

    @Override
    public void close() {
      coordinator.close();
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
        String who =
            switch (event) {
              case HostDescribed described -> described.host();
              case TrialEvent.Accepted accepted -> accepted.trialId();
              default -> throw new IllegalStateException("unexpected: " + event);
            };
        if (answered.add(who)) {
          everybody.countDown();
        }
        return Behaviors.same();
      });
    }
  }
}
