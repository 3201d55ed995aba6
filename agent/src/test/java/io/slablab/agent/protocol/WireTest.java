package io.slablab.agent.protocol;

import io.slablab.agent.protocol.TrialEvent.Accepted;
import io.slablab.agent.protocol.TrialEvent.Busy;
import io.slablab.agent.protocol.TrialEvent.Failed;
import io.slablab.agent.protocol.TrialEvent.Finished;
import io.slablab.agent.protocol.TrialEvent.Progress;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message survives the serialiser that carries it between JVMs. */
class WireTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create("wire", ClusterConfig.withoutCluster());

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  static List<Wire> plainMessages() {
    return List.of(
        new Accepted("t"),
        new Busy("t", "u"),
        new Progress("t", 3, 1.5e6),
        new Finished("t", Double.MAX_VALUE),
        new Failed("t", "killed by signal 9", "last\nlines"),
        new AgentCommand.CancelTrial("t"),
        new AgentCommand.Shutdown("over"),
        new HostDescribed("h", 2, 4711, "25.0.3", "{\"sockets\":[]}", "{}"));
  }

  @ParameterizedTest
  @MethodSource("plainMessages")
  void plainMessage(Wire message) {
    KIT.serializationTestKit().verifySerialization(message, true);
  }

  @Test
  void messagesWithReferences() {
    TrialOrder order =
        new TrialOrder(
            "t",
            "h",
            "c",
            5,
            1,
            "v",
            "ctor-dtor",
            true,
            "tc",
            Map.of("live", "1000"),
            "scatter",
            List.of(1, 0),
            "interleave",
            500_000_000L,
            1_500_000_000L,
            500_000_000L,
            -1L,
            false);
    KIT.serializationTestKit()
        .verifySerialization(
            new AgentCommand.RunTrial(order, "/d", KIT.createTestProbe(TrialEvent.class).ref()),
            true);
    KIT.serializationTestKit()
        .verifySerialization(
            new AgentCommand.Describe(KIT.createTestProbe(HostDescribed.class).ref()), true);
  }
}
