package io.slablab.agent;

import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.ClusterNode;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import io.slablab.agent.protocol.HostIdentity;
import io.slablab.agent.protocol.ToolVersion;
import io.slablab.agent.spool.Spool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The agent's process: looks for its coordinator, runs trials until it is told to stop, finds the
 * coordinator gone for too long, or its standard input ends.
 */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = "Runs trials for a coordinator until its standard input ends.")
public final class AgentMain implements Callable<Integer> {
  /** Exit code where the agent cannot do its work: no coordinator, no key, another agent. */
  private static final int INFRASTRUCTURE = 5;

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);
  private static final Duration MOST_SILENCE = Duration.ofSeconds(10);

  /** A linked agent that no coordinator attaches itself to waits this much longer. */
  private static final Duration UNATTACHED = Duration.ofSeconds(60);

  @Option(
      names = "--join",
      required = true,
      paramLabel = "ADDRESS",
      description = "Coordinator to join: HOST:PORT.")
  private String join = "";

  @Option(
      names = "--campaign",
      paramLabel = "ID",
      description = "Campaign to serve (default: the one that listens there).")
  private String campaign = "";

  @Option(
      names = "--host",
      required = true,
      paramLabel = "NAME",
      description = "This host's inventory name.")
  private String host = "";

  @Option(
      names = "--incarnation",
      defaultValue = "0",
      paramLabel = "N",
      description = "Which start this is; without, the coordinator says.")
  private int incarnation = 0;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Proof proof = new Proof();

  /** What lets this agent connect. */
  private static final class Proof {
    @Option(
        names = "--identity",
        paramLabel = "DIR",
        description = "Folder with host.key, host.crt and ca.crt, which the coordinator made.")
    private @Nullable Path identity;

    @Option(
        names = "--token",
        paramLabel = "FILE",
        description = "The same in one file, which 'slablab token' made.")
    private @Nullable Path token;
  }

  @Option(
      names = "--workdir",
      required = true,
      paramLabel = "DIR",
      description = "Folder of this agent alone; keeps results that are not yet delivered.")
  private Path workdir = Path.of("");

  @Option(
      names = "--bind",
      defaultValue = Endpoint.LOOPBACK,
      paramLabel = "HOST[:PORT]",
      description = "Where to listen (default: ${DEFAULT-VALUE}).")
  private String bind = Endpoint.LOOPBACK;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      description =
          "Where the coordinator reaches this agent (default: where it listens); its own loopback"
              + " where a connection is forwarded.")
  private String advertise = "";

  @Option(
      names = "--parked-at-most",
      defaultValue = "600",
      paramLabel = "SECONDS",
      description =
          "How long to wait for a coordinator before stopping (default: ${DEFAULT-VALUE}).")
  private long parkedAtMostSeconds = 600;

  @Option(
      names = "--detached",
      description = "Do not stop when standard input ends: for an agent that nobody holds.")
  private boolean detached;

  public static void main(String[] args) {
    System.exit(new CommandLine(new AgentMain()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    LoggerFactory.getILoggerFactory(); // before the actor system's threads race for it
    try (WorkdirLock _ = WorkdirLock.take(workdir, campaign.isEmpty() ? "any" : campaign)) {
      return serve(identity());
    } catch (IOException | IllegalArgumentException e) {
      return ended(String.valueOf(e.getMessage()));
    }
  }

  private int serve(Path identity) throws IOException, InterruptedException {
    AnnouncedTrials announced = new AnnouncedTrials(new JmhTrialExecutor());
    ExecutorService trialThread =
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("trial").daemon().unstarted(task));
    TrialDesk trials = new TrialDesk(announced, Spool.open(workdir.resolve("spool")), trialThread);
    AtomicInteger counted = new AtomicInteger(incarnation);
    Duration parked = Duration.ofSeconds(parkedAtMostSeconds);
    Connections connections =
        new Connections(
            node(identity),
            host,
            counted,
            announced,
            serving ->
                AgentActor.create(
                    serving,
                    () -> new HostDescriber(host, counted.get()).get(),
                    trials,
                    parked.plus(UNATTACHED)),
            new Connections.Patience(parked, MOST_SILENCE),
            InstantSource.system());
    if (!detached) {
      Thread.ofPlatform()
          .name("life-line")
          .daemon()
          .start(() -> stopAtEndOf(System.in, connections, trials));
    }
    Connections.End end = connections.serve();
    trials.abandon();
    return switch (end) {
      case Connections.End.Dismissed() -> 0;
      case Connections.End.Refused(var reason) -> ended(join + " refused this agent: " + reason);
      case Connections.End.Alone(var waited) ->
          ended(
              "no coordinator at %s let this agent in for %d s"
                  .formatted(join, waited.toSeconds()));
    };
  }

  /** The folder with this agent's identity; what is wrong with it is said here. */
  private Path identity() throws IOException {
    if (proof.token != null) {
      HostIdentity given = HostIdentity.readToken(proof.token);
      given.requireValid(proof.token, Instant.now());
      Path folder = workdir.resolve("identity");
      given.write(folder);
      return folder;
    }
    Path folder = Objects.requireNonNull(proof.identity);
    HostIdentity.read(folder).requireValid(folder, Instant.now());
    return folder;
  }

  private ClusterNode node(Path identity) {
    Endpoint listening = Endpoint.parse(bind);
    return new ClusterNode(
        campaign,
        ToolVersion.text(),
        listening,
        advertise.isEmpty() ? listening : Endpoint.parse(advertise),
        join.contains("://") ? join : ClusterConfig.address(Endpoint.parse(join)),
        identity);
  }

  /** Both for who started the agent and for its log. */
  private static int ended(String why) {
    Logger log = LoggerFactory.getLogger(AgentMain.class);
    log.error("{}", why);
    System.err.println("slablab agent: " + why);
    return INFRASTRUCTURE;
  }

  /** The coordinator holds the other end; whatever ends it, this read returns. */
  private static void stopAtEndOf(InputStream in, Connections connections, TrialDesk trials) {
    try {
      while (in.read() >= 0) {
        // nothing is ever said on the life line
      }
    } catch (IOException _) {
      // as good as its end
    }
    trials.abandon();
    connections.close();
    try {
      Thread.sleep(STOP_PATIENCE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0); // a hanging shutdown must not outlive its coordinator
  }
}
