package io.slablab.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.e2e.LabHosts.Inhabitant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A campaign over hosts of a lab: two blocks of two variants on each, measured for three seconds.
 * Threads: one.
 */
final class LabCampaign implements AutoCloseable {
  static final String TRIAL = "org.openjdk.jmh.runner.ForkedMain";
  static final String AGENT = "io.slablab.agent.AgentMain";

  /** A thread that a trial has in its measured window only. */
  private static final String WATCH = "pause-watch";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** All hosts of the lab measure on the same CPUs, so that none is asked to be quiet. */
  private static final String SUITE =
      """
      slablab: 1
      name: lab-faults
      workloads:
        - {exec: {rest: none}}
      variants: [baseline, ctor-dtor]
      baseline: baseline
      placements: {cores: [1]}
      design: {blocks: {min: 2, max: 2}, seed: 42}
      trial: {warmup: 100ms, measure: 3s, interval: 500ms}
      metrics: [throughput]
      contract: {steal: 100%, foreign: 100%, reruns: 2}
      """;

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int POLL_MS = 20;

  private final Path folder;
  private final Path run;
  private Slablab process;

  private LabCampaign(Path folder, Path run, Slablab process) {
    this.folder = folder;
    this.run = run;
    this.process = process;
  }

  /**
   * @param folder working directory; holds the state of the user, so that campaigns of one folder
   *     share an authority
   * @param run its run directory, absent so far
   * @param hosts pattern
   */
  static LabCampaign start(Path folder, Path run, String inventory, String hosts)
      throws IOException {
    Path suite = Files.writeString(folder.resolve("lab-faults.yaml"), SUITE);
    Path hostsFile =
        Files.writeString(Files.createTempFile(folder, "inventory", ".yaml"), inventory);
    return new LabCampaign(
        folder,
        run,
        Slablab.start(
            folder,
            "run",
            suite.toString(),
            "-i",
            hostsFile.toString(),
            "--hosts",
            hosts,
            "--out",
            run.toString()));
  }

  Path run() {
    return run;
  }

  Slablab.Result end() throws IOException, InterruptedException {
    return process.waitFor(PATIENCE);
  }

  void kill9() throws IOException, InterruptedException {
    process.kill9();
    process.waitFor(PATIENCE);
  }

  /** Another coordinator goes on. */
  LabCampaign resume() throws IOException {
    process.close();
    process = Slablab.start(folder, "resume", run.toString());
    return this;
  }

  CampaignJournal journal() throws IOException {
    return CampaignJournal.read(run);
  }

  String log() throws IOException {
    Path log = run.resolve("coordinator.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** Where this coordinator listens, as {@code HOST:PORT}. */
  String address() throws IOException {
    return JSON.readTree(run.resolve("manifest.json").toFile())
        .path("overrides")
        .path("--listen")
        .asText();
  }

  /** Waits for an agent on a host. */
  Inhabitant awaitAgent(LabHosts lab, String host, long otherThan) throws Exception {
    return await(
        "another agent than " + otherThan + " on " + host,
        () -> lab.process(host, AGENT).filter(agent -> agent.pid() != otherThan));
  }

  /** Waits for a trial on a host that is being measured. */
  Inhabitant awaitWindow(LabHosts lab, String host) throws Exception {
    return await(
        "a trial that is measured on " + host,
        () -> lab.process(host, TRIAL).filter(trial -> threads(trial).contains(WATCH)));
  }

  private static List<String> threads(Inhabitant process) {
    List<String> names = new ArrayList<>();
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    try (var all = Files.newDirectoryStream(tasks)) {
      for (Path task : all) {
        names.add(Files.readString(task.resolve("comm")).strip());
      }
    } catch (IOException _) {
      // gone meanwhile
    }
    return names;
  }

  interface Look<T> {
    Optional<T> at() throws Exception;
  }

  /** Waits until a look finds something; fails when the campaign ends before. */
  <T> T await(String what, Look<T> look) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(deadline)) {
      boolean over = process.isOver();
      Optional<T> found = look.at();
      if (found.isPresent()) {
        return found.get();
      }
      if (over) {
        throw new AssertionError(what + " never came; the campaign ended: " + end().stderr());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    throw new AssertionError("not within " + PATIENCE + ": " + what);
  }

  @Override
  public void close() {
    process.close();
  }
}
