package io.slablab.agent;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.HostIdentity;
import io.slablab.agent.protocol.ToolVersion;
import io.slablab.agent.spool.Spool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The agent's process: joins the coordinator, registers, runs trials until it is told to stop or
 * its standard input ends.
 */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = "Runs trials for a coordinator until its standard input ends.")
public final class AgentMain implements Callable<Integer> {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

  /** Exit code where another agent has the host. */
  private static final int INFRASTRUCTURE = 5;

  @Option(
      names = "--join",
      required = true,
      paramLabel = "ADDRESS",
      description = "Coordinator to join.")
  private String join = "";

  @Option(
      names = "--campaign",
      required = true,
      paramLabel = "ID",
      description = "Campaign to serve.")
  private String campaign = "";

  @Option(
      names = "--host",
      required = true,
      paramLabel = "NAME",
      description = "This host's inventory name.")
  private String host = "";

  @Option(
      names = "--incarnation",
      defaultValue = "1",
      paramLabel = "N",
      description = "Which start this is.")
  private int incarnation = 1;

  @Option(
      names = "--identity",
      required = true,
      paramLabel = "DIR",
      description = "Folder with host.key, host.crt and ca.crt, which the coordinator made.")
  private Path identity = Path.of("");

  @Option(
      names = "--workdir",
      required = true,
      paramLabel = "DIR",
      description = "Folder of this agent alone; keeps results that are not yet delivered.")
  private Path workdir = Path.of("");

  @Option(
      names = "--parked-at-most",
      defaultValue = "600",
      paramLabel = "SECONDS",
      description =
          "How long to wait for a coordinator before stopping (default: ${DEFAULT-VALUE}).")
  private long parkedAtMostSeconds = 600;

  public static void main(String[] args) {
    System.exit(new CommandLine(new AgentMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    LoggerFactory.getILoggerFactory(); // before the actor system's threads race for it
    try (WorkdirLock _ = WorkdirLock.take(workdir, campaign)) {
      return serve();
    } catch (WorkdirLock.Held e) {
      System.err.println(e.getMessage());
      return INFRASTRUCTURE;
    }
  }

  private int serve() throws IOException {
    ExecutorService trialThread =
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("trial").daemon().unstarted(task));
    TrialDesk trials =
        new TrialDesk(new JmhTrialExecutor(), Spool.open(workdir.resolve("spool")), trialThread);
    Supplier<HostDescribed> description = new HostDescriber(host, incarnation);
    ActorSystem<Void> system =
        ActorSystem.create(
            guardian(description, trials), ClusterConfig.SYSTEM_NAME, ClusterConfig.of(node()));
    Cluster.get(system)
        .manager()
        .tell(new JoinSeedNodes(List.of(AddressFromURIString.parse(join))));
    Thread.ofPlatform()
        .name("life-line")
        .daemon()
        .start(() -> stopAtEndOf(System.in, system, trials));
    system.getWhenTerminated().toCompletableFuture().join();
    trials.abandon();
    return 0;
  }

  private ClusterNode node() throws IOException {
    HostIdentity.read(identity); // or say what is wrong with it
    Endpoint loopback = Endpoint.loopback(0);
    return new ClusterNode(campaign, ToolVersion.text(), loopback, loopback, join, identity);
  }

  private Behavior<Void> guardian(Supplier<HostDescribed> description, TrialDesk trials) {
    return Behaviors.setup(context -> {
      ActorRef<AgentActor.Message> actor =
          context.spawn(
              AgentActor.create(
                  campaign, description, trials, Duration.ofSeconds(parkedAtMostSeconds)),
              "agent");
      ActorRef<AgentCommand> face =
          context.spawn(
              Behaviors.receiveMessage(command -> {
                actor.tell(new AgentActor.Asked(command));
                return Behaviors.same();
              }),
              "commands");
      context
          .getSystem()
          .receptionist()
          .tell(Receptionist.register(AgentCommand.serviceKey(campaign, host, incarnation), face));
      context.watch(actor);
      return Behaviors.receive(Void.class)
          .onSignal(org.apache.pekko.actor.typed.Terminated.class, _ -> Behaviors.stopped())
          .build();
    });
  }

  /** The coordinator holds the other end; whatever ends it, this read returns. */
  private static void stopAtEndOf(InputStream in, ActorSystem<Void> system, TrialDesk trials) {
    try {
      while (in.read() >= 0) {
        // nothing is ever said on the life line
      }
    } catch (IOException _) {
      // as good as its end
    }
    trials.abandon();
    system.terminate();
    try {
      Thread.sleep(STOP_PATIENCE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0); // a hanging shutdown must not outlive its coordinator
  }
}
