package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.coordinator.stats.Fixture;
import io.slablab.coordinator.stats.Welch;
import io.slablab.coordinator.verdict.Flag;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results of other harnesses, from their files to every command that reads a run. */
class ImportCommandTest {
  private static final double[] BASE = {100.5, 101.25, 99, 100, 102, 98.5};
  private static final double[] TREAT = {110, 112.5, 109, 111, 108.25, 113};

  @TempDir Path folder;
  private Path mini;
  private Path run;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void copyMiniCampaign() throws IOException {
    run = folder.resolve("run");
    mini = Files.createDirectory(folder.resolve("mini"));
    for (String name : List.of("cells.csv", "trials.csv", "design.json")) {
      try (InputStream in =
          Objects.requireNonNull(
              getClass().getResourceAsStream("/statistics/mini-campaign/" + name))) {
        Files.copy(in, mini.resolve(name));
      }
    }
  }

  private int slablab(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private String store() {
    return "--store=sqlite:" + folder.resolve("index.db");
  }

  private Gains gains() throws IOException {
    return GainsFiles.readGains(Files.readString(run.resolve("gains.json")));
  }

  @Test
  void theMiniCampaignsGainsEqualTheReferenceAnalyser() throws IOException {
    JsonNode expected = Fixture.read("mini-campaign/expected");
    double tolerance = expected.get("tolerance").get("rel").asDouble();

    assertThat(slablab("import", mini.toString(), "--out", run.toString(), store())).isZero();

    assertThat(gains().cells()).hasSize(expected.get("cells").size());
    for (JsonNode cell : expected.get("cells")) {
      Gains.Cell actual = cell(cell.get("cell").asText());
      Gains.Row row = actual.gains().getFirst();
      assertThat(actual.warmup()).extracting("dropped").isEqualTo(cell.get("drop").asInt());
      assertThat(row.blocks()).isEqualTo(cell.get("n").asInt());
      assertThat(row.method()).isEqualTo("paired-t");
      assertThat(row.gain()).isCloseTo(cell.get("gain").asDouble(), within(tolerance));
      assertThat(row.low()).isCloseTo(cell.get("ci_low").asDouble(), within(tolerance));
      assertThat(row.high()).isCloseTo(cell.get("ci_high").asDouble(), within(tolerance));
    }
  }

  private Gains.Cell cell(String id) throws IOException {
    return gains().cells().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void everyCommandThatReadsARunReadsAnImportedOne() throws IOException {
    assertThat(
            slablab(
                "import",
                mini.toString(),
                "--out",
                run.toString(),
                "--label",
                "foreign",
                "--at",
                "2026-02-03T04:05:06Z",
                store()))
        .isZero();
    String table = out.toString();
    Files.delete(run.resolve("gains.json")); // what is shown comes from the trials

    assertThat(slablab("show", run.toString())).isZero();
    assertThat(out.toString()).contains("8 cores").contains("38 trials done").contains("foreign");
    assertThat(table).contains("treat against base");
    assertThat(slablab("report", run.toString())).isZero();
    assertThat(slablab("export", run.toString(), "--format", "trials-csv")).isZero();
    assertThat(out.toString()).contains("c0002,imported,false,imported,sockets=1");
    assertThat(slablab("history", "cov", store())).isZero();
    assertThat(out.toString()).contains("c0000").contains("2026-02-03T04:05:06Z");
    assertThat(slablab("campaigns", store())).isZero();
    assertThat(out.toString()).contains("foreign");
    assertThat(run.resolve("imported/trials.csv"))
        .hasSameTextualContentAs(mini.resolve("trials.csv"));
  }

  @ParameterizedTest
  @CsvSource({
    "trials.csv, 3, '46453.1', 'fast', trials.csv:3: value 'fast' is not a number",
    "trials.csv, 3, 'base', 'bsae', trials.csv:3: variant 'bsae' is not in design.json",
    "trials.csv, 4, 'c0002', 'c9', trials.csv:4: cell 'c9' is not in cells.csv",
    "trials.csv, 4, ',2,', ',1,', trials.csv:4: iteration 1 of this trial stands twice",
    "trials.csv, 2, ',44684.2', '', 'trials.csv:2: fields: 6, columns of the first line: 7'",
    "trials.csv, 1, 'block', 'blok', trials.csv:1: no column 'block'",
    "cells.csv, 3, ',8,', ',0,', cells.csv:3: cores '0' is not a whole number of at least 1",
    "cells.csv, 2, 'h0', '../h', cells.csv:2: host '../h'",
    "design.json, 4, 'ops/s', 'furlongs', design.json:4: unit 'furlongs'",
    "design.json, 5, ',', ';', design.json:5: no JSON"
  })
  void whatIsWrongIsSaidWithFileAndLine(
      String file, int line, String from, String to, String message) throws IOException {
    List<String> lines = Files.readAllLines(mini.resolve(file));
    assertThat(lines.get(line - 1)).contains(from);
    lines.set(line - 1, lines.get(line - 1).replace(from, to));
    Files.write(mini.resolve(file), lines);

    assertThat(slablab("import", mini.toString(), "--out", run.toString())).isEqualTo(2);
    assertThat(err.toString()).startsWith(mini + "/").contains(message);
    assertThat(err.toString().lines().count()).isLessThanOrEqualTo(3);
    assertThat(run).doesNotExist();
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(mini.resolve("cells.csv"));
    assertThat(slablab("import", mini.toString(), "--out", run.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("cells.csv: no such file");
  }

  @Test
  void aTrialWithoutANumberIsAFailedTrial() throws IOException {
    String trials = Files.readString(mini.resolve("trials.csv"));
    Files.writeString(mini.resolve("trials.csv"), trials.replaceFirst(",44684.2", ",NaN"));

    assertThat(slablab("import", mini.toString(), "--out", run.toString(), store())).isEqualTo(5);

    Gains.Row row = cell("c0002").gains().getFirst();
    assertThat(row.blocks()).isEqualTo(7);
    assertThat(row.flags()).contains(Flag.INCOMPLETE);
    assertThat(String.join("; ", row.warnings())).contains("iteration 0 is NaN");
  }

  @Test
  void trialsThatWereCutBeforeAreNotCutAgain() throws IOException {
    String design = Files.readString(mini.resolve("design.json"));
    Files.writeString(
        mini.resolve("design.json"), design.replace("included\": true", "included\": false"));

    assertThat(slablab("import", mini.toString(), "--out", run.toString(), store())).isZero();

    assertThat(cell("c0000").warmup()).extracting("dropped").isEqualTo(0);
  }

  private Path jmh(String name, String unit, String params, double... forks) throws IOException {
    String raw =
        Arrays.stream(forks)
            .mapToObj(f -> String.format(Locale.ROOT, "[%s, %s]", f - 1, f + 1))
            .collect(Collectors.joining(", "));
    return Files.writeString(folder.resolve(name), "[\n" + result(unit, params, raw) + "]\n");
  }

  private static String result(String unit, String params, String raw) {
    return """
    {"jmhVersion": "1.37", "benchmark": "org.x.Lists.add", "mode": "thrpt", "threads": 2,
     "forks": 6, "params": {%s},
     "primaryMetric": {"score": 1, "scoreUnit": "%s", "rawData": [%s]}, "secondaryMetrics": {}}
    """
        .formatted(params, unit, raw);
  }

  private static double[] logs(double[] values) {
    return Arrays.stream(values).map(Math::log).toArray();
  }

  @Test
  void forksOfJmhAreComparedUnpairedAndSaySo() throws IOException {
    Path base = jmh("base.json", "ops/us", "\"size\": \"10\"", BASE);
    Path treat = jmh("treat.json", "ops/us", "\"size\": \"10\"", TREAT);

    int code =
        slablab(
            "import", "--variant=old=" + base, "--variant=new=" + treat, "--out=" + run, store());

    assertThat(err.toString()).doesNotContain("error");
    assertThat(code).isZero();
    Gains.Cell cell = gains().cells().getFirst();
    assertThat(cell.baseline()).isEqualTo("old");
    assertThat(cell.params()).containsEntry("size", "10");
    assertThat(cell.placement().cores()).isEqualTo(2);
    Gains.Row row = cell.gains().getFirst();
    Welch welch = Welch.of(logs(BASE), logs(TREAT), 0.95);
    assertThat(row.method()).isEqualTo("welch");
    assertThat(row.flags()).contains(Flag.UNPAIRED);
    assertThat(row.blocks()).isEqualTo(6);
    assertThat(row.blocksPlanned()).isEqualTo(6);
    assertThat(row.gain()).isCloseTo(Math.expm1(welch.difference()), within(1e-12));
    assertThat(row.low()).isCloseTo(Math.expm1(welch.low()), within(1e-12));
    assertThat(row.high()).isCloseTo(Math.expm1(welch.high()), within(1e-12));
    assertThat(row.treatment()).isGreaterThan(100e6); // operations per second
    assertThat(gains().overall().getFirst().low()).isCloseTo(row.low(), within(1e-12));
    assertThat(out.toString()).contains("unpaired");
  }

  @Test
  void aParameterOfJmhCanBeTheVariant() throws IOException {
    String all =
        "[\n"
            + result("s/op", "\"impl\": \"old\"", "[0.5], [0.25], [0.5], [0.25], [0.5]")
            + ",\n"
            + result("s/op", "\"impl\": \"new\"", "[1], [1], [\"NaN\"], [2], [2], [2]")
            + "]\n";
    Path file = Files.writeString(folder.resolve("all.json"), all);

    assertThat(slablab("import", file.toString(), "--param=impl", "--out=" + run, store()))
        .isEqualTo(5);

    Gains.Row row = gains().cells().getFirst().gains().getFirst();
    assertThat(row.variant()).isEqualTo("new");
    assertThat(row.higherIsBetter()).isTrue(); // times per operation become rates
    assertThat(row.gain()).isNegative();
    assertThat(row.blocks()).isEqualTo(5);
    assertThat(String.join("; ", row.warnings())).contains("iteration 0 is NaN");
  }

  @Test
  void whatIsWrongInAFileOfJmhIsSaidWithItsLine() throws IOException {
    Path file = jmh("base.json", "bananas", "\"impl\": \"a\"", BASE);
    assertThat(slablab("import", file.toString(), "--param=impl")).isEqualTo(2);
    assertThat(err.toString()).startsWith(file + ":2: scoreUnit 'bananas'");
    assertThat(slablab("import", file.toString(), "--param=size")).isEqualTo(2);
    assertThat(err.toString()).startsWith(file + ":2: no parameter 'size'");
    Files.writeString(file, "[\n{\"benchmark\": }]");
    assertThat(slablab("import", file.toString(), "--param=impl")).isEqualTo(2);
    assertThat(err.toString()).startsWith(file + ":2: no JSON");
    assertThat(slablab("import", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(slablab("import")).isEqualTo(1);
  }
}
