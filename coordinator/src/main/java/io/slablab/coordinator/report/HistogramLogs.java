package io.slablab.coordinator.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** The .hlog files of trials. */
final class HistogramLogs {
  private static final int DIGITS = 3;

  private HistogramLogs() {}

  /**
   * The intervals of one log, times absolute in milliseconds since 1970.
   *
   * @param baseTimeS what the log's times count from, in seconds since 1970; 0 where it does not
   *     say
   */
  record Log(double startTimeS, double baseTimeS, List<Histogram> intervals) {}

  /** Logs of a trial, by name. */
  static List<Path> files(TrialView trial) throws IOException {
    try (Stream<Path> inside = Files.list(trial.folder())) {
      return inside
          .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".hlog"))
          .sorted()
          .toList();
    }
  }

  static Log read(Path file) throws IOException {
    String text = Files.readString(file);
    List<Histogram> intervals = new ArrayList<>();
    double startTimeS = read(file, text, intervals::add);
    return new Log(startTimeS, baseTime(text), intervals);
  }

  /** Hands out one interval after the other, none of which is kept. */
  static void forEach(Path file, Consumer<Histogram> each) throws IOException {
    read(file, Files.readString(file), each);
  }

  private static double read(Path file, String text, Consumer<Histogram> each)
      throws UnreadableRun {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (HistogramLogReader reader = new HistogramLogReader(new ByteArrayInputStream(bytes))) {
      long read = 0;
      while (reader.hasNext()) {
        EncodableHistogram next = next(file, reader);
        if (next instanceof Histogram histogram) {
          each.accept(histogram);
          read++;
        }
      }
      long written = intervalLines(text);
      if (read != written) {
        throw new UnreadableRun(
            file,
            "broken (only " + read + " of " + written + " intervals can be read)",
            "was it edited or cut short?");
      }
      return reader.getStartTimeSec();
    }
  }

  private static EncodableHistogram next(Path file, HistogramLogReader reader)
      throws UnreadableRun {
    try {
      return reader.nextIntervalHistogram();
    } catch (RuntimeException e) {
      throw new UnreadableRun(file, "broken (" + e + ")", "was it edited or cut short?");
    }
  }

  /** All untagged intervals of some trials in one histogram of nanoseconds; empty without logs. */
  static Histogram merged(List<TrialView> trials) throws IOException {
    Histogram sum = new Histogram(DIGITS);
    sum.setAutoResize(true);
    for (TrialView trial : trials) {
      for (Path file : files(trial)) {
        for (Histogram interval : read(file).intervals()) {
          if (interval.getTag() == null) {
            sum.add(interval);
          }
        }
      }
    }
    return sum;
  }

  /** The reader skips what it cannot read, or stops there, and does not tell. */
  private static long intervalLines(String text) {
    return text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("\""))
        .count();
  }

  /** The reader knows the base time and does not tell. */
  private static double baseTime(String text) {
    return text.lines()
        .filter(line -> line.startsWith("#[BaseTime:"))
        .findFirst()
        .map(line -> Double.parseDouble(line.substring(11).strip().split("[ \\]]")[0]))
        .orElse(0.0);
  }
}
