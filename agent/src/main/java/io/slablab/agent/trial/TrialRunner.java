package io.slablab.agent.trial;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.SysfsTopology;
import io.slablab.agent.topology.TopologyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs trials on this host, one at a time.
 *
 * <p>Threads: {@link #run} blocks its caller, which must be a thread that lives as long as the
 * trial, because the fork dies with it; {@link #cancel} may be called from any other.
 */
public final class TrialRunner {
  /** What set-up, tear-down and a slow start may take beside the trial's own times. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final int TAIL_LINES = 20;

  static {
    // No second JVM to ask for compiler blackholes, no lock file shared with other users of JMH.
    System.setProperty("jmh.blackhole.autoDetect", "false");
    System.setProperty("jmh.ignoreLock", "true");
  }

  private final Path sysfsRoot;
  private final List<String> jvmArgs;
  private @Nullable RunningFork running;

  /** Trials of this host. */
  public TrialRunner() {
    this(Path.of("/"), List.of());
  }

  /**
   * @param sysfsRoot holds the {@code sys} that the topology is read from
   * @param jvmArgs for the forks, after and so above our own
   */
  public TrialRunner(Path sysfsRoot, List<String> jvmArgs) {
    this.sysfsRoot = sysfsRoot;
    this.jvmArgs = List.copyOf(jvmArgs);
  }

  /**
   * Runs one trial and leaves its files, {@code trial.json} among them, in {@code directory}, which
   * is made where it does not exist. Never throws for what a trial does.
   *
   * @throws IllegalStateException while another trial runs
   */
  public TrialOutcome run(TrialOrder order, Path directory, TrialProgress progress) {
    RunningFork fork = begin(order);
    Instant startedAt = Instant.now();
    Path home = directory.toAbsolutePath();
    try (AgentCollections collections = AgentCollections.listen()) {
      Files.createDirectories(home.resolve(TrialFiles.SCRATCH));
      TrialOutcome outcome = attempt(order, home, progress, startedAt, fork, collections);
      TrialFiles.removePassing(home);
      return outcome;
    } catch (IOException e) {
      return new TrialOutcome.Failed("cannot write the trial's files: " + e, "");
    } finally {
      fork.over();
      end();
    }
  }

  /** Kills the running trial, if any; its {@link #run} then returns {@code Failed}. */
  public synchronized void cancel() {
    if (running != null) {
      running.end("cancelled");
    }
  }

  private synchronized RunningFork begin(TrialOrder order) {
    if (running != null) {
      throw new IllegalStateException("a trial is running, it is one at a time: id=" + order.id());
    }
    Duration own = Duration.ofNanos(order.warmupNs() + order.measureNs());
    RunningFork fork = new RunningFork().endAfter(own.multipliedBy(3).plus(PATIENCE));
    running = fork;
    return fork;
  }

  private synchronized void end() {
    running = null;
  }

  private TrialOutcome attempt(
      TrialOrder order,
      Path home,
      TrialProgress progress,
      Instant startedAt,
      RunningFork fork,
      AgentCollections collections)
      throws IOException {
    ForkOutput output = new ForkOutput(progress);
    Optional<String> reason = obstacle(order).or(() -> fork(order, home, output));
    if (fork.endedBecause() != null) {
      reason = Optional.of(String.valueOf(fork.endedBecause()));
    }
    if (reason.isEmpty() && !Files.exists(home.resolve(TrialFiles.REPORT))) {
      reason = Optional.of("the trial's process ended without a report");
    }
    if (reason.isPresent()) {
      TrialFiles.writeJson(
          home, TrialFiles.TRIAL, TrialJson.failed(order, startedAt, Instant.now(), reason.get()));
      return new TrialOutcome.Failed(reason.get(), stderrTail(home, output));
    }
    ForkReport report =
        TrialFiles.MAPPER.readValue(home.resolve(TrialFiles.REPORT).toFile(), ForkReport.class);
    TrialFiles.complete(home, TrialFiles.JMH);
    TrialFiles.writeJson(
        home,
        TrialFiles.TRIAL,
        TrialJson.done(
            order, startedAt, Instant.now(), report, collectionsIn(collections, report)));
    return new TrialOutcome.Done(
        report.iterations().stream()
            .mapToDouble(ForkReport.Interval::opsPerSecond)
            .average()
            .orElseThrow());
  }

  private static int collectionsIn(AgentCollections collections, ForkReport report) {
    ForkReport.Interval last = report.iterations().getLast();
    return collections.between(
        report.iterations().getFirst().startNs(), last.startNs() + last.durationNs());
  }

  /** What makes the order impossible on this host. */
  private Optional<String> obstacle(TrialOrder order) {
    List<Integer> cpus = order.cpus();
    CpuList online;
    try {
      online = SysfsTopology.read(sysfsRoot).online();
    } catch (TopologyException e) {
      return Optional.of("the topology cannot be read: " + e.getMessage());
    }
    if (cpus.isEmpty()) {
      return Optional.of("a trial needs at least one worker");
    }
    if (new HashSet<>(cpus).size() != cpus.size() || cpus.size() > online.size()) {
      return Optional.of(
          "more workers than CPUs: workers=" + cpus.size() + " cpus=" + new HashSet<>(cpus).size());
    }
    return cpus.stream()
        .filter(cpu -> !online.contains(cpu))
        .findFirst()
        .map(cpu -> "CPU " + cpu + " is not online here: online are " + online);
  }

  /**
   * @return why it failed, or empty
   */
  private Optional<String> fork(TrialOrder order, Path home, ForkOutput output) {
    try {
      TrialFiles.writeJson(
          home,
          TrialFiles.ORDER,
          new ForkOrder(
              order,
              ProcessHandle.current().pid(),
              sysfsRoot.toString(),
              ForkOptions.intervals(order)));
      new Runner(ForkOptions.of(order, home, jvmArgs), output).run();
      return Optional.empty();
    } catch (RunnerException e) {
      return Optional.of(FailureNote.read(home).orElseGet(() -> FailureWords.of(e, home)));
    } catch (IOException e) {
      return Optional.of("cannot write the trial's order: " + e.getMessage());
    }
  }

  private static String stderrTail(Path home, ForkOutput output) {
    try (Stream<String> lines = Files.lines(home.resolve(TrialFiles.STDERR))) {
      List<String> all = lines.toList();
      if (!all.isEmpty()) {
        return String.join("\n", all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()));
      }
    } catch (IOException | java.io.UncheckedIOException _) {
      // then JMH's words
    }
    return output.tail();
  }
}
