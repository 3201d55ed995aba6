package io.slablab.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.TrialEvent.Accepted;
import io.slablab.agent.protocol.TrialEvent.Busy;
import io.slablab.agent.protocol.TrialEvent.Ended;
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
        new Ended(
            TrialResult.done(
                "t",
                2,
                Double.MAX_VALUE,
                List.of(new TrialResult.Piece(TrialFile.TRIAL, 3, "ab")))),
        new Ended(TrialResult.failed("t", 1, "killed by signal 9", "last\nlines", List.of())),
        new TrialEvent.NotHeld("t", "gone"),
        new AgentEvent.AttachRefused("h", "serves another"),
        new AgentCommand.SendChunk("t", TrialFile.LATENCY, 102_400),
        new AgentCommand.Acknowledge("t", "ab"),
        new AgentCommand.CancelTrial("t"),
        new AgentCommand.Shutdown("over"),
        new LinkMessage.Welcome("c", 3),
        new LinkMessage.Refused("another version"),
        new PulseMessage.Alive(4),
        new PulseMessage.Quiet(5_000_000_000L),
        new PulseMessage.Loud(),
        new HostDescribed("h", 2, 4711, "25.0.3", "b-1", "{\"sockets\":[]}", "{}", "t", ""));
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
            Map.of("lockdep", "full"),
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
    KIT.serializationTestKit().verifySerialization(new AgentCommand.RunTrial(order, 3), true);
    KIT.serializationTestKit()
        .verifySerialization(
            new AgentCommand.Attach("c", 2, KIT.createTestProbe(AgentEvent.class).ref()), true);
  }

  @Test
  void wordsAtTheDoorHaveReferences() {
    var link = KIT.createTestProbe(LinkMessage.class).ref();
    var agent = KIT.createTestProbe(AgentCommand.class).ref();
    var pulse = KIT.createTestProbe(PulseMessage.class).ref();
    for (Wire message :
        List.of(
            new DoorMessage.Knock("c", "1", "h", 0, link),
            new DoorMessage.Enter("h", 2, agent, link),
            new LinkMessage.Beat(7, pulse))) {
      KIT.serializationTestKit().verifySerialization(message, true);
    }
  }

  @Test
  void aChunkKeepsItsBytes() {
    byte[] data = new byte[TrialEvent.CHUNK_BYTES];
    new java.util.Random(42).nextBytes(data);
    TrialEvent.Chunk sent = TrialEvent.Chunk.of("t", TrialFile.JMH, 7, data);
    TrialEvent.Chunk got = KIT.serializationTestKit().verifySerialization(sent, false);
    assertThat(got.data()).isEqualTo(data);
    assertThat(got.sound()).isTrue();
    data[5]++;
    assertThat(new TrialEvent.Chunk("t", TrialFile.JMH, 7, data, got.crc32c()).sound()).isFalse();
  }
}
