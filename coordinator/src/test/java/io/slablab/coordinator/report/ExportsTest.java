package io.slablab.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportsTest {
  @TempDir private Path folder;

  @Test
  void trialsCsvHasALinePerTrial() throws IOException {
    assertThat(Exports.trialsCsv(HandMade.view(folder)))
        .isEqualTo(HandMade.resource("trials.csv").replace("\n", "\r\n"));
    String csv = Exports.trialsCsv(RunReader.read(SampleRun.write(folder, 5)));
    assertThat(csv.lines()).hasSize(1 + 8 * 2 * 5);
    assertThat(Exports.gainsCsv(RunReader.read(folder)).lines()).hasSize(1 + 8 * 5);
  }

  @Test
  void trialsCsvHasTheMemoryOfATrial() throws IOException {
    List<String> lines =
        Exports.trialsCsv(RunReader.read(SampleRun.write(folder, 5))).lines().toList();
    int column = List.of(lines.getFirst().split(",")).indexOf("idle_bytes");
    assertThat(lines.getFirst().split(",")[column + 1]).isEqualTo("peak_bytes");
    assertThat(lines.stream().skip(1))
        .allSatisfy(line ->
            assertThat(line.split(",")[column])
                .isEqualTo(line.contains(",ctor-dtor,") ? "1114112" : "0"));
  }

  @Test
  void gainsCsvHasTheDifferenceWhereThereIsNoRatio() throws IOException {
    List<String> lines =
        Exports.gainsCsv(RunReader.read(SampleRun.write(folder, 5))).lines().toList();
    List<String> header = List.of(lines.getFirst().split(","));
    List<String[]> idle =
        lines.stream().filter(l -> l.contains(",idle-bytes,B,")).map(l -> l.split(",")).toList();
    assertThat(idle)
        .hasSize(8)
        .allSatisfy(fields -> {
          assertThat(fields[header.indexOf("gain")]).isEmpty();
          assertThat(fields[header.indexOf("difference")]).isEqualTo("1114112.0");
          assertThat(fields[header.indexOf("verdict")]).isEqualTo("worse");
        });
  }

  @Test
  void logsOverwriteNothing() throws IOException {
    RunView run = RunReader.read(SampleRun.write(folder, 5));
    Path logs = folder.resolve("logs");
    List<Path> written = Exports.hlog(run, logs);
    Files.delete(written.getFirst());
    String kept = Files.readString(written.getLast());
    assertThatThrownBy(() -> Exports.hlog(run, logs))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(written.getFirst()).as("nothing is written at all").doesNotExist();
    assertThat(written.getLast()).hasContent(kept);
  }

  @Test
  void jmhEntriesCarryOurAxesAndEveryFork() throws IOException {
    JsonNode array =
        new ObjectMapper().readTree(Exports.jmh(RunReader.read(SampleRun.write(folder, 5))));
    assertThat(array).hasSize(16);
    JsonNode entry = array.path(1);
    assertThat(entry.path("params").toString())
        .isEqualTo(
            "{\"suite\":\"exec-scaling\",\"host\":\"desk-01\",\"engine\":\"threads\",\"workload\":\"exec\",\"rest\":\"none\","
                + "\"live\":\"16\",\"layout\":\"compact\",\"cores\":\"1\",\"memory\":\"local\",\"variant\":\"ctor-dtor\",\"p\":\"1\"}");
    assertThat(entry.path("forks").asInt()).isEqualTo(5);
    JsonNode metric = entry.path("primaryMetric");
    assertThat(metric.path("rawData")).hasSize(5);
    double sum = 0;
    for (JsonNode fork : metric.path("rawData")) {
      assertThat(fork).hasSize(3);
      for (JsonNode value : fork) {
        sum += value.asDouble();
      }
    }
    assertThat(metric.path("score").asDouble()).isEqualTo(sum / 15, within(1e-6 * sum));
    assertThat(metric.path("scoreConfidence").path(0).asDouble())
        .isEqualTo(
            metric.path("score").asDouble() - metric.path("scoreError").asDouble(),
            within(1e-6 * sum));
    assertThat(metric.path("scorePercentiles").fieldNames())
        .toIterable()
        .containsExactly(
            "0.0", "50.0", "90.0", "95.0", "99.0", "99.9", "99.99", "99.999", "99.9999", "100.0");
  }

  @Test
  void jmhWritesNonFiniteNumbersAsTexts() throws IOException {
    SampleRun.write(folder, 5);
    Path file = folder.resolve("trials/desk-01/exec-compact-1c-local/0000-baseline/jmh.json");
    String one =
        "[{\"benchmark\":\"b\",\"mode\":\"ss\",\"primaryMetric\":{\"scoreUnit\":\"s\",\"rawData\":[[\"+INF\"]]}}]";
    Files.writeString(file, one);
    JsonNode entry = new ObjectMapper().readTree(Exports.jmh(RunReader.read(folder))).path(0);
    assertThat(entry.path("benchmark").asText()).isEqualTo("b");
    assertThat(entry.path("primaryMetric").path("score").asText()).isEqualTo("+INF");
    assertThat(entry.path("primaryMetric").path("scoreError").asText()).isEqualTo("NaN");
  }

  @Test
  void histogramLogsMergeByTimeAndKeepTheirTimes() throws IOException {
    RunView run = RunReader.read(SampleRun.write(folder, 5));
    List<Path> files = Exports.hlog(run, folder.resolve("out"));
    assertThat(files).hasSize(16);
    HistogramLogs.Log log = HistogramLogs.read(files.getFirst());
    double start = Instant.parse("2026-02-03T04:05:06Z").toEpochMilli() / 1000.0;
    assertThat(log.startTimeS()).isEqualTo(start, within(0.001));
    assertThat(log.baseTimeS()).isEqualTo(start, within(0.001));
    assertThat(log.intervals()).hasSize(15);
    assertThat(log.intervals().getFirst().getStartTimeStamp()).isEqualTo(Math.round(start * 1000));
    assertThat(log.intervals().stream().mapToLong(Histogram::getTotalCount).sum())
        .isEqualTo(5 * 3 * 4000);
  }

  @Test
  void intervalsOfOneWindowAreOneInterval() throws IOException {
    SampleRun.write(folder, 5);
    Path trial = folder.resolve("trials/desk-01/exec-compact-1c-local/0000-baseline");
    Files.copy(trial.resolve("latency.hlog"), trial.resolve("second.hlog"));
    RunView run = RunReader.read(folder);
    HistogramLogs.Log log = HistogramLogs.read(Exports.hlog(run, folder.resolve("out")).getFirst());
    assertThat(log.intervals()).hasSize(15);
    assertThat(log.intervals().getFirst().getTotalCount()).isEqualTo(8000);
  }

  /** The library's reader stops at what it cannot read and says nothing. */
  @Test
  void aDamagedLogIsNamedAndNotLeftOut() throws IOException {
    SampleRun.write(folder, 5);
    Path log =
        folder
            .resolve("trials/desk-01/exec-compact-1c-local/0000-baseline")
            .resolve("latency.hlog");
    String whole = Files.readString(log);
    RunView run = RunReader.read(folder);
    for (String damaged : List.of(whole.substring(0, whole.length() - 30), whole + "x\n", "x")) {
      Files.writeString(log, damaged);
      assertThatThrownBy(() -> Exports.hlog(run, folder.resolve("out")))
          .isInstanceOf(UnreadableRun.class)
          .hasMessageContaining("0000-baseline/latency.hlog: broken (");
    }
  }
}
