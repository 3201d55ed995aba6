package io.slablab.coordinator.deploy.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.ClusterConfig;
import io.slablab.agent.protocol.LinkMessage;
import io.slablab.agent.protocol.LinkMessage.Beat;
import io.slablab.agent.protocol.PulseMessage;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PulseTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "pulse", ManualTime.config().withFallback(ClusterConfig.withoutCluster()));
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Duration BEAT = Duration.ofMillis(900);

  private final TestProbe<LinkMessage> link = KIT.createTestProbe(LinkMessage.class);
  private final LinkedBlockingQueue<Duration> silences = new LinkedBlockingQueue<>();
  private final ActorRef<Pulse.Message> pulse = KIT.spawn(Pulse.create(link.ref(), silences::add));

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void anAgentThatAnswersIsAskedAgain() {
    for (int i = 1; i <= 8; i++) {
      Beat beat = link.expectMessageClass(Beat.class);
      assertThat(beat.number()).isEqualTo(i);
      beat.pulse().tell(new PulseMessage.Alive(beat.number()));
      TIME.timePasses(BEAT);
    }
    assertThat(silences).isEmpty();
  }

  @Test
  void anAgentThatDoesNotAnswerIsGivenUpWithinFiveSeconds() throws InterruptedException {
    Beat answered = link.expectMessageClass(Beat.class);
    answered.pulse().tell(new PulseMessage.Alive(answered.number()));
    Duration passed = Duration.ZERO;
    for (int i = 0; i < 4; i++) {
      TIME.timePasses(BEAT);
      link.expectMessageClass(Beat.class);
      passed = passed.plus(BEAT);
      assertThat(silences).isEmpty();
    }
    TIME.timePasses(BEAT);
    assertThat(silences.poll(3, TimeUnit.SECONDS)).isEqualTo(passed);
    assertThat(passed.plus(BEAT)).isLessThan(Duration.ofSeconds(5));
    KIT.createTestProbe().expectTerminated(pulse);
  }

  @Test
  void anAnswerThatIsLateIsAnAnswer() {
    Beat last = link.expectMessageClass(Beat.class);
    for (int i = 0; i < 3; i++) {
      TIME.timePasses(BEAT);
      last = link.expectMessageClass(Beat.class);
    }
    last.pulse().tell(new PulseMessage.Alive(last.number() - 1));
    for (int i = 0; i < 3; i++) {
      TIME.timePasses(BEAT);
      link.expectMessageClass(Beat.class);
    }
    assertThat(silences).isEmpty();
  }

  @Test
  void whileATrialRunsNothingIsAskedUntilItIsOver() {
    Beat beat = link.expectMessageClass(Beat.class);
    beat.pulse().tell(new PulseMessage.Quiet(Duration.ofMinutes(5).toNanos()));
    TIME.expectNoMessageFor(Duration.ofMinutes(4), link);
    beat.pulse().tell(new PulseMessage.Loud());
    assertThat(link.expectMessageClass(Beat.class).number()).isEqualTo(beat.number() + 1);
    assertThat(silences).isEmpty();
  }

  @Test
  void aTrialWhoseEndIsNeverToldIsNotWaitedForForever() throws InterruptedException {
    Beat beat = link.expectMessageClass(Beat.class);
    beat.pulse().tell(new PulseMessage.Quiet(Duration.ofSeconds(4).toNanos()));
    Duration passed = Duration.ZERO;
    while (silences.poll(10, TimeUnit.MILLISECONDS) == null) {
      TIME.timePasses(BEAT);
      passed = passed.plus(BEAT);
      assertThat(passed).isLessThan(Duration.ofMinutes(2));
    }
    assertThat(passed).isGreaterThan(Duration.ofSeconds(7));
  }

  @Test
  void anAgentThatEndsInOrderIsNotMissed() {
    link.expectMessageClass(Beat.class);
    link.stop();
    KIT.createTestProbe().expectTerminated(pulse);
    assertThat(silences).isEmpty();
  }
}
