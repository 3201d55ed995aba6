package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.e2e.LabHosts.Inhabitant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dies while a campaign runs over a lab: nothing is lost, doubled or left behind. */
class LabFaultsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUITE =
      Path.of("..", "suites", "lab-smoke.yaml").toAbsolutePath().normalize().toString();
  private static final String TRIAL = "org.openjdk.jmh.runner.ForkedMain";
  private static final String AGENT = "io.slablab.agent.AgentMain";

  /** Two blocks of two variants. */
  private static final int TRIALS_PER_HOST = 4;

  @TempDir Path folder;

  private Slablab start(LabHosts lab, Path run) throws IOException {
    Path inventory = Files.writeString(folder.resolve("inventory.yaml"), lab.inventory("{}"));
    return Slablab.start(
        folder,
        "run",
        SUITE,
        "-i",
        inventory.toString(),
        "--out",
        run.toString(),
        "-P",
        "trial.measure=1s");
  }

  private static void awaitTrial(LabHosts lab, String host) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (lab.process(host, TRIAL).isPresent()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("no trial on " + host + " within a minute");
  }

  /** All at once; one by one they are rows of the fault matrix. */
  @Test
  @Tag("lab")
  void anAgentIsKilledALinkIsCutAndAHostGoesDown() throws Exception {
    Path run = folder.resolve("run");
    try (LabHosts lab = LabHosts.up(folder.resolve("lab"), 3);
        Slablab running = start(lab, run)) {
      awaitTrial(lab, "h1");
      Optional<Inhabitant> agent = lab.process("h1", AGENT);
      assertThat(agent).isPresent();
      agent.ifPresent(LabHosts::kill9);
      awaitTrial(lab, "h2");
      lab.cut("h2");
      awaitTrial(lab, "h3");
      lab.crash("h3");
      lab.boot("h3");
      TimeUnit.SECONDS.sleep(6);
      lab.join("h2");
      Slablab.Result result = running.waitFor(Duration.ofMinutes(4));
      assertThat(result.exitCode()).as(result.stderr()).isIn(0, 5);
      checkRecords(run, 3);
      checkEmpty(lab, 3);
    }
  }

  @Test
  void aKilledCoordinatorsRunIsResumed() throws Exception {
    Path run = folder.resolve("run");
    try (LabHosts lab = LabHosts.up(folder.resolve("lab"), 2)) {
      try (Slablab running = start(lab, run)) {
        awaitTrial(lab, "h1");
        running.kill9();
      }
      assertThat(lab.process("h1", AGENT)).as("it waits for a coordinator").isPresent();
      Slablab.Result result = Slablab.run(folder, "resume", run.toString());
      assertThat(result.exitCode()).as(result.stderr()).isZero();
      checkRecords(run, 2);
      checkEmpty(lab, 2);
    }
  }

  /** Every trial has exactly one record that ends it. */
  private static void checkRecords(Path run, int hosts) throws IOException {
    List<String> ended = new ArrayList<>();
    JsonNode last = JSON.createObjectNode();
    for (String line : Files.readAllLines(run.resolve("journal.jsonl"))) {
      last = JSON.readTree(line);
      if (List.of("trial-done", "trial-failed").contains(last.path("type").asText())) {
        ended.add(last.path("trial").asText());
      }
    }
    assertThat(new HashSet<>(ended)).hasSize(hosts * TRIALS_PER_HOST).hasSameSizeAs(ended);
    assertThat(last.path("missing").asInt(-1)).isZero();
    assertThat(last.path("done").asInt() + last.path("failed").asInt())
        .isEqualTo(hosts * TRIALS_PER_HOST);
  }

  private static void checkEmpty(LabHosts lab, int hosts) throws Exception {
    for (int i = 1; i <= hosts; i++) {
      assertThat(lab.processes("h" + i)).as("left on h" + i).isEmpty();
    }
  }
}
