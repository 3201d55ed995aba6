package io.slablab.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.slablab.agent.protocol.ClusterNode.Endpoint;
import java.nio.file.Path;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterNodeTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create("node", ClusterConfig.withoutCluster());

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void anEndpointIsANameOrAnAddressAndAPortOrAnyFreeOne() {
    assertThat(Endpoint.parse("10.0.0.1:25520")).isEqualTo(new Endpoint("10.0.0.1", 25520));
    assertThat(Endpoint.parse("lab.example")).isEqualTo(new Endpoint("lab.example", 0));
    assertThat(Endpoint.parse("[fd00::1]:7")).isEqualTo(new Endpoint("[fd00::1]", 7));
    assertThat(Endpoint.parse("fd00::1")).isEqualTo(new Endpoint("fd00::1", 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":1", "h:x", "h:70000", "h:-1", "h:"})
  void whatIsNoEndpointIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Endpoint.parse(text))
        .withMessage("not an address: " + text);
  }

  @Test
  void aForwardedAgentListensHereAndIsReachedThere() {
    Config config =
        ClusterConfig.of(
            new ClusterNode(
                "c",
                "1",
                Endpoint.loopback(4000),
                new Endpoint("127.0.0.1", 5000),
                "pekko://slablab@127.0.0.1:25520",
                Path.of("/identity")));
    Config artery = config.getConfig("pekko.remote.artery");
    assertThat(artery.getInt("bind.port")).isEqualTo(4000);
    assertThat(artery.getInt("canonical.port")).isEqualTo(5000);
    assertThat(artery.getString("transport")).isEqualTo("tls-tcp");
    assertThat(config.getString(LabTls.FOLDER)).isEqualTo("/identity");
    assertThat(config.getBoolean("pekko.actor.allow-java-serialization")).isFalse();
    assertThat(config.getStringList("pekko.cluster.roles")).containsExactly("agent");
  }

  @Test
  void anAgentWatchesItsCoordinatorAndNoOtherAgent() {
    StarFailureDetector detector = detector("pekko://slablab@a:1");
    detector.setAddress("pekko://slablab@b:2");
    detector.heartbeat();
    assertThat(aged(detector).isAvailable()).isTrue();
    StarFailureDetector other = detector("pekko://slablab@a:1");
    other.setAddress("pekko://slablab@a:1");
    other.heartbeat();
    assertThat(aged(other).isAvailable()).isFalse();
  }

  @Test
  void theCoordinatorWatchesAll() {
    StarFailureDetector detector = detector("");
    detector.setAddress("pekko://slablab@b:2");
    detector.heartbeat();
    assertThat(aged(detector).isAvailable()).isFalse();
  }

  /** After a heartbeat's deadline, which these detectors have at two milliseconds. */
  private static StarFailureDetector aged(StarFailureDetector detector) {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return detector;
  }

  private static StarFailureDetector detector(String watched) {
    return new StarFailureDetector(
        ConfigFactory.parseString(
            "watched = \""
                + watched
                + "\", heartbeat-interval = 1ms, acceptable-heartbeat-pause = 1ms"),
        KIT.system().classicSystem().eventStream());
  }
}
