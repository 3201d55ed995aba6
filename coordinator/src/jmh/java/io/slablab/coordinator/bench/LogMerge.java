package io.slablab.coordinator.bench;

import io.slablab.coordinator.report.HostWindows;
import io.slablab.coordinator.stats.latency.TimeWindows;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Intervals merged by time on all cores, against intervals that HdrHistogram's reader decodes and
 * drops on one. 64 logs of 40 intervals of 20,000 latencies, as trials leave them.
 */
@State(Scope.Benchmark)
public class LogMerge {
  private static final int LOGS = 64;
  private static final int INTERVALS = 40;
  private static final int LATENCIES = 20_000;
  private final List<HostWindows.Log> logs = new ArrayList<>();
  private Path run = Path.of("");

  @Setup
  public void write() throws IOException {
    run = Files.createTempDirectory("log-merge");
    SplittableRandom random = new SplittableRandom(1);
    for (int l = 0; l < LOGS; l++) {
      Path file = run.resolve(l + ".hlog");
      write(file, random);
      logs.add(new HostWindows.Log("trial" + l, "host" + l % 8, file));
    }
    for (int h = 0; h < 8; h++) {
      Path folder = Files.createDirectories(run.resolve("hosts").resolve("host" + h));
      Files.writeString(
          folder.resolve("clock.json"),
          "{\"aheadSeconds\":" + h * 0.7 + ",\"uncertaintySeconds\":0.01}");
    }
  }

  private static void write(Path file, SplittableRandom random) throws IOException {
    try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
      HistogramLogWriter writer = new HistogramLogWriter(out);
      long baseMs = 1_770_000_000_000L;
      writer.outputLogFormatVersion();
      writer.outputBaseTime(baseMs);
      writer.setBaseTime(baseMs);
      writer.outputLegend();
      for (int i = 0; i < INTERVALS; i++) {
        Histogram interval = new Histogram(3);
        for (int k = 0; k < LATENCIES; k++) {
          double tail = random.nextInt(100) == 0 ? random.nextDouble() * 6 : 0;
          interval.recordValue((long) Math.exp(6 + 0.4 * random.nextGaussian() + tail));
        }
        writer.outputIntervalHistogram(i, i + 1, interval, 1e6);
      }
    }
  }

  @TearDown
  public void delete() throws IOException {
    try (var files = Files.walk(run)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Per interval: read, decoded and dropped by one thread. */
  @Benchmark
  @OperationsPerInvocation(LOGS * INTERVALS)
  public long decodeOnOneCore() throws IOException {
    long count = 0;
    for (HostWindows.Log log : logs) {
      try (HistogramLogReader reader = new HistogramLogReader(log.file().toFile())) {
        while (reader.hasNext()) {
          count += ((Histogram) reader.nextIntervalHistogram()).getTotalCount();
        }
      }
    }
    return count;
  }

  /** Per interval: read, decoded and merged by all cores. */
  @Benchmark
  @OperationsPerInvocation(LOGS * INTERVALS)
  public TimeWindows mergeOnAllCores() throws IOException {
    return HostWindows.merged(run, logs, Duration.ofSeconds(10));
  }
}
