package io.slablab.coordinator.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.coordinator.selftest.SyntheticCampaign.Truth;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsCalculator;
import io.slablab.coordinator.verdict.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The self-test on few campaigns; {@code -Dslablab.selftest=true} runs it whole. */
class StatsReplayTest {
  private static final Settings FAST = Settings.defaults().withResamples(1);
  private static final Seeds SEEDS = new Seeds(7);

  @Test
  void intervalsCoverTheTruthUnderEachDisturbance() {
    CoverageChecks coverage = new CoverageChecks(FAST, 1, SEEDS);
    for (Scenario scenario : Scenario.values()) {
      Check check = coverage.check(scenario, 8);
      assertThat(check.result()).as("%s", check).isNotEqualTo(Check.Result.OUTSIDE);
    }
    Check stopped = coverage.stopped();
    assertThat(stopped.result()).as("%s", stopped).isNotEqualTo(Check.Result.OUTSIDE);
  }

  @Test
  void nightsFindLossesAndNothingElse() {
    NightChecks nights = new NightChecks(FAST, 1, SEEDS);
    Check alarms = nights.falseAlarms();
    assertThat(alarms.tries()).isEqualTo(25);
    assertThat(alarms.result()).as("%s", alarms).isNotEqualTo(Check.Result.OUTSIDE);
    Check power = nights.power(0.02, true);
    assertThat(power.result()).as("%s", power).isNotEqualTo(Check.Result.OUTSIDE);
    assertThat(power.hits()).isPositive();
  }

  /** The checks see what they look for: intervals of half the confidence are found out. */
  @Test
  void intervalsThatAreTooNarrowAreOutside() {
    Check check = new CoverageChecks(FAST.withInflation(0.5), 1, SEEDS).check(Scenario.NORMAL, 12);
    assertThat(check.result()).as("%s", check).isEqualTo(Check.Result.OUTSIDE);
  }

  @Test
  void aShareOutsideOfItsBandMayBeChance() {
    assertThat(check(960, 1000).result()).isEqualTo(Check.Result.INSIDE);
    assertThat(check(92, 100).result()).isEqualTo(Check.Result.BY_CHANCE);
    assertThat(check(800, 1000).result()).isEqualTo(Check.Result.OUTSIDE);
    assertThat(check(1000, 1000).result()).isEqualTo(Check.Result.OUTSIDE);
  }

  private static Check check(int hits, int tries) {
    return Check.of(Check.Kind.COVERAGE, "s", 8, hits, tries, 0.93, 0.97);
  }

  /** Blocks have the deviation that was asked for: power at 2 % is power at 2 %. */
  @Test
  void blocksDeviateAsAskedFor() {
    List<Truth> truths = List.of(new Truth(0.1, 4000, Noise.normal(10, 0.02)));
    Gains.Row row =
        GainsCalculator.compute(SyntheticCampaign.of(3, truths), FAST).rows().getFirst();
    assertThat(row.sdLog()).isBetween(0.019, 0.021);
    assertThat(row.gain()).isBetween(0.103, 0.107);
  }

  @Test
  void theSameSeedMakesTheSameTrials() {
    List<Truth> truths = List.of(new Truth(0, 5, Scenario.ALL.noise(0.02)));
    assertThat(SyntheticCampaign.of(1, truths).trials())
        .isEqualTo(SyntheticCampaign.of(1, truths).trials())
        .isNotEqualTo(SyntheticCampaign.of(2, truths).trials());
  }

  @Test
  void theTableHasEveryShare() {
    SelfTestReport report =
        new SelfTestReport(
            SelfTestReport.SCHEMA,
            1,
            1,
            List.of(
                Check.of(Check.Kind.COVERAGE, "normal noise", 5, 190, 200, 0.93, 0.97),
                Check.of(Check.Kind.COVERAGE, CoverageChecks.STOPPED, 0, 100, 200, 0.93, 0.97),
                Check.of(Check.Kind.FALSE_ALARM, "null nights", 0, 0, 25, 0, 0.01),
                Check.of(Check.Kind.POWER, "3 % loss", 0, 5, 10, 0, 1)));
    assertThat(report.kept()).isFalse();
    assertThat(report.text())
        .contains("normal noise", "95.0", "50.0 !", "0 of 25", "at most 1 %", "nothing")
        .contains("A promise is not kept");
    assertThat(report.json()).contains("\"false-alarm\"", "\"outside\"", "\"share\" : 0.95");
  }

  @Test
  @EnabledIfSystemProperty(named = "slablab.selftest", matches = "true")
  void allPromisesAreKept() {
    SelfTestReport report = StatsReplay.run(StatsReplay.CAMPAIGNS, StatsReplay.SEED, _ -> {});
    System.out.println(report.text());
    assertThat(report.kept()).as("%s", report.text()).isTrue();
  }
}
