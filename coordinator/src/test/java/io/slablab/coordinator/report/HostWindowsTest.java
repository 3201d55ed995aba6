package io.slablab.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.slablab.coordinator.stats.latency.HostClock;
import io.slablab.coordinator.stats.latency.TimeWindows;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of hosts whose clocks disagree, from files. */
class HostWindowsTest {
  private static final long START_MS = 1_770_000_000_000L;
  private static final int INTERVALS = 20;

  @TempDir Path run;
  private final List<HostWindows.Log> logs = new ArrayList<>();

  @BeforeEach
  void threeHosts() throws IOException {
    clock("east", "{\"aheadSeconds\":7.25,\"uncertaintySeconds\":0.02}");
    clock("west", "{\"aheadSeconds\":-3599.5,\"uncertaintySeconds\":0.02}");
    log("here", 0, 1000);
    log("east", 7.25, 2000);
    log("west", -3599.5, 4000);
  }

  private void clock(String host, String text) throws IOException {
    Path folder = Files.createDirectories(run.resolve("hosts").resolve(host));
    Files.writeString(folder.resolve("clock.json"), text);
  }

  /** One value an interval of a second; the first starts at the same true time on all hosts. */
  private void log(String host, double aheadSeconds, long value) throws IOException {
    Path file = run.resolve(host + ".hlog");
    try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
      HistogramLogWriter writer = new HistogramLogWriter(out);
      long baseMs = START_MS + Math.round(aheadSeconds * 1000);
      writer.outputLogFormatVersion();
      writer.outputStartTime(baseMs);
      writer.outputBaseTime(baseMs);
      writer.setBaseTime(baseMs);
      writer.outputLegend();
      for (int i = 0; i < INTERVALS; i++) {
        Histogram interval = new Histogram(3);
        interval.recordValue(value + i);
        writer.outputIntervalHistogram(i, i + 1, interval, 1e6);
      }
    }
    logs.add(new HostWindows.Log(host + "/exec-2c/0000-baseline", host, file));
  }

  @Test
  void windowsHoldWhatHappenedAtOnce() throws IOException {
    TimeWindows merged = HostWindows.merged(run, logs, Duration.ofSeconds(5));
    assertThat(merged.doubts()).isEmpty();
    assertThat(merged.windows()).hasSize(INTERVALS / 5);
    for (int w = 0; w < merged.windows().size(); w++) {
      TimeWindows.Window window = merged.windows().get(w);
      assertThat(window.startMs()).isEqualTo(START_MS + 5000L * w);
      assertThat(window.sources()).hasSize(3);
      assertThat(window.sum().getTotalCount()).isEqualTo(15);
      assertThat(window.sum().getMinValue()).isEqualTo(1000 + 5 * w);
    }
  }

  @Test
  void aHostWithoutAMeasurementSharesOurClock() throws IOException {
    assertThat(HostWindows.clock(run, "here")).isEqualTo(HostClock.RIGHT);
    assertThat(HostWindows.clock(run, "west").aheadSeconds()).isCloseTo(-3599.5, within(1e-9));
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    clock("east", "{\"aheadSeconds\":null}");
    assertThatThrownBy(() -> HostWindows.merged(run, logs, Duration.ofSeconds(5)))
        .isInstanceOf(UnreadableRun.class)
        .hasMessageContaining("hosts/east/clock.json: without aheadSeconds");
    clock("east", "{\"aheadSeconds\":");
    assertThatThrownBy(() -> HostWindows.merged(run, logs, Duration.ofSeconds(5)))
        .isInstanceOf(IOException.class);
    clock("east", "{\"aheadSeconds\":0,\"uncertaintySeconds\":0}");
    Files.writeString(run.resolve("west.hlog"), "0.1,1,2,nonsense\n");
    assertThatThrownBy(() -> HostWindows.merged(run, logs, Duration.ofSeconds(5)))
        .isInstanceOf(UnreadableRun.class)
        .hasMessageContaining("west.hlog: broken");
  }

  @Test
  void failedTrialsDoNotCount() throws IOException {
    Path folder = Files.createDirectories(run.resolve("folder"));
    Files.copy(run.resolve("here.hlog"), folder.resolve("latency.hlog"));
    List<TrialView> trials = HandMade.view(folder).trials();
    assertThat(HostWindows.logs(trials)).hasSize(2);
    assertThat(trials).hasSize(3);
  }
}
