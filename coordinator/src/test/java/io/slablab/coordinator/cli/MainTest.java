package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
        .contains("run", "plan", "validate", "topology", "show", "report", "export", "agent")
        .doesNotContain("gate", "compare", "serve");
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
    assertThat(err.toString()).contains("none.yaml: no such file");
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
}
