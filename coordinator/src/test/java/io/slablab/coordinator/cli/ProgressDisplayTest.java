package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.TrialOrder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressDisplayTest {
  private static final TrialOrder TREATMENT = order("ctor-dtor");
  private static final TrialOrder BASELINE = order("baseline");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long nowMs;

  private ProgressDisplay display(int columns) {
    return new ProgressDisplay(
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        columns,
        4,
        0,
        Duration.ofSeconds(20),
        () -> Instant.ofEpochMilli(nowMs));
  }

  private String lastLine() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    return text.substring(text.lastIndexOf('\r') + 1).stripTrailing();
  }

  @Test
  void withoutATerminalEachTrialIsALineUnderItsNameInTheRunDirectory() {
    ProgressDisplay display = display(0);
    display.hostReady("h");
    display.trialStarted(TREATMENT);
    display.progress(TREATMENT, 1, 1.5e6);
    nowMs += 3000;
    display.trialDone(TREATMENT, 1.5e6);
    nowMs += 3000;
    display.trialFailed(BASELINE, "killed by signal 9");
    display.close();
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "h: agent ready",
            "[1/4] h/exec-compact-1-local/0000-ctor-dtor  1.50 M ops/s  left 0:09",
            "[2/4] h/exec-compact-1-local/0000-baseline  FAILED: killed by signal 9");
  }

  @Test
  void theRestCountsDownWhileATrialRuns() {
    ProgressDisplay display = display(100);
    display.hostReady("h");
    display.trialStarted(TREATMENT);
    assertThat(lastLine()).contains("0/4  left 0:20");
    nowMs += 2000;
    display.progress(TREATMENT, 1, 2e6);
    assertThat(lastLine()).contains("0/4  left 0:18");
    nowMs += 1000;
    display.trialDone(TREATMENT, 2e6);
    assertThat(lastLine()).contains("1/4  left 0:09");
    nowMs += 2000;
    display.progress(BASELINE, 1, 2e6);
    assertThat(lastLine()).contains("1/4  left 0:07");
  }

  @Test
  void aTrialDoesNotStandBesideTheThroughputOfAnother() {
    ProgressDisplay display = display(100);
    display.trialDone(TREATMENT, 2e6);
    assertThat(lastLine()).contains("2.00 M ops/s").endsWith("ctor-dtor");
    display.trialStarted(BASELINE);
    assertThat(lastLine()).doesNotContain("ops/s").endsWith("baseline");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | [........................] 0/4  left 0:20  123.46 M ops/s  h/exec-compact-1-local/0000-ctor-dtor
          100 | [........................] 0/4  left 0:20  123.46 M ops/s  h/exec-compact-1-local/0000-ctor-dtor
          80  | 0/4  left 0:20  123.46 M ops/s  h/exec-compact-1-local/0000-ctor-dtor
          60  | 0/4  left 0:20  exec-compact-1-local/0000-ctor-dtor
          40  | 0/4  left 0:20  ..-local/0000-ctor-dtor
          """)
  void aNarrowTerminalShowsTheTrialBeforeTheRest(int columns, String line) {
    ProgressDisplay display = display(columns);
    display.trialStarted(TREATMENT);
    display.progress(TREATMENT, 1, 123_456_789.0);
    assertThat(lastLine()).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 110, 160})
  void aRewrittenLineNeverReachesTheLastColumn(int columns) {
    ProgressDisplay display = display(columns);
    display.trialStarted(TREATMENT);
    display.progress(TREATMENT, 1, 123_456_789.0);
    display.close();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\n");
    assertThat(bytes.toString(StandardCharsets.UTF_8).split("\r"))
        .allSatisfy(line -> assertThat(line.length()).isLessThan(columns));
    assertThat(lastLine()).isEmpty();
  }

  private static TrialOrder order(String variant) {
    return new TrialOrder(
        "h/exec-compact-1-local/0000-" + variant,
        "h",
        "exec-compact-1-local",
        0,
        0,
        variant,
        variant,
        false,
        "exec",
        Map.of(),
        "compact",
        List.of(0),
        "local",
        0,
        1,
        1,
        7,
        true);
  }
}
