package io.slablab.coordinator.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Which cell needs more blocks. */
class PrecisionTest {
  private static final Precision PRECISION = Precision.of(0.01, 8, 40, "throughput");

  private static Precision.Need need(CampaignData data, int blocks) {
    return PRECISION.of(data.cells().getFirst(), data.trials(), blocks);
  }

  @Test
  void twoNarrowLooksInARowStopACell() {
    assertThat(need(Campaigns.noisy(1, 8, 0.05, 0.002).data(), 8).stop()).isEmpty();
    assertThat(need(Campaigns.noisy(1, 9, 0.05, 0.002).data(), 9).stop()).isEmpty();
    Precision.Need narrow = need(Campaigns.noisy(1, 10, 0.05, 0.002).data(), 10);
    assertThat(narrow.stop()).contains(StopReason.PRECISION);
    assertThat(narrow.halfWidth()).isBetween(0.0005, 0.0099);
  }

  @Test
  void theRatioIsThatOfTheReportedHalfWidth() {
    CampaignData data = Campaigns.noisy(3, 8, 0, 0.03).data();
    Precision.Need need = need(data, 8);
    Gains.Row row =
        GainsCalculator.compute(data, Settings.defaults().withInflation(1.04)).rows().getFirst();
    double halfWidth =
        (Math.log1p(Campaigns.the(row.high())) - Math.log1p(Campaigns.the(row.low()))) / 2;
    assertThat(need.stop()).isEmpty();
    assertThat(need.halfWidth()).isCloseTo(halfWidth, within(1e-9));
    assertThat(need.ratio()).isCloseTo(halfWidth / Math.log1p(0.01), within(1e-9));
  }

  /** The sign decides nothing: a loss of a third is as wide as a gain of a third. */
  @Test
  void aLossIsAsPreciseAsAGain() {
    double gain = need(Campaigns.noisy(3, 8, 0.33, 0.03).data(), 8).ratio();
    double loss = need(Campaigns.noisy(3, 8, -0.33, 0.03).data(), 8).ratio();
    assertThat(gain).isCloseTo(loss, within(1e-6));
  }

  @Test
  void wideAtTheMostBlocksIsAnEnd() {
    assertThat(need(Campaigns.noisy(1, 40, 0, 0.1).data(), 40).stop())
        .contains(StopReason.MOST_BLOCKS);
  }

  @Test
  void blocksThatFailAskForNoMore() {
    Campaigns campaign = new Campaigns(1, "throughput").cell("cell");
    for (int b = 0; b < 8; b++) {
      campaign.trial("cell", b, Campaigns.BASE, Campaigns.steady(1e6 + b));
      campaign.failed("cell", b, Campaigns.TREAT, "exit 137");
    }
    assertThat(need(campaign.data(), 8).stop()).contains(StopReason.FAILURES);
  }

  @Test
  void valuesAtZeroHaveNoWidth() {
    Campaigns campaign = new Campaigns(1, "throughput").cell("cell");
    for (int b = 0; b < 8; b++) {
      campaign.block("cell", b, 1e6, 0);
    }
    assertThat(need(campaign.data(), 8).stop()).contains(StopReason.NO_RATIO);
  }

  @Test
  void anUnknownMetricIsNamed() {
    assertThatThrownBy(() -> Precision.of(0.01, 8, 40, "speed")).hasMessageContaining("speed");
  }
}
