package io.slablab.coordinator.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.coordinator.stats.Fixture;
import io.slablab.coordinator.verdict.CampaignData.Cell;
import io.slablab.coordinator.verdict.CampaignData.Placement;
import io.slablab.coordinator.verdict.TrialSummary.Iteration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Iterations in, gains and intervals out, against an independent analyser. */
class MiniCampaignTest {
  @Test
  void gainsEqualTheReferenceAnalyser() throws IOException {
    JsonNode expected = Fixture.read("mini-campaign/expected");
    double tolerance = expected.get("tolerance").get("rel").asDouble();
    Gains gains = GainsCalculator.compute(campaign());
    for (JsonNode cell : expected.get("cells")) {
      Gains.Cell actual =
          gains.cells().stream()
              .filter(c -> c.id().equals(cell.get("cell").asText()))
              .findFirst()
              .orElseThrow();
      Gains.Row row = actual.gains().getFirst();
      assertThat(actual.warmup()).extracting("dropped").isEqualTo(cell.get("drop").asInt());
      assertThat(row.blocks()).isEqualTo(cell.get("n").asInt());
      assertThat(row.gain()).isCloseTo(cell.get("gain").asDouble(), within(tolerance));
      assertThat(row.low()).isCloseTo(cell.get("ci_low").asDouble(), within(tolerance));
      assertThat(row.high()).isCloseTo(cell.get("ci_high").asDouble(), within(tolerance));
    }
    assertThat(gains.cells()).hasSize(expected.get("cells").size());
  }

  private static CampaignData campaign() throws IOException {
    Map<String, List<Iteration>> iterations = new LinkedHashMap<>();
    Map<String, String[]> heads = new LinkedHashMap<>();
    for (String[] f : rows("trials.csv")) {
      String id = f[1] + "/" + f[2] + "/" + f[4];
      heads.putIfAbsent(id, f);
      // Ten seconds each, so that the values' one decimal gives whole operations.
      iterations
          .computeIfAbsent(id, _ -> new ArrayList<>())
          .add(
              new Iteration(
                  10_000_000_000L,
                  Math.round(Double.parseDouble(f[6]) * 10),
                  null,
                  null,
                  null,
                  null));
    }
    List<TrialSummary> trials = new ArrayList<>();
    iterations.forEach((id, list) -> {
      String[] f = heads.getOrDefault(id, new String[0]);
      trials.add(
          new TrialSummary(
              id,
              "h0",
              f[1],
              Integer.parseInt(f[2]),
              Integer.parseInt(f[3]),
              f[4],
              f[4],
              true,
              null,
              list,
              null,
              null,
              null,
              null,
              List.of()));
    });
    List<Cell> cells = new ArrayList<>();
    for (String[] f : rows("cells.csv")) {
      cells.add(
          new Cell(
              f[1],
              f[0],
              "threads",
              "imported",
              Map.of(),
              new Placement("compact", Integer.parseInt(f[2]), "", "local"),
              List.of("base", "treat"),
              "base"));
    }
    return new CampaignData("cov", "mini", 1, List.of("throughput"), cells, List.of(), trials);
  }

  private static List<String[]> rows(String file) throws IOException {
    try (InputStream in =
        MiniCampaignTest.class.getResourceAsStream("/statistics/mini-campaign/" + file)) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .toList();
    }
  }
}
