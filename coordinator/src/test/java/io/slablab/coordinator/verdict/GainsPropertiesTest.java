package io.slablab.coordinator.verdict;

import static io.slablab.coordinator.verdict.Campaigns.BASE;
import static io.slablab.coordinator.verdict.Campaigns.TREAT;
import static io.slablab.coordinator.verdict.Campaigns.only;
import static io.slablab.coordinator.verdict.Campaigns.the;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must hold for the gains of every campaign, over seeded random ones. */
class GainsPropertiesTest {
  private static final double TIGHT = 1e-9;

  private interface Property {
    void holds(Campaigns campaign, Gains.Row row, String seed);
  }

  private static void forAll(Property property) {
    for (long seed = 1; seed <= 25; seed++) {
      Campaigns campaign = Campaigns.noisy(seed, 5 + (int) (seed % 12), 0.002 * (seed - 12), 0.01);
      property.holds(campaign, only(campaign.data()), "seed " + seed);
    }
  }

  @Test
  void swappingTheBaselineTurnsTheGainRound() {
    forAll((campaign, row, seed) -> {
      CampaignData data = campaign.data();
      CampaignData.Cell cell = data.cells().getFirst();
      CampaignData.Cell swapped =
          new CampaignData.Cell(
              cell.host(),
              cell.id(),
              cell.engine(),
              cell.workload(),
              cell.params(),
              cell.placement(),
              cell.variants(),
              TREAT);
      Gains.Row back =
          only(
              new CampaignData(
                  data.campaign(),
                  data.suite(),
                  data.seed(),
                  data.metrics(),
                  List.of(swapped),
                  data.planned(),
                  data.trials()));
      assertThat(back.variant()).as(seed).isEqualTo(BASE);
      assertThat((1 + the(row.gain())) * (1 + the(back.gain())))
          .as(seed)
          .isCloseTo(1, within(TIGHT));
      assertThat((1 + the(row.low())) * (1 + the(back.high())))
          .as(seed)
          .isCloseTo(1, within(TIGHT));
      assertThat(back.mde()).as(seed).isCloseTo(row.mde(), within(TIGHT));
    });
  }

  @Test
  void intervalsContainTheirGain() {
    forAll((campaign, row, seed) -> {
      assertThat(row.gain()).as(seed).isBetween(row.low(), row.high());
      Gains.Robust robust = the(row.hodgesLehmann());
      assertThat(robust.gain()).as(seed).isBetween(robust.low(), robust.high());
    });
  }

  @Test
  void unitsDoNotMatter() {
    forAll((campaign, row, seed) -> {
      Gains.Row scaled =
          only(
              campaign.data(t ->
                  Campaigns.withIterations(
                      t,
                      t.iterations().stream()
                          .map(i -> Campaigns.iteration(i.opsPerSecond() * 1000))
                          .toList())));
      assertThat(scaled.gain()).as(seed).isCloseTo(row.gain(), within(TIGHT));
      assertThat(scaled.low()).as(seed).isCloseTo(row.low(), within(TIGHT));
      assertThat(scaled.verdict()).as(seed).isEqualTo(row.verdict());
    });
  }

  @Test
  void orderOfTrialFilesDoesNotMatter() {
    forAll((campaign, row, seed) -> {
      CampaignData data = campaign.data();
      List<TrialSummary> shuffled = new ArrayList<>(data.trials());
      Collections.shuffle(shuffled, new Random(42));
      Gains other =
          GainsCalculator.compute(
              new CampaignData(
                  data.campaign(),
                  data.suite(),
                  data.seed(),
                  data.metrics(),
                  data.cells(),
                  data.planned(),
                  shuffled));
      assertThat(GainsFiles.gainsJson(other))
          .as(seed)
          .isEqualTo(GainsFiles.gainsJson(GainsCalculator.compute(data)));
    });
  }

  /** 400 campaigns of 8 blocks: 95 % less three standard errors is 91.7 %. */
  @Test
  void intervalsCoverTheTruth() {
    int covered = 0;
    int wrong = 0;
    for (int seed = 0; seed < 400; seed++) {
      Gains.Row row = only(Campaigns.noisy(1000 + seed, 8, 0.03, 0.02).data());
      covered += the(row.low()) <= 0.03 && 0.03 <= the(row.high()) ? 1 : 0;
      wrong += row.verdict() == Verdict.WORSE ? 1 : 0;
    }
    assertThat(covered).as("seeds 1000..1399").isBetween(367, 393);
    assertThat(wrong).as("a true gain of 3 %% called worse").isZero();
  }
}
