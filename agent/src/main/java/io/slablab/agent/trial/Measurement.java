package io.slablab.agent.trial;

import io.slablab.agent.placement.Rusage;
import io.slablab.agent.trial.ForkReport.Interval;
import io.slablab.allocator.machine.LockStats;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the intervals of a trial and writes the fork's files after the last. Main thread only.
 */
final class Measurement {
  /** What handing an iteration to the workers takes at most, usually. */
  private static final long LEAD_NS = 2_000_000;

  /** Flags that say where a trial lies; they differ between trials that are alike. */
  private static final List<String> PLACES =
      List.of(
          "-Djava.io.tmpdir=",
          "-XX:ErrorFile=",
          "-XX:CompileCommandFile=",
          "-D" + Fork.DIRECTORY_PROPERTY + "=");

  /** What a block may suffer from others before its cause is worth telling. */
  private static final double MAX_FOREIGN_SHARE = 0.02;

  private static final double MAX_STEAL_SHARE = 0.01;
  private static final long MAX_PAUSE_NS = 250_000_000;

  private final List<Interval> intervals = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Histogram total = new Histogram(WorkerLatency.DIGITS);
  private Rusage rusage = Rusage.ZERO;
  private Optional<Window> window = Optional.empty();
  private GcCount gcBefore = new GcCount(0, 0);
  private final List<Recorded> recorded = new ArrayList<>();

  /** Warm-up latencies are nobody's. */
  void afterWarmup(Fork fork) {
    drain(fork);
  }

  /** All workers wait. */
  void beforeInterval(Fork fork) {
    if (intervals.isEmpty()) {
      if (fork.hasWorkers()) {
        drain(fork);
      }
      fork.subject().beginWindow();
      System.gc(); // what setting up and warming up left
      window = Window.open(fork);
    }
    gcBefore = GcCount.now();
    fork.startAt(nextMultiple(Worker.wallClockNs() + LEAD_NS, fork.order().intervalNs()));
  }

  private static long nextMultiple(long wallClockNs, long intervalNs) {
    return Math.ceilDiv(wallClockNs, intervalNs) * intervalNs;
  }

  /** All workers wait again; after the last interval everything is written. */
  void afterInterval(Fork fork, long measuredOps, long allOps, double opsPerSecond)
      throws IOException {
    GcCount gc = GcCount.now().minus(gcBefore);
    List<Worker> workers = fork.workers();
    long startNs = workers.stream().mapToLong(Worker::startedAtNs).min().orElse(0);
    long durationNs = Math.round(measuredOps / opsPerSecond * 1e9);
    Rusage spent = workers.stream().map(Worker::rusage).reduce(Rusage.ZERO, Rusage::plus);
    long allocatedBytes = workers.stream().mapToLong(Worker::allocatedBytes).sum();
    double measuredShare = (double) measuredOps / allOps;
    intervals.add(
        new Interval(
            startNs,
            durationNs,
            measuredOps,
            allOps,
            opsPerSecond,
            Math.round(spent.userNs() * measuredShare),
            Math.round(spent.systemNs() * measuredShare),
            gc.count(),
            gc.ns(),
            (double) allocatedBytes / allOps));
    rusage = rusage.plus(spent);
    recorded.add(new Recorded(drain(fork), startNs, startNs + durationNs));
    if (gc.count() > 0) {
      warn("garbage was collected inside a measured interval");
    }
    if (intervals.size() == fork.measuredIntervals()) {
      finish(fork);
    }
  }

  /** Kept until the end: writing a log takes longer than there is between two intervals. */
  private record Recorded(Histogram latencies, long startNs, long endNs) {}

  /** What the workers recorded since the last time. */
  private static Histogram drain(Fork fork) {
    Histogram sum = new Histogram(WorkerLatency.DIGITS);
    fork.workers().forEach(worker -> worker.latency().drainTo(sum));
    return sum;
  }

  private void finish(Fork fork) throws IOException {
    if (fork.sampling().every() > 0) {
      writeLog(fork);
    }
    TrialFiles.writeJson(
        fork.directory(), TrialFiles.LOCKS, LockTable.of(fork.subject().lockStats()));
    ForkReport report = report(fork);
    TrialFiles.writeJson(fork.directory(), TrialFiles.ALLOCATOR, fork.subject().conclude());
    fork.subject().findings().forEach(this::warn);
    fork.subject().close();
    TrialFiles.writeJson(fork.directory(), TrialFiles.REPORT, report.withWarnings(warnings));
  }

  private void writeLog(Fork fork) throws IOException {
    IntervalLog log =
        new IntervalLog(fork.directory(), fork.order().id(), recorded.getFirst().startNs());
    for (Recorded interval : recorded) {
      log.append(interval.latencies(), interval.startNs(), interval.endNs());
      total.add(interval.latencies());
    }
    log.finish();
  }

  private ForkReport report(Fork fork) {
    List<Worker> workers = fork.workers();
    long overflow = workers.stream().mapToLong(worker -> worker.latency().overflow()).sum();
    if (overflow > 0) {
      warn("latencies beyond an hour were recorded as an hour");
    }
    if (!fork.memory().applies() && !fork.order().memory().equals("local")) {
      warn(fork.memory().note());
    }
    Optional<ForkReport.Evidence> evidence = window.flatMap(Window::close);
    if (evidence.filter(seen -> seen.foreignShare() > MAX_FOREIGN_SHARE).isPresent()) {
      warn("other processes used more than 2 % of the measured CPUs");
    }
    evidence.ifPresent(this::warnOfMachine);
    if (rusage.majorFaults() > 0) {
      warn("workers waited for page faults from a device");
    }
    Sampling sampling = fork.sampling();
    return new ForkReport(
        workers.stream().map(Worker::cpu).toList(),
        new ForkReport.Jvm(
            Runtime.version().toString(), ManagementFactory.getRuntimeMXBean().getInputArguments()),
        List.copyOf(intervals),
        new ForkReport.Recording(
            sampling.mode(),
            sampling.every(),
            sampling.clockNs(),
            sampling.recordNs(),
            sampling.biasAt500ns(),
            overflow),
        ForkReport.Latency.of(total),
        rusage,
        evidence.orElse(null),
        List.copyOf(warnings));
  }

  private void warnOfMachine(ForkReport.Evidence evidence) {
    if (evidence.stealShare() > MAX_STEAL_SHARE) {
      warn("a hypervisor took more than 1 % of the measured CPUs");
    }
    if (evidence.longestPauseNs() > MAX_PAUSE_NS) {
      warn("the trial's process stood still for more than 250 ms");
    }
    if (happened(evidence.machine().migrations())) {
      warn("workers were moved to other CPUs");
    }
    if (happened(evidence.machine().thermalThrottles())) {
      warn("the processor slowed down because of heat");
    }
    if (happened(evidence.machine().quotaThrottles())) {
      warn("a CPU quota stopped the trial");
    }
  }

  /** Not known is no reason to warn. */
  private static boolean happened(@Nullable Long count) {
    return count != null && count > 0;
  }

  /** Each text once: the figures stand in their own fields. */
  private void warn(String text) {
    if (!warnings.contains(text)) {
      warnings.add(text);
    }
  }

  /** locks.json. */
  record LockTable(String schema, List<Row> locks) {
    record Row(
        String name,
        long acquired,
        long contended,
        long stolen,
        long totalWaitNs,
        double avgWaitNs,
        long minWaitNs,
        long maxWaitNs) {}

    static LockTable of(List<LockStats> stats) {
      return new LockTable(
          "slablab/locks/1",
          stats.stream()
              .map(lock ->
                  new Row(
                      lock.name(),
                      lock.acquired(),
                      lock.contended(),
                      lock.stolen(),
                      lock.totalWaitNs(),
                      lock.avgWaitNs(),
                      lock.minWaitNs(),
                      lock.maxWaitNs()))
              .toList());
    }
  }
}
