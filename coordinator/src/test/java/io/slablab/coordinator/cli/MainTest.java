package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user does wrong: exit code, place, and nothing written. */
class MainTest {
  private static final String GOOD =
      """
      slablab: 1
      name: good
      workloads: [exec]
      variants: [baseline, ctor-dtor]
      baseline: baseline
      placements: {cores: [1]}
      design: {blocks: {min: 2, max: 2}}
      trial: {warmup: 100ms, measure: 200ms, interval: 100ms}
      """;

  @TempDir Path folder;
  private Path suite;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeSuite() throws IOException {
    suite = Files.writeString(folder.resolve("good.yaml"), GOOD);
  }

  private int slablab(String... args) {
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private long filesInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void helpListsTheCommandsThereAre() {
    assertThat(slablab("--help")).isZero();
    assertThat(out.toString())
        .contains(
            "run",
            "plan",
            "validate",
            "topology",
            "doctor",
            "show",
            "campaigns",
            "history",
            "report",
            "export",
            "agent")
        .contains("resume", "status", "stop", "gate", "compare")
        .doesNotContain("serve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ru", "run", "run --no-such-option", "export x --format pdf"})
  void misuseIsExitOneAndSaysWhereHelpIs(String line) {
    assertThat(slablab(line.split(" "))).isEqualTo(1);
    assertThat(err.toString()).contains("slablab").doesNotContain("\tat ");
    assertThat(err.toString().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void aGoodSuiteIsValidAndHasAPlan() throws IOException {
    assertThat(slablab("validate", suite.toString())).isZero();
    assertThat(out.toString()).contains("valid", "cells=1", "trials=4");
    assertThat(slablab("run", suite.toString(), "--dry-run")).isZero();
    assertThat(out.toString()).contains("exec-compact-1-local");
    assertThat(filesInFolder()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cores: [1]|cores: [0]|cores must be at least 1",
        "cores: [1]|cores: [9999]|9999",
        "name: good|nome: good|did you mean 'name'",
        "name: good|name: good~name: again|name",
        "workloads: [exec]|workloads: [exek]|exek",
        "[baseline, ctor-dtor]|[baseline, ctor-dtr]|ctor-dtr",
        "workloads: [exec]|hosts: nowhere~workloads: [exec]|nowhere",
        "min: 2|min: two|two",
      })
  void aBrokenSuiteIsExitTwoWithPlaceAndHint(String from, String to, String expected)
      throws IOException {
    Path broken =
        Files.writeString(folder.resolve("broken.yaml"), GOOD.replace(from, to.replace('~', '\n')));
    assertThat(slablab("run", broken.toString(), "--out", folder.resolve("r").toString()))
        .isEqualTo(2);
    assertThat(err.toString()).containsPattern("broken\\.yaml:\\d+:\\d+: ").contains(expected);
    assertThat(folder.resolve("r")).doesNotExist();
  }

  @Test
  void aYamlBombIsRefusedQuickly() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    Path file = Files.writeString(folder.resolve("bomb.yaml"), bomb);
    assertThat(slablab("run", file.toString())).isEqualTo(2);
  }

  @Test
  void missingFilesAreNamed() {
    assertThat(slablab("run", folder.resolve("none.yaml").toString())).isEqualTo(2);
    assertThat(slablab("run", suite.toString(), "-i", folder.resolve("none.yaml").toString()))
        .isEqualTo(2);
    assertThat(slablab("show", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none.yaml: no such file or directory");
  }

  @Test
  void anOutDirectoryInUseOrImpossibleIsRefused() {
    assertThat(slablab("run", suite.toString(), "--out", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("never overwritten");
    assertThat(slablab("run", suite.toString(), "--out", suite.resolve("x").toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("is not a directory");
  }

  @Test
  void topologyReadsThisMachineAndRefusesWhatIsNone() {
    assertThat(slablab("topology", "--json")).isZero();
    assertThat(out.toString()).startsWith("{\"sockets\":[{\"id\":");
    assertThat(slablab("topology", "--root", folder.toString())).isEqualTo(2);
    assertThat(slablab("topology", "elsewhere")).isEqualTo(2);
  }

  @Test
  void anIndexIsMadeReadAndFoundByLabel() throws IOException {
    Path run = Files.createDirectories(folder.resolve("r").resolve("one"));
    Files.writeString(
        run.resolve("manifest.json"),
        """
        {"schema":"slablab/run/1","toolVersion":"0.1.0","campaign":"c0ffee","suite":"good",
         "label":"first","seed":1,"startedAt":"2026-02-03T04:05:06Z","overrides":{},"digests":{}}
        """);
    Files.writeString(
        run.resolve("plan.json"),
        """
        {"schema":"slablab/plan/1","suite":"good","seed":1,"hosts":[]}
        """);
    String store = "--store=sqlite:" + folder.resolve("i.db");

    assertThat(slablab("campaigns", store)).isEqualTo(2);
    assertThat(err.toString()).contains("no index of campaigns at " + folder.resolve("i.db"));
    assertThat(slablab("reindex", folder.resolve("r").toString(), store)).isZero();
    assertThat(out.toString()).startsWith("1 runs indexed in " + folder.resolve("i.db"));
    assertThat(slablab("campaigns", store)).isZero();
    assertThat(out.toString()).contains("20260203T040506Z-c0ffee  good   first");
    assertThat(slablab("history", store)).isZero();
    assertThat(out.toString()).contains("no gains in the index match");
    assertThat(slablab("show", "first", store)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("Run c0ffee (first)");
    assertThat(slablab("show", "second", store)).isEqualTo(2);
  }

  @Test
  void aPasswordInAUrlIsRefusedAndNotRepeated() {
    assertThat(slablab("campaigns", "--store", "postgresql://me:hunter2@db/lab")).isEqualTo(1);
    assertThat(err.toString()).contains("PGPASSWORD").doesNotContain("hunter2");
  }

  @Test
  void doctorReadsARecordedMachineInAJvmOfItsOwn() throws IOException {
    Path machine = Files.createDirectories(folder.resolve("machine"));
    Files.writeString(
        Files.createDirectories(machine.resolve("proc")).resolve("loadavg"), "9.5 1 1 1/1 1\n");
    assertThat(slablab("doctor", "--root", machine.toString())).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith(machine + ": 1 of 11 checks find noise, 10 cannot be told; comparability key ")
        .contains(
            "noisy    load            9.50 over a minute\n    something else runs here\n    fix: ")
        .contains("unknown  governor        no /sys/devices/system/cpu/cpu*/cpufreq");
    assertThat(slablab("doctor", "elsewhere")).isEqualTo(2);
    assertThat(slablab("doctor", "--root", folder.resolve("none").toString())).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plan /dev/zero|/dev/zero: more than 1048576 bytes",
        "plan FOLDER|FOLDER: Is a directory",
        "plan FOLDER/good.yaml -i FOLDER|FOLDER: Is a directory",
        "plan FOLDER/latin1.yaml|FOLDER/latin1.yaml: not a text file in UTF-8",
        "plan FOLDER/loop|FOLDER/loop: Too many levels of symbolic links",
        "topology localhost -i FOLDER/none.yaml|FOLDER/none.yaml: no such file or directory",
        "run FOLDER/good.yaml --out /proc/x|/proc/x: cannot be created (",
      })
  void whatCannotBeReadOrWrittenIsNamedWithItsReason(String line, String expected)
      throws IOException {
    Files.write(folder.resolve("latin1.yaml"), new byte[] {'a', (byte) 0xe9});
    Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    assertThat(slablab(line.replace("FOLDER", folder.toString()).split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith(expected.replace("FOLDER", folder.toString()));
    assertThat(err.toString().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topology localhost --root /tmp|HOST and --root",
        "topology -i x.yaml|--inventory needs a HOST",
        "export x --format pdf|is none of csv, trials-csv, jmh, hlog",
        "plan x -P a|Value for option",
      })
  void misuseIsSaidInOneLine(String line, String expected) {
    assertThat(slablab(line.split(" "))).isEqualTo(1);
    assertThat(err.toString().lines().findFirst().orElse(""))
        .startsWith("slablab: ")
        .contains(expected);
  }

  @Test
  void anExportOverwritesNothing() throws IOException {
    Path run = KilledRun.write(Files.createDirectory(folder.resolve("run")));
    Path file = folder.resolve("gains.csv");
    String[] export = {"export", run.toString(), "--format", "csv", "--out", file.toString()};
    assertThat(slablab(export)).isZero();
    String before = Files.readString(file);
    assertThat(before).startsWith("campaign,");
    assertThat(slablab(export)).isEqualTo(1);
    assertThat(err.toString())
        .contains("slablab: export: " + file + " exists, and nothing is overwritten")
        .hasLineCount(1);
    assertThat(Files.readString(file)).isEqualTo(before);
    export[5] = "/dev/null";
    assertThat(slablab(export)).as("a device").isZero();
  }

  @Test
  void theFoldersOfAKilledCampaignAreNoTrials() throws IOException {
    Path run = KilledRun.write(Files.createDirectory(folder.resolve("run")));
    assertThat(slablab("show", run.toString())).isZero();
    assertThat(out.toString()).contains("1 trial done\n").doesNotContain("unfinished");
    assertThat(slablab("report", run.toString())).isZero();
    assertThat(run.resolve("report.html")).isNotEmptyFile();
    assertThat(slablab("export", run.toString(), "--format", "trials-csv")).isZero();
  }

  @Test
  void debugFeaturesAreTriedUnderTheDesigns() throws IOException {
    assertThat(slablab("variants", "--debug-matrix", "--json")).isZero();
    JsonNode cells = new ObjectMapper().readTree(out.toString());
    assertThat(cells).hasSize(9 * 2 * 6);
    for (JsonNode cell : cells) {
      boolean asPosted = cell.path("design").asText().contains("as posted");
      assertThat(cell.path("clean").asBoolean() || asPosted).as(cell.toString()).isTrue();
      assertThat(cell.path("planted")).isNotEmpty();
    }
  }

  @Test
  void helpKnowsCommands() {
    assertThat(slablab("help", "run")).isZero();
    assertThat(out.toString()).startsWith("Usage: slablab run");
  }

  @Test
  void anInventoryIsCheckedHostByHost() throws IOException {
    Path lab =
        inventory(
            """
            all:
              hosts:
                here: {ansible_connection: local, slablab: {workdir: %s, tags: [x]}}
                away: {ansible_host: 127.0.0.1, ansible_port: 1, ansible_ssh_private_key_file: %s/none}
            """
                .formatted(folder, folder));
    assertThat(slablab("inventory", "check", "-i", lab.toString(), "--hosts", "here")).isZero();
    assertThat(out.toString()).startsWith("host").contains("here", "ok", "25.");
    assertThat(slablab("inventory", "check", "-i", lab.toString(), "--json")).isEqualTo(5);
    assertThat(out.toString())
        .contains("\"schema\":\"slablab/inventory-check/1\"".replace(":", " : "))
        .contains("there is no such private key", "\"unusable\"");
    assertThat(slablab("inventory", "check", "-i", lab.toString(), "--hosts", "z")).isEqualTo(2);
    assertThat(slablab("plan", suite.toString(), "-i", lab.toString(), "--hosts", "away"))
        .isEqualTo(5);
    assertThat(err.toString()).contains("away: " + folder + "/none: there is no such private key");
    assertThat(slablab("topology", "away", "-i", lab.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("looks at local hosts only in this version: away");
  }

  @Test
  void twoHostsThatAreOneMachineAreRefused() throws IOException {
    Path both = inventory("all: {vars: {ansible_connection: local}, hosts: {a: , b: }}");
    assertThat(slablab("plan", suite.toString(), "-i", both.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("hosts a, b are all this machine", "--hosts a");
    assertThat(slablab("plan", suite.toString(), "-i", both.toString(), "--hosts", "b")).isZero();
  }

  @Test
  void aJavaThatIsNotThereIsRefusedBeforeAnythingStarts() throws IOException {
    Path wrong =
        inventory("all: {hosts: {a: {ansible_connection: local, slablab: {java: /nosuch}}}}");
    assertThat(slablab("plan", suite.toString(), "-i", wrong.toString())).isEqualTo(2);
    assertThat(err.toString()).startsWith("host a: /nosuch/bin/java cannot be run");
  }

  @Test
  void moreWorkersThanPossibleCpusIsAProblemOfTheSuite() throws IOException {
    Path few =
        Files.writeString(
            folder.resolve("few.yaml"),
            GOOD.replace("[exec]", "[tc, {exec: {possible-cpus: 1}}]").replace("[1]", "[1, all]"));
    int cpus = Runtime.getRuntime().availableProcessors();
    assumeThat(cpus).isGreaterThan(1);
    assertThat(slablab("plan", few.toString())).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(few + ":3:40: possible-cpus 1 is less than the cores of a placement\n");
  }

  private Path inventory(String text) throws IOException {
    return Files.writeString(folder.resolve("inventory.yaml"), text);
  }
}
