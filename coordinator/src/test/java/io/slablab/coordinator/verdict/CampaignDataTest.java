package io.slablab.coordinator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CampaignDataTest {
  private static final CampaignData.Cell CELL =
      new CampaignData.Cell(
          "h",
          "c",
          "threads",
          "exec",
          Map.of(),
          new CampaignData.Placement("compact", 1, "0", "local"),
          List.of("a", "b"),
          "a",
          "a-null");
  private static final CampaignData.Stopping STOPPING =
      new CampaignData.Stopping("throughput", 0.01, List.of());
  private static final CampaignData DATA =
      new CampaignData(
          "camp", "suite", 1, List.of("throughput"), List.of(CELL), List.of(), List.of(), STOPPING);

  /** Else intervals of an adaptive campaign would lose their inflation on the way to a gate. */
  @Test
  void howACampaignStoppedStaysWithItsCopies() {
    assertThat(DATA.withMetrics(List.of("latency-p99")).stopping()).isEqualTo(STOPPING);
    assertThat(DATA.withBaseline("b").stopping()).isEqualTo(STOPPING);
  }

  @Test
  void aNullCellIsTheOldBaselines() {
    CampaignData.Cell other = DATA.withBaseline("b").cells().getFirst();
    assertThat(other.baseline()).isEqualTo("b");
    assertThat(other.control()).isNull();
    assertThat(other.treatments()).containsExactly("a");
  }
}
