package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final Duration REJOIN = Duration.ofSeconds(30);

  @Test
  void anAbsenceIsReachingBringingStartingWaitingAndStoppingAgainAndAgain() {
    Duration perFailure =
        Duration.ofMinutes(15).plusSeconds(60).plus(REJOIN).plus(Duration.ofSeconds(8));
    assertThat(Deadlines.OVER_SSH.longestAbsence(1)).isEqualTo(perFailure);
    assertThat(Deadlines.OVER_SSH.longestAbsence(3))
        .as("with a pause before the third start")
        .isEqualTo(perFailure.multipliedBy(3).plusSeconds(1));
    assertThat(Deadlines.DEFAULT.longestAbsence(1))
        .as("nothing is brought to this machine")
        .isEqualTo(Duration.ofSeconds(60 + 30 + 4));
  }

  @Test
  void aCampaignIsItsTrialsEachWithAnAbsenceAndTheEndOfItsAgent() {
    Deadlines deadlines = Deadlines.OVER_SSH;
    HostLimits limits = new HostLimits(2, 1);
    Duration trial = Duration.ofSeconds(10 + 3 + 150 + 20 + 300);
    Duration absence = deadlines.longestAbsence(2);
    assertThat(deadlines.longestCampaign(5, 1_000_000_000, 2_000_000_000, limits))
        .isEqualTo(
            trial
                .multipliedBy(2)
                .plus(absence)
                .multipliedBy(5)
                .plus(absence)
                .plusSeconds(3)
                .plusSeconds(8));
  }
}
