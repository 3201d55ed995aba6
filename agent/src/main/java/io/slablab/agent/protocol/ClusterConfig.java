package io.slablab.agent.protocol;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;

/**
 * The Pekko configuration that coordinator and agents share.
 *
 * <p>The timer wheel ticks ten times a second and the dispatchers have two threads at most: on a
 * small host the harness shares CPUs with the workload, so that it must do next to nothing while a
 * trial runs.
 */
public final class ClusterConfig {
  public static final String SYSTEM_NAME = "slablab";

  /** The only address anything of ours binds to in this version. */
  public static final String LOOPBACK = "127.0.0.1";

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
          transport = tcp
          canonical { hostname = "127.0.0.1", port = 0 }
        }
        cluster {
          jmx.enabled = off
          seed-nodes = []
          downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
          split-brain-resolver { active-strategy = keep-oldest, stable-after = 5s, keep-oldest.down-if-alone = off }
          failure-detector { heartbeat-interval = 1s, acceptable-heartbeat-pause = 20s, expected-response-after = 3s }
          retry-unsuccessful-join-after = 2s
          shutdown-after-unsuccessful-join-seed-nodes = 60s
          distributed-data { gossip-interval = 1s, notify-subscribers-interval = 200ms }
          typed.receptionist.distributed-data.write-consistency = local
        }
        coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off, run-by-actor-system-terminate = off }
      }
      """;

  private ClusterConfig() {}

  /** For one node with the given role; the port is free to choose. */
  public static Config forRole(String role) {
    return ConfigFactory.parseMap(Map.of("pekko.cluster.roles", java.util.List.of(role)))
        .withFallback(ConfigFactory.parseString(COMMON))
        .withFallback(ConfigFactory.load());
  }
}
