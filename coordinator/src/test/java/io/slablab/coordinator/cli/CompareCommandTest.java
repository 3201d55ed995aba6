package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs of known truth side by side. */
class CompareCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path base;

  @BeforeEach
  void write() throws IOException {
    base = run("base", 1).cell("a", 16, 0.10, 0.005).cell("b", 16, 0.10, 0.005).write();
  }

  private GateRun run(String name, long seed) {
    return new GateRun(folder.resolve(name), name, "2026-03-01T01:00:00Z", seed);
  }

  private int compare(Path candidate, String... options) {
    String[] line = new String[options.length + 3];
    line[0] = "compare";
    line[1] = base.toString();
    line[2] = candidate.toString();
    System.arraycopy(options, 0, line, 3, options.length);
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), line);
  }

  @Test
  void gainsAndLevelsCarryIntervals() throws IOException {
    Path candidate =
        run("cand", 2)
            .on("k2", "hw1", "6.13")
            .cell("a", 16, 0.04, 0.005)
            .cell("b", 16, 0.10, 0.005)
            .cell("c", 16, 0, 0.005)
            .write();
    assertThat(compare(candidate)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("cand against base: gains 1 worse, 0 inconclusive, 0 better, 1 equivalent")
        .contains("kernel.release: 6.12 -> 6.13", "UNPAIRED", "only in cand: desk/c");
    assertThat(compare(candidate, "--json")).isZero();
    JsonNode worst = new ObjectMapper().readTree(out.toString()).path("rows").get(0);
    assertThat(worst.path("cell").asText()).isEqualTo("a");
    assertThat(worst.path("verdict").asText()).isEqualTo("worse");
    assertThat(worst.path("change").asDouble()).isCloseTo(1.04 / 1.10 - 1, within(0.01));
    assertThat(worst.path("low").asDouble()).isLessThan(worst.path("change").asDouble());
  }

  @Test
  void whatIsNotShownHasNoNumberButWhatCouldHaveBeenSeen() throws IOException {
    base = run("noisy", 3).cell("a", 6, 0, 0.1).write();
    Path candidate = run("cand", 4).cell("a", 6, 0, 0.1).write();
    assertThat(compare(candidate)).isZero();
    assertThat(out.toString()).contains("inconclusive", "~", "(n~");
  }

  @Test
  void unlikeHardwareIsRefusedAndNamed() throws IOException {
    Path candidate = run("cand", 5).on("k2", "hw2", "6.12").cell("a", 8, 0, 0.01).write();
    assertThat(compare(candidate)).isEqualTo(2);
    assertThat(err.toString()).contains("cpu.model: CPU of hw1 -> CPU of hw2", "--force");
    assertThat(compare(candidate, "--force")).isZero();
    assertThat(out.toString()).contains("another hardware");
    assertThat(compare(candidate, "--force", "--map", "desk=other")).isEqualTo(2);
    assertThat(err.toString()).contains("CAND has no host other");
  }

  @Test
  void runsWithoutACommonCellAreRefused() throws IOException {
    assertThat(compare(run("cand", 6).cell("z", 8, 0, 0.01).write())).isEqualTo(2);
    assertThat(err.toString()).contains("no cell in common");
  }
}
