package io.slablab.coordinator.verdict;

import static io.slablab.coordinator.verdict.Campaigns.the;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Cells in which the baseline runs twice per block. */
class NullCellsTest {
  private static final String TWIN = "baseline-null";

  /** Cells c0, c1, .. of 8 blocks, all of them null cells. */
  private static CampaignData data(int cells, double gain, double twinGain) {
    SplittableRandom random = new SplittableRandom(5);
    Campaigns campaign = new Campaigns(5, "throughput");
    for (int c = 0; c < cells; c++) {
      String cell = "c" + c;
      campaign.cell(cell);
      for (int block = 0; block < 8; block++) {
        double base = 1e6 * Math.exp(0.01 * random.nextGaussian());
        double twin = 1e6 * (1 + twinGain) * Math.exp(0.01 * random.nextGaussian());
        campaign
            .block(cell, block, base, base * (1 + gain) * Math.exp(0.01 * random.nextGaussian()))
            .trial(cell, block, TWIN, Campaigns.steady(twin));
      }
    }
    CampaignData data = campaign.data();
    return new CampaignData(
        data.campaign(),
        data.suite(),
        data.seed(),
        data.metrics(),
        data.cells().stream().map(NullCellsTest::withControl).toList(),
        data.planned(),
        data.trials());
  }

  private static CampaignData.Cell withControl(CampaignData.Cell c) {
    return new CampaignData.Cell(
        c.host(),
        c.id(),
        c.engine(),
        c.workload(),
        c.params(),
        c.placement(),
        c.variants(),
        c.baseline(),
        TWIN);
  }

  @Test
  void twinsAreCountedAndAreInNoFamilyOfTreatments() {
    Gains gains = GainsCalculator.compute(data(3, 0.05, 0));
    assertThat(gains.rows()).hasSize(3).allMatch(row -> row.variant().equals(Campaigns.TREAT));
    assertThat(gains.families().getFirst().hypotheses()).isEqualTo(3);
    assertThat(gains.overall()).hasSize(1);
    for (Gains.Cell cell : gains.cells()) {
      assertThat(cell.controls()).hasSize(1);
      assertThat(cell.controls().getFirst().variant()).isEqualTo(TWIN);
      assertThat(cell.controls().getFirst().aa()).isTrue();
      assertThat(cell.controls().getFirst().blocks()).isEqualTo(8);
      assertThat(cell.trials().done()).isEqualTo(24);
    }
    assertThat(gains.notes().getFirst())
        .startsWith("A/A control: ")
        .contains(" of 3 intervals of a design against itself exclude 0");
    assertThat(gains.notes().getLast())
        .startsWith(
            "Null cells: in 3 cells the baseline ran against itself and differed by up to ");
  }

  /** What twins do moves nothing of the treatments'. */
  @Test
  void verdictsAreAsWithoutTwins() {
    CampaignData data = data(3, 0.012, 0.2);
    List<Gains.Row> rows = GainsCalculator.compute(data).rows();
    CampaignData without =
        new CampaignData(
            data.campaign(),
            data.suite(),
            data.seed(),
            data.metrics(),
            data.cells().stream()
                .map(c ->
                    new CampaignData.Cell(
                        c.host(),
                        c.id(),
                        c.engine(),
                        c.workload(),
                        c.params(),
                        c.placement(),
                        c.variants(),
                        c.baseline()))
                .toList(),
            data.planned(),
            data.trials());
    assertThat(rows).isEqualTo(GainsCalculator.compute(without).rows());
  }

  @Test
  void twinsThatDifferMakeTheCampaignSuspect() {
    Gains gains = GainsCalculator.compute(data(4, 0, 0.2));
    assertThat(gains.notes().getFirst()).contains("4 of 4", "AA_SUSPECT");
    assertThat(gains.notes().getLast()).contains("in throughput");
    assertThat(the(gains.cells().getFirst().controls().getFirst().gain())).isBetween(0.15, 0.25);
  }

  @Test
  void gainsJsonKeepsThemAndOneWithoutThemIsRead() throws JsonProcessingException {
    Gains gains = GainsCalculator.compute(data(1, 0, 0));
    String json = GainsFiles.gainsJson(gains);
    assertThat(GainsFiles.readGains(json)).isEqualTo(gains);
    String old = json.replace("\"controls\"", "\"unknown\"");
    assertThat(GainsFiles.readGains(old).cells().getFirst().controls()).isEmpty();
  }
}
