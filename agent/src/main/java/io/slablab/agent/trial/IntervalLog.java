package io.slablab.agent.trial;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The trial's HdrHistogram log, version 1.3: nanoseconds, one untagged histogram per interval,
 * times relative to the start of the first interval. Main thread only.
 */
final class IntervalLog {
  private static final double NS_PER_SECOND = 1e9;
  private static final double MAX_VALUE_UNIT = 1e6;

  private final Path directory;
  private final PrintStream out;
  private final HistogramLogWriter writer;

  /**
   * @param baseNs wall-clock start of the first interval
   */
  IntervalLog(Path directory, String trialId, long baseNs) throws IOException {
    this.directory = directory;
    this.out =
        new PrintStream(
            TrialFiles.part(directory, TrialFiles.HLOG).toFile(), StandardCharsets.UTF_8);
    this.writer = new HistogramLogWriter(out);
    long baseMs = Math.round(baseNs / MAX_VALUE_UNIT);
    writer.outputComment("[Logged by Slablab, trial " + trialId + ", values in nanoseconds]");
    writer.outputLogFormatVersion();
    writer.outputStartTime(baseMs);
    writer.outputBaseTime(baseMs);
    writer.setBaseTime(baseMs);
    writer.outputLegend();
  }

  void append(Histogram histogram, long startNs, long endNs) {
    histogram.setStartTimeStamp(Math.round(startNs / MAX_VALUE_UNIT));
    histogram.setEndTimeStamp(Math.round(endNs / MAX_VALUE_UNIT));
    writer.outputIntervalHistogram(
        startNs / NS_PER_SECOND - writer.getBaseTime() / 1e3,
        endNs / NS_PER_SECOND - writer.getBaseTime() / 1e3,
        histogram,
        MAX_VALUE_UNIT);
  }

  /** Completes the file. */
  void finish() throws IOException {
    out.close();
    if (out.checkError()) {
      throw new IOException("cannot write " + TrialFiles.HLOG);
    }
    TrialFiles.complete(directory, TrialFiles.HLOG);
  }
}
