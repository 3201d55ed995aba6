package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole campaigns on this machine: coordinator, agent and trials are real processes. */
class CampaignIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a forked trial's command line holds. */
  private static final String TRIAL = "org.openjdk.jmh.runner.ForkedMain";

  private static final String AGENT = "io.slablab.agent.AgentMain";

  @TempDir Path folder;
  private Path suite;
  private Path run;

  @BeforeEach
  void writeSuite() throws IOException {
    suite = suite("exec", 2, "300ms");
    run = folder.resolve("run");
  }

  @Test
  void aCampaignEndsWithATableACompleteRunDirectoryAndAnIndexEntry() throws Exception {
    String store = "--store=sqlite:" + folder.resolve("index.db");
    Slablab.Result result =
        Slablab.run(folder, "run", suite.toString(), "--out", run.toString(), "--label=v1", store);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(result.stdout()).contains("exec", "ctor-dtor");
    assertRunDirectoryIsComplete();
    assertIndexed(store);
  }

  private void assertRunDirectoryIsComplete() throws IOException {
    for (String file :
        List.of(
            "manifest.json",
            "suite.yaml",
            "inventory.yaml",
            "plan.json",
            "journal.jsonl",
            "gains.json",
            "gains.csv",
            "verdict.json",
            "report.html",
            "hosts/localhost/topology.json",
            "hosts/localhost/conditions.json",
            "hosts/localhost/agent.log")) {
      assertThat(run.resolve(file)).exists();
    }
    assertThat(lastJournalRecord().path("outcome").asText()).isEqualTo("done");
    assertThat(trialFiles("trial.json")).hasSize(4);
    for (String file : List.of("locks.json", "allocator.json", "jmh.json")) {
      assertThat(trialFiles(file)).hasSize(4);
    }
    assertThat(trialFiles(".hlog")).hasSize(4);
    assertThat(JSON.readTree(run.resolve("gains.json").toFile()).path("cells")).hasSize(1);
  }

  private void assertIndexed(String store) throws Exception {
    JsonNode point =
        JSON.readTree(Slablab.run(folder, "history", "e2e", "--json", store).stdout()).path(0);
    assertThat(point.path("label").asText()).isEqualTo("v1");
    assertThat(point.path("hostKey").asText()).hasSize(12);
    assertThat(point.path("metric").asText()).isEqualTo("throughput");
    assertThat(Slablab.run(folder, "show", "v1", store).stdout()).contains("(v1)");
  }

  @Test
  void aKilledTrialIsAFailedTrialAndTheCampaignGoesOn() throws Exception {
    try (Slablab running = start()) {
      Slablab.kill9(running.awaitDescendant(TRIAL));
      Slablab.Result result = running.waitFor(Duration.ofMinutes(2));
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(5);
    }
    JsonNode end = lastJournalRecord();
    assertThat(end.path("failed").asInt()).isEqualTo(1);
    assertThat(end.path("done").asInt()).isEqualTo(3);
    assertThat(Files.readString(run.resolve("journal.jsonl"))).contains("trial-failed");
  }

  @Test
  void aKilledAgentIsStartedAgain() throws Exception {
    try (Slablab running = start()) {
      running.awaitDescendant(TRIAL);
      ProcessHandle agent = running.awaitDescendant(AGENT);
      List<ProcessHandle> trials = agent.descendants().toList();
      Slablab.kill9(agent);
      Slablab.await(
          Duration.ofSeconds(5),
          "its trial is gone",
          () -> trials.stream().noneMatch(ProcessHandle::isAlive));
      Slablab.Result result = running.waitFor(Duration.ofMinutes(2));
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(5);
      assertThat(result.stderr()).contains("killed by signal 9");
    }
    assertThat(trialFiles("trial.json")).as("the failed one too").hasSize(4);
    assertThat(run.resolve("hosts/localhost/.scratch")).doesNotExist();
    assertThat(lastJournalRecord().path("done").asInt()).isEqualTo(3);
  }

  @Test
  void ctrlCEndsEverythingWithinFiveSeconds() throws Exception {
    try (Slablab running = start()) {
      running.awaitDescendant(TRIAL);
      List<ProcessHandle> family = running.descendants();
      running.interrupt();
      Slablab.Result result = running.waitFor(Duration.ofSeconds(5));
      assertThat(result.exitCode()).as(result.stderr()).isEqualTo(130);
      assertThat(family).noneMatch(ProcessHandle::isAlive);
    }
    assertThat(lastJournalRecord().path("outcome").asText()).isEqualTo("interrupted");
    try (Stream<Path> unfinished = Files.list(run.resolve("trials"))) {
      assertThat(unfinished.filter(path -> path.getFileName().toString().startsWith(".")))
          .isEmpty();
    }
  }

  @Test
  void aKilledCoordinatorTakesAgentAndTrialWithIt() throws Exception {
    try (Slablab running = start()) {
      running.awaitDescendant(TRIAL);
      List<ProcessHandle> family = running.descendants();
      running.kill9();
      Slablab.await(
          Duration.ofSeconds(5),
          "agent and trial are gone",
          () -> family.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void aKilledCoordinatorsCampaignIsResumedWithTheSamePlan() throws Exception {
    suite = suite("exec", 2, "2s");
    try (Slablab running =
        Slablab.start(folder, "run", suite.toString(), "--out", run.toString())) {
      running.awaitDescendant(TRIAL);
      assertThat(Slablab.run(folder, "status", run.toString()).stdout())
          .contains("running, process", "of 4 recorded", "localhost: ready");
      Slablab.Result second = Slablab.run(folder, "resume", run.toString());
      assertThat(second.exitCode()).isEqualTo(5);
      assertThat(second.stderr()).contains("a coordinator is at work here");
      Slablab.await(
          Duration.ofMinutes(1), "a trial is done", () -> journal().contains("trial-done"));
      running.awaitDescendant(TRIAL);
      List<ProcessHandle> family = running.descendants();
      running.kill9();
      Slablab.await(
          Duration.ofSeconds(5),
          "agent and trial are gone",
          () -> family.stream().noneMatch(ProcessHandle::isAlive));
    }
    String plan = Files.readString(run.resolve("plan.json"));
    Files.writeString(suite, "changed since");
    Files.writeString(run.resolve("journal.jsonl"), "{\"at\":\"to", StandardOpenOption.APPEND);
    assertThat(Slablab.run(folder, "status", run.toString()).stdout()).contains("died", "resume");
    Slablab.Result resumed = Slablab.run(folder, "resume", run.toString());
    assertThat(resumed.exitCode()).as(resumed.stderr()).isZero();
    assertThat(Files.readString(run.resolve("plan.json"))).isEqualTo(plan);
    assertThat(count("\"trial-done\"")).isEqualTo(4);
    assertThat(count("\"trial-started\"")).as("one is repeated at most").isBetween(4L, 5L);
    assertThat(trialFiles("trial.json")).hasSize(4);
    assertThat(run.resolve("hosts/localhost/.agent")).doesNotExist();
    assertThat(lastJournalRecord().path("outcome").asText()).isEqualTo("done");
  }

  @Test
  void aCampaignIsStoppedFromAnotherTerminalAndGoesOnLater() throws Exception {
    String store = "--store=sqlite:" + folder.resolve("index.db");
    try (Slablab running = start(store)) {
      running.awaitDescendant(TRIAL);
      assertThat(Slablab.run(folder, "status").stdout()).contains(run.getFileName().toString());
      Slablab.Result stop = Slablab.run(folder, "stop", run.toString());
      assertThat(stop.exitCode()).as(stop.stderr()).isZero();
      running.waitFor(Duration.ofSeconds(5));
    }
    assertThat(lastJournalRecord().path("outcome").asText()).isEqualTo("interrupted");
    assertThat(outcomes(store)).containsExactly("interrupted");
    assertThat(Slablab.run(folder, "stop", run.toString()).stderr()).contains("no coordinator");
    Slablab.Result resumed = Slablab.run(folder, "resume", run.toString(), store);
    assertThat(resumed.exitCode()).as(resumed.stderr()).isZero();
    assertThat(count("\"trial-done\"")).isEqualTo(4);
    assertThat(outcomes(store)).containsExactly("done");
  }

  /** What the index says of all runs that it has. */
  private List<String> outcomes(String store) throws Exception {
    List<String> outcomes = new ArrayList<>();
    JSON.readTree(Slablab.run(folder, "campaigns", "--json", store).stdout())
        .forEach(campaign -> outcomes.add(campaign.path("outcome").asText()));
    return outcomes;
  }

  private long count(String word) {
    return journal().lines().filter(line -> line.contains(word)).count();
  }

  private String journal() {
    try {
      return Files.readString(run.resolve("journal.jsonl"));
    } catch (IOException _) {
      return "";
    }
  }

  @Test
  void theSameSeedGivesTheSamePlan() throws Exception {
    Slablab.Result first = Slablab.run(folder, "plan", suite.toString(), "--json");
    Slablab.Result second = Slablab.run(folder, "plan", suite.toString(), "--json");
    assertThat(first.exitCode()).as(first.stderr()).isZero();
    assertThat(first.stdout()).isNotBlank().isEqualTo(second.stdout());
    Slablab.Result other = Slablab.run(folder, "plan", suite.toString(), "--json", "--seed", "43");
    assertThat(other.stdout()).isNotEqualTo(first.stdout());
  }

  /** Every machine fails some check; which, it says itself. */
  @Test
  void aHostThatBreaksTheContractEndsTheRunBeforeAnythingIsMeasured() throws Exception {
    JsonNode doctor = JSON.readTree(Slablab.run(folder, "doctor", "--json").stdout());
    String broken = "";
    for (JsonNode finding : doctor.path("checks")) {
      if (!finding.path("verdict").asText().equals("ok")
          && !finding.path("check").asText().equals("load")) {
        broken = finding.path("check").asText();
      }
    }
    Assumptions.assumeFalse(broken.isEmpty(), "a machine without any noise");
    Files.writeString(
        suite, Files.readString(suite).replaceAll("contract:.*", "contract: [" + broken + "]"));
    Slablab.Result result = Slablab.run(folder, "run", suite.toString(), "--out", run.toString());
    assertThat(result.exitCode()).as(result.stderr()).isEqualTo(6);
    assertThat(result.stderr()).contains("nothing was measured", "host localhost: " + broken);
    assertThat(run).doesNotExist();
  }

  @Test
  void aBrokenSuiteStartsAndWritesNothing() throws Exception {
    Files.writeString(suite, "slablab: 1\nname: x\nvariant: [baseline]\n");
    Slablab.Result result = Slablab.run(folder, "run", suite.toString(), "--out", run.toString());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.stderr()).contains(":3:1:", "did you mean 'variants'");
    assertThat(run).doesNotExist();
  }

  /** A trial takes a second or two beside its window, so that whoever sees it may kill it. */
  private Slablab start(String... more) throws IOException {
    suite = suite("exec", 2, "1s");
    List<String> arguments =
        new ArrayList<>(List.of("run", suite.toString(), "--out", run.toString()));
    arguments.addAll(List.of(more));
    return Slablab.start(folder, arguments.toArray(String[]::new));
  }

  private Path suite(String workload, int blocks, String measure) throws IOException {
    return Files.writeString(
        folder.resolve("suite.yaml"),
        """
        slablab: 1
        name: e2e
        hosts: all
        engine: threads
        workloads:
          - {%s: {rest: none}}
        variants: [baseline, ctor-dtor]
        baseline: baseline
        placements: {layout: [compact], cores: [1], memory: [local]}
        design: {blocks: {min: %d, max: %d}, seed: 42}
        trial: {warmup: 100ms, measure: %s, interval: 100ms}
        metrics: [throughput]
        contract: {steal: 100%%, foreign: 100%%, reruns: 2}
        """
            .formatted(workload, blocks, blocks, measure));
  }

  private JsonNode lastJournalRecord() throws IOException {
    return JSON.readTree(Files.readAllLines(run.resolve("journal.jsonl")).getLast());
  }

  private List<Path> trialFiles(String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(run.resolve("trials"))) {
      return files.filter(path -> path.getFileName().toString().endsWith(suffix)).toList();
    }
  }
}
