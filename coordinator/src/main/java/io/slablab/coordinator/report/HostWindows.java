package io.slablab.coordinator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.stats.latency.HostClock;
import io.slablab.coordinator.stats.latency.TimeWindows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Histogram logs of trials on several hosts, merged by true time. Every log is decoded and added by
 * one thread; logs are shared out over all cores.
 */
public final class HostWindows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private HostWindows() {}

  /**
   * One histogram log.
   *
   * @param trial its id, unique in the campaign
   * @param host whose clock wrote the times
   */
  public record Log(String trial, String host, Path file) {}

  /** A log and the clock it was written by. */
  private record Source(Log log, HostClock clock) {}

  /** Of finished trials. */
  static List<Log> logs(List<TrialView> trials) throws IOException {
    List<Log> logs = new ArrayList<>();
    for (TrialView trial : trials) {
      if (trial.done()) {
        HistogramLogs.files(trial)
            .forEach(file -> logs.add(new Log(trial.id(), trial.host(), file)));
      }
    }
    return logs;
  }

  /**
   * The untagged intervals of logs.
   *
   * @param run root of the run directory, whose {@code hosts/HOST/clock.json} say how clocks are
   *     off
   * @param width of a window, at least a millisecond
   * @throws UnreadableRun when a log or a clock cannot be understood
   */
  public static TimeWindows merged(Path run, List<Log> logs, Duration width) throws IOException {
    Map<String, HostClock> clocks = new TreeMap<>();
    List<Source> sources = new ArrayList<>();
    for (Log log : logs) {
      HostClock clock = clocks.get(log.host());
      if (clock == null) {
        clock = clock(run, log.host());
        clocks.put(log.host(), clock);
      }
      sources.add(new Source(log, clock));
    }
    try {
      return sources.parallelStream()
          .collect(() -> new TimeWindows(width.toMillis()), HostWindows::addLog, TimeWindows::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void addLog(TimeWindows windows, Source source) {
    try {
      HistogramLogs.forEach(
          source.log().file(),
          interval -> {
            if (interval.getTag() == null) {
              windows.add(source.log().trial(), source.clock(), interval);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was measured of a host's clock; a host without a measurement shares ours. */
  static HostClock clock(Path run, String host) throws IOException {
    Path file = run.resolve("hosts").resolve(host).resolve("clock.json");
    if (!Files.exists(file)) {
      return HostClock.RIGHT;
    }
    JsonNode clock = JSON.readTree(file.toFile());
    JsonNode ahead = clock.path("aheadSeconds");
    JsonNode uncertainty = clock.path("uncertaintySeconds");
    if (!ahead.isNumber() || !uncertainty.isNumber()) {
      throw new UnreadableRun(
          file, "without aheadSeconds and uncertaintySeconds", "was it edited or cut short?");
    }
    return new HostClock(ahead.asDouble(), uncertainty.asDouble());
  }
}
