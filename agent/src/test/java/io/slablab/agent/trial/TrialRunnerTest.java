package io.slablab.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.placement.Affinity;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.RecordedMachines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real forks of a tiny workload. */
class TrialRunnerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;

  private final TrialRunner runner = new TrialRunner();
  private final List<Double> progress = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  private static TrialOrder order(List<Integer> cpus, Map<String, String> params) {
    return order(cpus, params, 600);
  }

  private static TrialOrder order(List<Integer> cpus, Map<String, String> params, int measureMs) {
    return order(cpus, params, 400, measureMs);
  }

  private static TrialOrder order(
      List<Integer> cpus, Map<String, String> params, int warmupMs, int measureMs) {
    return new TrialOrder(
        "here/spin-1c/0-base",
        "here",
        "spin-1c",
        0,
        1,
        "base",
        "baseline",
        false,
        "spin",
        params,
        "compact",
        cpus,
        "local",
        TimeUnit.MILLISECONDS.toNanos(warmupMs),
        TimeUnit.MILLISECONDS.toNanos(measureMs),
        TimeUnit.MILLISECONDS.toNanos(200),
        42,
        true);
  }

  private TrialOutcome run(TrialOrder order) {
    return runner.run(
        order,
        dir,
        new TrialProgress() {
          @Override
          public void intervalDone(int interval, double opsPerSecond) {
            told.add("interval " + interval);
            progress.add(opsPerSecond);
          }

          @Override
          public void windowOpens() {
            told.add("window opens");
          }

          @Override
          public void windowCloses() {
            told.add("window closes");
          }
        });
  }

  private JsonNode trial() throws IOException {
    return JSON.readTree(dir.resolve("trial.json").toFile());
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .isSubsetOf(
              "trial.json",
              "latency.hlog",
              "jmh.json",
              "locks.json",
              "allocator.json",
              "stdout.txt",
              "stderr.txt");
    }
  }

  @Test
  void trialOnAllCpusLeavesItsFiles() throws IOException {
    List<Integer> cpus = Affinity.granted().toList();
    TrialOutcome outcome = run(order(cpus, Map.of("rounds", "100")));

    assertThat(outcome).isInstanceOf(TrialOutcome.Done.class);
    JsonNode trial = trial();
    assertThat(trial.path("status").asText()).isEqualTo("done");
    assertThat(trial.path("reason").isNull()).isTrue();
    assertThat(JSON.convertValue(trial.path("workerCpus"), int[].class))
        .containsExactly(cpus.stream().mapToInt(cpu -> cpu).toArray());
    assertThat(trial.path("threads").asInt()).isEqualTo(cpus.size());
    assertThat(trial.path("iterations")).hasSize(3);
    assertThat(told)
        .containsExactly("window opens", "interval 1", "interval 2", "interval 3", "window closes");
    double mean = 0;
    long lastStartNs = 0;
    long afterMultipleNs = Long.MAX_VALUE;
    for (JsonNode interval : trial.path("iterations")) {
      double opsPerSecond = interval.path("opsPerSecond").asDouble();
      mean += opsPerSecond / 3;
      assertThat(interval.path("ops").asLong()).isPositive();
      assertThat(interval.path("ops").asLong() / (interval.path("durationNs").asLong() / 1e9))
          .isCloseTo(opsPerSecond, within(opsPerSecond * 1e-6));
      afterMultipleNs = Math.min(afterMultipleNs, interval.path("startNs").asLong() % 200_000_000L);
      assertThat(interval.path("startNs").asLong()).isGreaterThan(lastStartNs);
      lastStartNs = interval.path("startNs").asLong();
      assertThat(interval.path("gcCount").asInt()).isZero();
      assertThat(interval.path("allocatedBytesPerOp").asDouble()).isLessThan(0.1);
      assertThat(interval.path("userNs").asLong()).isPositive();
    }
    assertThat(afterMultipleNs)
        .as("starts at multiples of the interval, unless a busy scheduler is late each time")
        .isLessThan(60_000_000L);
    assertThat(((TrialOutcome.Done) outcome).opsPerSecond()).isCloseTo(mean, within(mean * 1e-9));
    assertThat(trial.path("recording").path("mode").asText()).isEqualTo("sampled");
    assertThat(trial.path("recording").path("biasAt500ns").asDouble()).isBetween(1e-4, 0.011);
    assertThat(trial.path("evidence").path("contextSwitches").asLong()).isPositive();
    assertThat(trial.path("evidence").path("stealShare").isNumber()).isTrue();
    assertThat(trial.path("evidence").path("longestPauseNs").asLong(-1)).isNotNegative();
    JsonNode machine = trial.path("evidence").path("machine");
    for (String count : List.of("migrations", "thermalThrottles", "quotaThrottles", "agentNs")) {
      assertThat(machine.path(count).isNumber() || machine.path("absent").has(count))
          .as(count + " is told, or why it is not: " + machine)
          .isTrue();
    }
    assertThat(trial.path("agentCollections").isInt()).isTrue();
    assertThat(trial.path("warnings").toString())
        .as("a busy machine may disturb, garbage may not")
        .doesNotContain("garbage");
    assertLatencies(trial);
    assertThat(JSON.readTree(dir.resolve("jmh.json").toFile()).get(0).path("params").path("cores"))
        .hasToString("\"" + cpus.size() + "\"");
    assertThat(JSON.readTree(dir.resolve("locks.json").toFile()))
        .hasToString(
            "{\"schema\":\"slablab/locks/1\",\"locks\":[{\"name\":\"pcpu_lock\",\"acquired\":10,"
                + "\"contended\":2,\"stolen\":0,\"totalWaitNs\":300,\"avgWaitNs\":150.0,"
                + "\"minWaitNs\":100,\"maxWaitNs\":200}]}");
  }

  @Test
  void aForkThatStoodStillSaysForHowLong() throws IOException {
    TrialOutcome outcome =
        run(order(List.of(Affinity.granted().first()), Map.of("mode", "freeze"), 0, 600));

    assertThat(outcome).isInstanceOf(TrialOutcome.Done.class);
    JsonNode evidence = trial().path("evidence");
    assertThat(evidence.path("longestPauseNs").asLong())
        .as("a second, less a tick")
        .isGreaterThanOrEqualTo(1_000_000_000 - PauseWatch.TICK_NS);
    assertThat(evidence.path("longestPauseShare").asDouble()).isBetween(0.05, 1.0);
    assertThat(trial().path("warnings").toString()).contains("stood still for more than 250 ms");
  }

  private void assertLatencies(JsonNode trial) throws IOException {
    Histogram merged = new Histogram(3);
    int intervals = 0;
    HistogramLogReader log = new HistogramLogReader(dir.resolve("latency.hlog").toFile());
    for (EncodableHistogram next = log.nextIntervalHistogram();
        next != null;
        next = log.nextIntervalHistogram()) {
      merged.add((Histogram) next);
      assertThat(next.getStartTimeStamp() * 1_000_000)
          .isCloseTo(
              trial.path("iterations").get(intervals).path("startNs").asLong(), within(2_000_000L));
      intervals++;
    }
    assertThat(intervals).isEqualTo(3);
    assertThat(trial.path("latency").path("count").asLong()).isEqualTo(merged.getTotalCount());
    assertThat(trial.path("latency").path("p99Ns").asLong())
        .isEqualTo(merged.getValueAtPercentile(99));
    long ops = 0;
    for (JsonNode interval : trial.path("iterations")) {
      ops += interval.path("ops").asLong();
    }
    double every = trial.path("recording").path("every").asInt();
    assertThat(merged.getTotalCount() * every)
        .as("operations while JMH waits for all workers are sampled and not counted")
        .isBetween(ops * 0.8, ops * 2.0);
  }

  @Test
  void withoutRecordingThereIsNoLog() throws IOException {
    TrialOrder with = order(List.of(Affinity.granted().first()), Map.of());
    TrialOrder without =
        new TrialOrder(
            with.id(),
            with.host(),
            with.cell(),
            with.block(),
            with.position(),
            with.variant(),
            with.design(),
            with.faithful(),
            with.workload(),
            with.params(),
            with.layout(),
            with.cpus(),
            with.memory(),
            0,
            TimeUnit.MILLISECONDS.toNanos(100),
            TimeUnit.MILLISECONDS.toNanos(100),
            with.seed(),
            false);

    assertThat(run(without)).isInstanceOf(TrialOutcome.Done.class);
    assertThat(trial().path("recording").path("mode").asText()).isEqualTo("off");
    assertThat(trial().path("latency").path("count").asLong()).isZero();
    assertThat(trial().path("latency").path("p99Ns").isNull()).isTrue();
    assertThat(dir.resolve("latency.hlog")).doesNotExist();
  }

  private TrialOutcome.Failed runFailing(Map<String, String> params) throws IOException {
    TrialOutcome outcome = run(order(List.of(Affinity.granted().first()), params));
    assertThat(outcome).isInstanceOf(TrialOutcome.Failed.class);
    TrialOutcome.Failed failed = (TrialOutcome.Failed) outcome;
    assertThat(trial().path("status").asText()).isEqualTo("failed");
    assertThat(trial().path("reason").asText()).isEqualTo(failed.reason());
    return failed;
  }

  @Test
  void exceptionOfTheWorkloadIsTheReason() throws IOException {
    assertThat(runFailing(Map.of("mode", "throw")).reason())
        .isEqualTo("IllegalStateException: nothing left: objects=0");
  }

  @Test
  void suddenExitIsToldWithItsLastWords() throws IOException {
    TrialOutcome.Failed failed = runFailing(Map.of("mode", "exit"));

    assertThat(failed.reason()).isEqualTo("the trial's process ended with exit code 7");
    assertThat(failed.stderrTail()).contains("about to go");
  }

  @Test
  void exhaustedHeapIsTold() throws IOException {
    assertThat(runFailing(Map.of("mode", "heap")).reason()).contains("OutOfMemoryError");
  }

  @Test
  void killedForkIsTold() throws IOException {
    CompletableFuture.runAsync(
        () -> forkOf(dir).destroyForcibly(),
        CompletableFuture.delayedExecutor(1500, TimeUnit.MILLISECONDS));
    TrialOutcome outcome = run(order(List.of(Affinity.granted().first()), Map.of(), 60_000));

    assertThat(outcome)
        .isEqualTo(
            new TrialOutcome.Failed(
                "the trial's process was killed by signal 9",
                ((TrialOutcome.Failed) outcome).stderrTail()));
    assertThat(trial().path("status").asText()).isEqualTo("failed");
  }

  private static ProcessHandle forkOf(Path dir) {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(dir.toString()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void cancellationEndsTheForkAtOnce() throws IOException {
    CompletableFuture.runAsync(
        runner::cancel, CompletableFuture.delayedExecutor(1200, TimeUnit.MILLISECONDS));
    long start = System.nanoTime();
    TrialOutcome outcome = run(order(List.of(Affinity.granted().first()), Map.of(), 60_000));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(((TrialOutcome.Failed) outcome).reason()).isEqualTo("cancelled");
    assertThat(trial().path("reason").asText()).isEqualTo("cancelled");
  }

  @Test
  void moreWorkersThanCpusIsAnErrorBeforeAnythingStarts() throws IOException {
    int cpu = Affinity.granted().first();
    TrialOutcome outcome = run(order(List.of(cpu, cpu), Map.of()));

    assertThat(((TrialOutcome.Failed) outcome).reason())
        .isEqualTo("more workers than CPUs: workers=2 cpus=1");
    assertThat(dir.resolve("stdout.txt")).doesNotExist();
  }

  @Test
  void offlineCpuIsRefusedByName() throws IOException {
    TrialOutcome outcome = run(order(List.of(4095), Map.of()));

    assertThat(((TrialOutcome.Failed) outcome).reason())
        .startsWith("CPU 4095 is not online here: online are ");
  }

  @Test
  void refusedPinIsTheReason(@TempDir Path recorded) throws IOException {
    Path eightCpus = RecordedMachines.unpack("qemu-2s4c", recorded);
    assumeFalse(Affinity.granted().contains(7), "this host has the CPU");
    TrialOutcome outcome =
        new TrialRunner(eightCpus, List.of())
            .run(order(List.of(Affinity.granted().first(), 7), Map.of()), dir, (_, _) -> {});

    assertThat(((TrialOutcome.Failed) outcome).reason()).isEqualTo("pin to CPU 7: EINVAL");
    assertThat(trial().path("status").asText()).isEqualTo("failed");
  }

  @Test
  void forkDiesWithItsAgent(@TempDir Path other) throws Exception {
    Process agent = agent(other, 60_000);
    try {
      ProcessHandle fork = awaitMeasuring(agent, other.resolve("measuring"));
      agent.destroyForcibly();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
      while (runs(fork) && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
      assertThat(runs(fork)).isFalse();
    } finally {
      agent.descendants().forEach(ProcessHandle::destroyForcibly);
      agent.destroyForcibly();
      agent.waitFor();
      TrialFiles.removePassing(dir);
    }
  }

  /** Not so for a dead process that its new parent has not noticed yet. */
  private static boolean runs(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
    } catch (IOException _) {
      return false;
    }
  }

  private Process agent(Path temporary, int measureMs) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            OneTrial.class.getName(),
            dir.toString(),
            Integer.toString(measureMs),
            temporary.resolve("measuring").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private ProcessHandle awaitMeasuring(Process agent, Path sign) throws InterruptedException {
    for (int attempt = 0; attempt < 600; attempt++) {
      if (Files.exists(sign)) {
        return agent.children().findFirst().orElseThrow();
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no interval was measured in 30 s");
  }

  /** Plays the agent: one trial into a directory, measuring so many milliseconds. */
  static final class OneTrial {
    private OneTrial() {}

    public static void main(String[] args) {
      TrialOrder order =
          order(List.of(Affinity.granted().first()), Map.of(), Integer.parseInt(args[1]));
      new TrialRunner().run(order, Path.of(args[0]), (_, _) -> sign(Path.of(args[2])));
    }

    private static void sign(Path file) {
      try {
        Files.writeString(file, "an interval is done");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void unknownWorkloadIsTheReason() throws IOException {
    TrialOrder spin = order(List.of(Affinity.granted().first()), Map.of());
    TrialOrder other =
        new TrialOrder(
            spin.id(),
            spin.host(),
            spin.cell(),
            0,
            0,
            spin.variant(),
            spin.design(),
            false,
            "juggle",
            Map.of(),
            spin.layout(),
            spin.cpus(),
            spin.memory(),
            spin.warmupNs(),
            spin.measureNs(),
            spin.intervalNs(),
            1,
            true);

    assertThat(((TrialOutcome.Failed) run(other)).reason()).contains("no such workload: juggle");
  }

  @Test
  void noTemporaryFilesAreLeft(@TempDir Path other) throws Exception {
    Process agent = agent(other, 200);
    assertThat(agent.waitFor()).isZero();

    try (Stream<Path> left = Files.list(other)) {
      assertThat(left).containsOnly(other.resolve("measuring"));
    }
    assertThat(trial().path("status").asText()).isEqualTo("done");
  }
}
