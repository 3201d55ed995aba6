package io.slablab.coordinator.deploy.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.DoorMessage.Enter;
import io.slablab.agent.protocol.DoorMessage.Knock;
import io.slablab.agent.protocol.LinkMessage;
import io.slablab.agent.protocol.LinkMessage.Beat;
import io.slablab.agent.protocol.LinkMessage.Refused;
import io.slablab.agent.protocol.LinkMessage.Welcome;
import io.slablab.coordinator.deploy.link.Door.Expect;
import io.slablab.coordinator.deploy.link.Door.Said;
import io.slablab.coordinator.deploy.link.Door.Sighting;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DoorTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create("door", ClusterConfig.withoutCluster());

  private volatile String objection = "";
  private final ActorRef<Door.Message> door =
      KIT.spawn(Door.create("c0ffee", "1.2", (_, _) -> objection));
  private final TestProbe<LinkMessage> link = KIT.createTestProbe(LinkMessage.class);
  private final TestProbe<AgentCommand> agent = KIT.createTestProbe(AgentCommand.class);
  private final TestProbe<Sighting> sightings = KIT.createTestProbe(Sighting.class);

  @BeforeEach
  void expect() {
    door.tell(new Expect("h", 2, sightings.ref()));
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void theExpectedAgentIsWelcomeAndSoIsOneThatCountsNoStarts() {
    knock("c0ffee", "1.2", "h", 2);
    link.expectMessage(new Welcome("c0ffee", 2));
    knock("", "1.2", "h", 0);
    link.expectMessage(new Welcome("c0ffee", 2));
  }

  @Test
  void anotherVersionIsRefusedBeforeAnythingElse() {
    knock("other", "1.1", "h", 2);
    assertThat(refusal())
        .isEqualTo("the agent is version 1.1, the coordinator 1.2: bring the same to both");
  }

  @Test
  void anotherCampaignIsRefused() {
    knock("beef", "1.2", "h", 2);
    assertThat(refusal()).isEqualTo("the agent serves campaign beef, this is campaign c0ffee");
  }

  @Test
  void aStrangersHostIsRefusedAndItsNameCannotForgeALine() {
    knock("c0ffee", "1.2", "x\n2026-01-01 ERROR " + "y".repeat(1000), 1);
    assertThat(refusal())
        .startsWith("no host x?2026-01-01 ERROR yyy")
        .endsWith("yyy... takes part in this campaign")
        .hasSizeLessThan(200);
  }

  @Test
  void anEarlierStartIsRefused() {
    knock("c0ffee", "1.2", "h", 1);
    assertThat(refusal()).isEqualTo("start 2 of the agent of h is expected, this is start 1");
  }

  @Test
  void anAgentInsideIsToldOnceAndItsPulseBeats() {
    door.tell(new Said(new Enter("h", 2, agent.ref(), link.ref())));
    door.tell(new Said(new Enter("h", 2, agent.ref(), link.ref())));
    assertThat(link.expectMessageClass(Beat.class).number()).isEqualTo(1);
    sightings.expectMessage(new Sighting.Here(2, agent.ref()));
    sightings.expectNoMessage();
  }

  @Test
  void anAgentThatComesInAnewIsToldAnew() {
    TestProbe<AgentCommand> next = KIT.createTestProbe(AgentCommand.class);
    door.tell(new Said(new Enter("h", 2, agent.ref(), link.ref())));
    door.tell(new Said(new Enter("h", 2, next.ref(), link.ref())));
    sightings.expectMessage(new Sighting.Here(2, agent.ref()));
    sightings.expectMessage(new Sighting.Here(2, next.ref()));
  }

  @Test
  void nobodyEntersUnexpected() {
    door.tell(new Said(new Enter("h", 1, agent.ref(), link.ref())));
    assertThat(refusal()).contains("another start");
    sightings.expectNoMessage();
  }

  @Test
  void whoShowsAnotherHostsCertificateIsNeitherWelcomeNorLetIn() {
    objection = "the certificate is of g";
    knock("c0ffee", "1.2", "h", 2);
    assertThat(refusal()).isEqualTo(objection);
    door.tell(new Said(new Enter("h", 2, agent.ref(), link.ref())));
    assertThat(refusal()).isEqualTo(objection);
    sightings.expectNoMessage();
  }

  private void knock(String campaign, String version, String host, int incarnation) {
    door.tell(new Said(new Knock(campaign, version, host, incarnation, link.ref())));
  }

  private String refusal() {
    return link.expectMessageClass(Refused.class).reason();
  }
}
