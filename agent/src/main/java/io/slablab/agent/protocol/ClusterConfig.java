package io.slablab.agent.protocol;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import java.util.List;
import java.util.Map;

/**
 * The Pekko configuration that coordinator and agents share.
 *
 * <p>Every connection is TLS 1.3 with a certificate on both sides that the lab's authority signed.
 * Who it is for counts where it is shown to who connects: an agent speaks to a coordinator only,
 * and a coordinator lets an agent in as the host whose certificate it shows ({@link ShownNames}).
 *
 * <p>The cluster's own failure detector is slow, and only there to clear up: on a small host the
 * harness shares CPUs with the workload, so that it must do next to nothing while a trial runs. For
 * the same reason the timer wheel ticks ten times a second and the dispatchers have two threads at
 * most.
 *
 * <p>Who ends tells those who watch it after all else was heard. A peer that is there confirms that
 * within milliseconds; half a second is what the end of a campaign waits for agents that are gone
 * already.
 */
public final class ClusterConfig {
  public static final String SYSTEM_NAME = "slablab";

  /** More nodes than a campaign has. */
  private static final int ALL = 10_000;

  private static final String COMMON =
      """
      pekko {
        loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
        logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
        loglevel = "INFO"
        log-dead-letters = off
        log-dead-letters-during-shutdown = off
        scheduler.tick-duration = 100ms
        actor {
          provider = "cluster"
          allow-java-serialization = off
          serialization-bindings { "io.slablab.agent.protocol.Wire" = jackson-cbor }
          default-dispatcher.fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
          internal-dispatcher.fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
        }
        serialization.jackson.jackson-cbor.compression.algorithm = off
        remote.artery {
          transport = tls-tcp
          ssl.ssl-engine-provider = "io.slablab.agent.protocol.LabTls"
          advanced { inbound-lanes = 1, buffer-pool-size = 16, death-watch-notification-flush-timeout = 500ms }
        }
        cluster {
          jmx.enabled = off
          seed-nodes = []
          downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
          split-brain-resolver { active-strategy = keep-oldest, stable-after = 5s, keep-oldest.down-if-alone = off }
          failure-detector {
            implementation-class = "io.slablab.agent.protocol.StarFailureDetector"
            heartbeat-interval = 10s, acceptable-heartbeat-pause = 50s, expected-response-after = 10s
          }
          configuration-compatibility-check.checkers.slablab = "io.slablab.agent.protocol.SameCampaign"
          retry-unsuccessful-join-after = 2s
          shutdown-after-unsuccessful-join-seed-nodes = 60s
          typed.receptionist.distributed-data.gossip-interval = 1h
          scheduler.tick-duration = 100ms
          gossip-interval = 2s
        }
        coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off, run-by-actor-system-terminate = off }
      }
      """;

  private ClusterConfig() {}

  /** For one process; its port is free to choose where {@link ClusterNode} says 0. */
  public static Config of(ClusterNode node) {
    String detector = "pekko.cluster.failure-detector.";
    return ConfigFactory.parseMap(
            Map.ofEntries(
                Map.entry("pekko.cluster.roles", List.of(role(node))),
                Map.entry("pekko.remote.artery.bind.hostname", node.bind().host()),
                Map.entry("pekko.remote.artery.bind.port", node.bind().port()),
                Map.entry("pekko.remote.artery.canonical.hostname", node.advertised().host()),
                Map.entry("pekko.remote.artery.canonical.port", node.advertised().port()),
                Map.entry(LabTls.COORDINATOR, node.coordinator()),
                Map.entry(LabTls.FOLDER, node.identity().toAbsolutePath().toString()),
                Map.entry(detector + "watched", node.coordinator()),
                Map.entry(detector + "monitored-by-nr-of-members", node.isCoordinator() ? ALL : 1),
                Map.entry(SameCampaign.CAMPAIGN, node.campaign()),
                Map.entry(SameCampaign.VERSION, node.version())))
        .withFallback(ConfigFactory.parseString(COMMON))
        .withFallback(ConfigFactory.load());
  }

  /** The Pekko address of a node. */
  public static String address(Endpoint at) {
    return "pekko://" + SYSTEM_NAME + "@" + at;
  }

  /** The same serialisation and threads for a system that is in no cluster. */
  public static Config withoutCluster() {
    return ConfigFactory.parseString("pekko.actor.provider = local")
        .withFallback(ConfigFactory.parseString(COMMON))
        .withFallback(ConfigFactory.load());
  }

  private static String role(ClusterNode node) {
    return node.isCoordinator() ? "coordinator" : "agent";
  }
}
