package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlanJson;
import io.slablab.coordinator.plan.PlannedTrial;
import io.slablab.coordinator.schedule.HostLimits;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run directory of 100 000 trials whose coordinator was killed. */
class LargeRunTest {
  private static final int BLOCKS = 5_000;
  private static final String SUITE =
      """
      slablab: 1
      name: large
      workloads: [%s]
      variants: [baseline, ctor-dtor]
      baseline: baseline
      placements: {cores: [1]}
      design: {blocks: {min: %d, max: %d}}
      trial: {warmup: 100ms, measure: 200ms, interval: 100ms}
      """
          .formatted(
              IntStream.rangeClosed(1, 10)
                  .mapToObj(live -> "{exec: {live: " + live + "}}")
                  .collect(Collectors.joining(", ")),
              BLOCKS,
              BLOCKS);
  private static final String INVENTORY = "all: {hosts: {h: {ansible_connection: local}}}\n";

  @TempDir Path folder;

  @Test
  void isReadyToGoOnInSeconds() throws Exception {
    RunDirectory run = new RunDirectory(folder.resolve("run"));
    run.create();
    List<PlannedTrial> trials = write(run);
    Instant start = Instant.now();
    StoredCampaign stored = StoredCampaign.load(run.root());
    CampaignProgress progress = CampaignProgress.replay(run.journal());
    CampaignLaunch launch = stored.launch(1, HostLimits.DEFAULT);
    RunStatus status = RunStatus.of(stored, progress, Optional.empty(), start);
    Duration took = Duration.between(start, Instant.now());
    assertThat(trials).hasSize(100_000);
    assertThat(launch.orders().get("h")).hasSize(trials.size());
    assertThat(status.done()).isEqualTo(trials.size() - 1);
    assertThat(status.hosts().getFirst().missing()).containsExactly(trials.getLast().id());
    assertThat(took).as("seconds, not minutes").isLessThan(Duration.ofSeconds(20));
  }

  private List<PlannedTrial> write(RunDirectory run) throws IOException, UserError {
    SuiteOptions options = new SuiteOptions();
    options.suite = Files.writeString(folder.resolve("s.yaml"), SUITE);
    options.inventory = Files.writeString(folder.resolve("i.yaml"), INVENTORY);
    Plan plan = CampaignInput.load(options).plan();
    String planText = PlanJson.text(plan);
    Files.writeString(run.suite(), SUITE);
    Files.writeString(run.inventory(), INVENTORY);
    Files.writeString(run.plan(), planText);
    new Manifest(
            Manifest.SCHEMA,
            "1",
            "c-1",
            "large",
            null,
            1,
            "2026-01-02T03:04:05Z",
            Map.of(),
            Map.of(
                "suite.yaml", Manifest.digest(SUITE),
                "inventory.yaml", Manifest.digest(INVENTORY),
                "plan.json", Manifest.digest(planText)))
        .write(run.manifest());
    List<PlannedTrial> trials = plan.hosts().getFirst().trials();
    journal(run.journal(), trials);
    return trials;
  }

  /** All but the last trial are done; the last line is torn. */
  private static void journal(Path file, List<PlannedTrial> trials) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      String at = "{\"at\":\"2026-01-02T03:04:05Z\",\"type\":";
      out.write(
          at
              + "\"campaign-started\",\"campaign\":\"c-1\",\"suite\":\"large\",\"seed\":1,\"trials\":1}\n");
      for (PlannedTrial trial : trials.subList(0, trials.size() - 1)) {
        String id = "\"trial\":\"" + trial.id() + "\",\"host\":\"h\"";
        out.write(at + "\"trial-started\"," + id + "}\n");
        out.write(
            at
                + "\"trial-done\","
                + id
                + ",\"directory\":\"d\",\"opsPerSecond\":1.0,\"digest\":\"ab\"}\n");
      }
      out.write(at + "\"trial-sta");
    }
  }
}
