package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line per trial, for other tools: RFC 4180, a header line, empty where something was not
 * measured. Values are those of the trial's whole measured window: no warm-up is cut.
 */
final class TrialsCsv {
  private static final String LINE_END = "\r\n";
  private static final List<String> HEADER =
      List.of(
          "campaign",
          "suite",
          "host",
          "cell",
          "engine",
          "simulated",
          "workload",
          "params",
          "layout",
          "cores",
          "cpus",
          "memory",
          "block",
          "position",
          "variant",
          "design",
          "status",
          "reason",
          "started_at",
          "ended_at",
          "threads",
          "duration_ns",
          "operations",
          "operations_per_second",
          "user_ns",
          "system_ns",
          "gc_count",
          "latency_count",
          "p50_ns",
          "p90_ns",
          "p99_ns",
          "p999_ns",
          "max_ns",
          "lock_wait_ns",
          "idle_bytes",
          "peak_bytes",
          "warnings");

  private TrialsCsv() {}

  static String of(RunView run) {
    StringBuilder csv = new StringBuilder(String.join(",", HEADER)).append(LINE_END);
    for (TrialView trial : run.trials()) {
      for (Gains.Cell cell : run.gains().cells()) {
        if (cell.host().equals(trial.host()) && cell.id().equals(trial.cell())) {
          line(csv, run.gains(), cell, trial);
        }
      }
    }
    return csv.toString();
  }

  private static void line(StringBuilder csv, Gains gains, Gains.Cell cell, TrialView trial) {
    List<@Nullable Object> fields = new ArrayList<>();
    fields.add(gains.campaign());
    fields.add(gains.suite());
    place(fields, cell);
    fields.add(trial.block());
    fields.add(trial.position());
    fields.add(trial.variant());
    fields.add(trial.design());
    fields.add(trial.done() ? "done" : "failed");
    fields.add(trial.reason());
    fields.add(trial.startedAt());
    fields.add(trial.endedAt());
    fields.add(trial.threads());
    counters(fields, trial);
    latency(fields, trial.latency());
    List<TrialView.Lock> locks = trial.locks();
    fields.add(locks == null ? null : locks.stream().mapToLong(TrialView.Lock::totalWaitNs).sum());
    fields.add(bytes(trial, "memory.idleBytes"));
    fields.add(bytes(trial, "memory.peakBytes"));
    fields.add(String.join("; ", trial.warnings()));
    csv.append(fields.stream().map(TrialsCsv::field).collect(Collectors.joining(",")))
        .append(LINE_END);
  }

  private static void place(List<@Nullable Object> fields, Gains.Cell cell) {
    fields.add(cell.host());
    fields.add(cell.id());
    fields.add(cell.engine());
    fields.add(cell.simulated());
    fields.add(cell.workload());
    fields.add(
        cell.params().entrySet().stream()
            .map(Map.Entry::toString)
            .collect(Collectors.joining(";")));
    fields.add(cell.placement().layout());
    fields.add(cell.placement().cores());
    fields.add(cell.placement().cpus());
    fields.add(cell.placement().memory());
  }

  private static void counters(List<@Nullable Object> fields, TrialView trial) {
    List<TrialView.Interval> intervals = trial.intervals();
    boolean any = !intervals.isEmpty();
    fields.add(any ? intervals.stream().mapToLong(TrialView.Interval::durationNs).sum() : null);
    fields.add(any ? trial.operations() : null);
    fields.add(trial.rate());
    fields.add(sum(intervals, TrialView.Interval::userNs));
    fields.add(sum(intervals, TrialView.Interval::systemNs));
    fields.add(sum(intervals, TrialView.Interval::gcCount));
  }

  private static void latency(List<@Nullable Object> fields, TrialView.@Nullable Latency latency) {
    fields.add(latency == null ? null : latency.count());
    fields.add(latency == null ? null : latency.p50Ns());
    fields.add(latency == null ? null : latency.p90Ns());
    fields.add(latency == null ? null : latency.p99Ns());
    fields.add(latency == null ? null : latency.p999Ns());
    fields.add(latency == null ? null : latency.maxNs());
  }

  private static @Nullable Long bytes(TrialView trial, String path) {
    Double bytes = trial.allocator().get(path);
    return bytes == null ? null : bytes.longValue();
  }

  /** Null where any value is missing: a partial sum would be too small. */
  private static @Nullable Long sum(
      List<TrialView.Interval> intervals, Function<TrialView.Interval, @Nullable Long> counter) {
    long sum = 0;
    for (TrialView.Interval interval : intervals) {
      Long value = counter.apply(interval);
      if (value == null) {
        return null;
      }
      sum += value;
    }
    return intervals.isEmpty() ? null : sum;
  }

  private static String field(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
