package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/**
 * One merged histogram log per cell and variant. Intervals merge by the time window they cover, not
 * by line: two that start within half a window of each other are the same window. The earliest
 * start and base time are kept, and every interval keeps its absolute time.
 */
final class HlogExport {

  private HlogExport() {}

  /** A tag and a window; untagged first, as stock tools read those only. */
  private record Window(long startMs, String tag) implements Comparable<Window> {
    @Override
    public int compareTo(Window other) {
      int byStart = Long.compare(startMs, other.startMs);
      return byStart != 0 ? byStart : tag.compareTo(other.tag);
    }
  }

  /** File name, unique in the campaign. */
  static String name(Gains.Cell cell, String variant) {
    return (cell.host() + "-" + cell.id() + "-" + variant).replaceAll("[^\\w.=+-]", "_") + ".hlog";
  }

  /** The text of a merged log; empty where no trial left one. */
  static Optional<String> merged(List<TrialView> trials) throws IOException {
    List<HistogramLogs.Log> logs = new ArrayList<>();
    for (TrialView trial : trials) {
      for (Path file : HistogramLogs.files(trial)) {
        logs.add(HistogramLogs.read(file));
      }
    }
    TreeMap<Window, Histogram> windows = new TreeMap<>();
    for (HistogramLogs.Log log : logs) {
      log.intervals().forEach(interval -> add(windows, interval));
    }
    return windows.isEmpty() ? Optional.empty() : Optional.of(text(logs, windows));
  }

  private static void add(TreeMap<Window, Histogram> windows, Histogram interval) {
    long lengthMs = Math.max(1, interval.getEndTimeStamp() - interval.getStartTimeStamp());
    String tag = tag(interval.getTag());
    for (Map.Entry<Window, Histogram> near :
        windows
            .subMap(
                new Window(interval.getStartTimeStamp() - lengthMs / 2, ""),
                new Window(interval.getStartTimeStamp() + lengthMs / 2 + 1, ""))
            .entrySet()) {
      if (near.getKey().tag().equals(tag)) {
        Histogram sum = near.getValue();
        long start = Math.min(sum.getStartTimeStamp(), interval.getStartTimeStamp());
        long end = Math.max(sum.getEndTimeStamp(), interval.getEndTimeStamp());
        sum.setAutoResize(true);
        sum.add(interval);
        sum.setStartTimeStamp(start);
        sum.setEndTimeStamp(end);
        return;
      }
    }
    windows.put(new Window(interval.getStartTimeStamp(), tag), interval);
  }

  private static String tag(@Nullable String tag) {
    return tag == null ? "" : tag;
  }

  private static String text(List<HistogramLogs.Log> logs, Map<Window, Histogram> windows) {
    long startMs =
        Math.round(1000 * logs.stream().mapToDouble(HistogramLogs.Log::startTimeS).min().orElse(0));
    long baseMs =
        Math.round(1000 * logs.stream().mapToDouble(HistogramLogs.Log::baseTimeS).min().orElse(0));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      HistogramLogWriter writer = new HistogramLogWriter(out);
      writer.outputComment("[Merged from " + logs.size() + " logs, by time window]");
      writer.outputLogFormatVersion();
      writer.outputStartTime(startMs);
      if (baseMs > 0) {
        writer.outputBaseTime(baseMs);
        writer.setBaseTime(baseMs);
      }
      writer.outputLegend();
      windows.values().forEach(writer::outputIntervalHistogram);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
