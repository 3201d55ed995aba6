package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with known truth, judged by the command line. */
class GateCommandTest {
  private static final String NIGHT = "2026-03-01T01:00:00Z";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int slablab(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  /** What was printed, wherever its lines were broken. */
  private String said() {
    return out.toString().replaceAll("\\s+", " ");
  }

  private GateRun run(String name, long seed) {
    return new GateRun(folder.resolve(name), name, NIGHT, seed);
  }

  private String store() {
    return "sqlite:" + folder.resolve("index.db");
  }

  private JsonNode verdict(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("verdict.json").toFile()).path("gated");
  }

  @Test
  void aLossIsConfirmedByTheRunsOwnLaterBlocks() throws IOException {
    Path run =
        run("r", 1)
            .cell("slow", 32, -0.03, 0.01)
            .cell("same", 32, 0, 0.01)
            .cell("more", 32, 0.05, 0.01)
            .write();
    assertThat(slablab("gate", run.toString())).isEqualTo(3);
    assertThat(said())
        .contains("1 regression, 0 infrastructure, 0 inconclusive, 2 passed")
        .contains("n=16 new blocks", "HL -", "p_adj", "REGRESSION")
        .doesNotContain("p_adj 0,");
    assertThat(out.toString().lines().filter(l -> l.startsWith("desk/")).findFirst().orElseThrow())
        .startsWith("desk/slow candidate: gain -");
    assertThat(verdict(run).path("outcome").asText()).isEqualTo("regression");
    assertThat(slablab("gate", run.toString(), "--json")).isEqualTo(3);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("schema").asText()).isEqualTo("slablab/gate/1");
    assertThat(json.path("m").asInt()).isEqualTo(3);
    assertThat(json.path("cells").get(0).path("points")).hasSize(32);
    assertThat(json.path("cells").get(0).path("why").asText()).isEqualTo("loss-confirmed");
  }

  @Test
  void equalVariantsPassNightAfterNight() throws IOException {
    for (int night = 0; night < 10; night++) {
      GateRun run = run("n" + night, 100 + night);
      for (int cell = 0; cell < 8; cell++) {
        run.cell("c" + cell, 32, 0, 0.015);
      }
      assertThat(slablab("gate", run.write().toString())).as(out.toString()).isZero();
    }
  }

  @Test
  void anUnderPoweredRunSaysWhatItCouldHaveSeen() throws IOException {
    Path run = run("r", 3).cell("noisy", 8, 0, 0.10).write();
    assertThat(slablab("gate", run.toString())).isEqualTo(4);
    assertThat(said()).containsPattern("could have seen >= \\d").contains("blocks for 3.0 %");
    Path strict = run("s", 4).cell("few", 8, 0, 0.02).write();
    assertThat(slablab("gate", strict.toString())).as(out.toString()).isZero();
    assertThat(slablab("gate", strict.toString(), "--strict")).isIn(0, 4);
    Path quiet = run("q", 5).cell("quiet", 8, 0, 0.005).write();
    assertThat(slablab("gate", quiet.toString(), "--strict")).isZero();
  }

  @Test
  void missingTrialsAreInfrastructureUnlessALossIsProven() throws IOException {
    Path run = run("r", 6).cell("c", 24, 0, 0.01).without("c", 3, "candidate").write();
    assertThat(slablab("gate", run.toString())).isEqualTo(5);
    assertThat(said()).contains("1 infrastructure", "candidate did not run in block 3");
    Path lost = run("l", 7).cell("c", 24, -0.08, 0.01).without("c", 3, "candidate").write();
    assertThat(slablab("gate", lost.toString())).isEqualTo(3);
  }

  @Test
  void aShortRunAsksForNewBlocksAndIsConfirmedOnce() throws IOException {
    Path run = run("r", 8).cell("slow", 8, -0.05, 0.01).cell("same", 8, 0, 0.01).write();
    Path requests = folder.resolve("requests.csv");
    assertThat(slablab("gate", run.toString(), "--requests", requests.toString())).isEqualTo(4);
    assertThat(said()).contains("flagged by the screen; 16 new blocks would decide");
    assertThat(requests).hasContent("cell,variant,blocks\r\nslow,candidate,16\r\n");
    Path fresh =
        new GateRun(folder.resolve("f"), "f", "2026-03-01T03:00:00Z", 9)
            .cell("slow", 16, -0.05, 0.01)
            .write();
    assertThat(slablab("gate", run.toString(), "--confirmation", fresh.toString())).isEqualTo(3);
    assertThat(verdict(run).path("confirmation").asText()).isEqualTo("f");
    Path again =
        new GateRun(folder.resolve("g"), "g", "2026-03-01T04:00:00Z", 10)
            .cell("slow", 16, 0, 0.01)
            .write();
    assertThat(slablab("gate", run.toString(), "--confirmation", again.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("f has confirmed this run");
    assertThat(verdict(run).path("confirmation").asText()).isEqualTo("f");
  }

  @Test
  void aForeignHarnessConfirmsByCsv() throws IOException {
    Path run = run("r", 11).cell("slow", 8, -0.05, 0.01).write();
    Path csv = Files.createDirectories(folder.resolve("csv"));
    Files.writeString(
        csv.resolve("design.json"),
        """
        {"format":1,"metric":"throughput","direction":"higher","baseline":"baseline",
         "granularity":"trial","warmup_included":false}
        """);
    Files.writeString(csv.resolve("cells.csv"), "cell,host,cores,sockets\nslow,desk,1,1\n");
    StringBuilder trials =
        new StringBuilder("campaign,cell,block,position,variant,iteration,value\n");
    SplittableRandom random = new SplittableRandom(12);
    for (int block = 0; block < 16; block++) {
      double base = 1000 * Math.exp(0.005 * random.nextGaussian());
      double treat = 950 * Math.exp(0.005 * random.nextGaussian());
      trials.append("foreign,slow,%d,0,baseline,0,%.3f%n".formatted(block, base));
      trials.append("foreign,slow,%d,1,candidate,0,%.3f%n".formatted(block, treat));
    }
    Files.writeString(csv.resolve("trials.csv"), trials);
    assertThat(slablab("gate", run.toString(), "--confirmation", csv.toString())).isEqualTo(3);
    assertThat(said()).contains("confirmed by new blocks of foreign", "n=16 new blocks");
    Files.writeString(
        csv.resolve("trials.csv"),
        trials.toString().replaceFirst("0,baseline,0,[0-9.]+", "0,baseline,0,x"));
    assertThat(slablab("gate", run.toString(), "--confirmation", csv.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("trials.csv:2");
  }

  @Test
  void noConfirmationWhereTheRunConfirmsItself() throws IOException {
    Path run = run("r", 13).cell("c", 24, -0.05, 0.01).write();
    Path fresh =
        new GateRun(folder.resolve("f"), "f", "2026-03-01T03:00:00Z", 9)
            .cell("c", 16, 0, 0.01)
            .write();
    assertThat(slablab("gate", run.toString(), "--confirmation", fresh.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("this run confirms itself");
    Path small = run("s", 14).cell("c", 8, -0.05, 0.01).write();
    assertThat(slablab("gate", small.toString(), "--confirmation", small.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is the run itself");
  }

  @Test
  void againstAnotherRunGainsAreComparedAndLevelsShown() throws IOException {
    Path reference =
        new GateRun(folder.resolve("old"), "old", "2026-02-01T01:00:00Z", 15)
            .cell("slow", 32, 0.10, 0.01)
            .cell("same", 32, 0.10, 0.01)
            .write();
    Path run =
        run("r", 16)
            .cell("slow", 32, 0.04, 0.01)
            .cell("same", 32, 0.10, 0.01)
            .cell("new", 32, 0, 0.01)
            .write();
    assertThat(slablab("gate", run.toString(), "--against", reference.toString())).isEqualTo(3);
    assertThat(said())
        .contains("BETWEEN CAMPAIGNS", "UNPAIRED", "the reference has no such comparison")
        .contains("1 regression, 0 infrastructure, 1 inconclusive, 1 passed");
    Path other =
        new GateRun(folder.resolve("other"), "other", "2026-02-01T01:00:00Z", 17)
            .on("k2", "hw2", "6.12")
            .cell("slow", 8, 0, 0.01)
            .write();
    assertThat(slablab("gate", run.toString(), "--against", other.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("cpu.model: CPU of hw2 -> CPU of hw1");
    Path kernel =
        new GateRun(folder.resolve("kernel"), "kernel", "2026-02-01T01:00:00Z", 18)
            .on("k3", "hw1", "6.13")
            .cell("same", 32, 0.10, 0.01)
            .write();
    assertThat(slablab("gate", run.toString(), "--against", kernel.toString())).isEqualTo(4);
    assertThat(said()).contains("kernel.release: 6.13 -> 6.12");
  }

  @Test
  void lastGoodIsTheNewestRunThatPassed() throws IOException {
    Path good =
        new GateRun(folder.resolve("runs/a"), "a", "2026-02-01T01:00:00Z", 19)
            .cell("c", 32, 0, 0.01)
            .write();
    Path bad =
        new GateRun(folder.resolve("runs/b"), "b", "2026-02-02T01:00:00Z", 20)
            .cell("c", 32, -0.06, 0.01)
            .write();
    Path run = run("runs/r", 21).cell("c", 32, 0, 0.01).write();
    assertThat(slablab("reindex", folder.resolve("runs").toString(), "--store", store())).isZero();
    assertThat(slablab("gate", run.toString(), "--against", "last-good", "--store", store()))
        .isZero();
    assertThat(said()).contains("against the run's own baseline");
    assertThat(slablab("gate", good.toString())).isZero();
    assertThat(slablab("gate", bad.toString())).isEqualTo(3);
    assertThat(slablab("gate", run.toString(), "--against", "last-good", "--store", store()))
        .isZero();
    assertThat(said()).contains("against run a");
  }

  @Test
  void historyJudgesTonightByTheNightsBefore() throws IOException {
    for (int night = 1; night <= 9; night++) {
      new GateRun(
              folder.resolve("runs/n" + night),
              "n" + night,
              "2026-02-0" + night + "T01:00:00Z",
              night)
          .on(night == 1 ? "k0" : "k1", "hw1", "6.12")
          .cell("c", 8, 0.10, 0.005)
          .write();
    }
    Path run = run("runs/r", 30).cell("c", 8, 0.03, 0.005).write();
    Path same = run("runs/s", 31).cell("c", 8, 0.10, 0.005).write();
    assertThat(slablab("reindex", folder.resolve("runs").toString(), "--store", store())).isZero();
    String[] tonight = {"gate", run.toString(), "--against", "history:20", "--store", store()};
    assertThat(slablab(tonight)).as(err.toString()).isEqualTo(3);
    assertThat(said()).contains("HISTORY", "against 8", "tonight lies below");
    tonight[1] = same.toString();
    assertThat(slablab(tonight)).as(out.toString()).isZero();
    tonight[3] = "history:3";
    assertThat(slablab(tonight)).isEqualTo(1);
    assertThat(err.toString()).contains("8 to 20 nights");
  }

  @Test
  void anotherVariantMayBeTheReference() throws IOException {
    Path run = run("r", 32).cell("c", 32, 0.05, 0.01).write();
    assertThat(slablab("gate", run.toString())).isZero();
    assertThat(slablab("gate", run.toString(), "--against", "candidate")).isEqualTo(3);
    assertThat(said()).contains("desk/c baseline: gain -");
  }

  @Test
  void whatCannotBeGatedIsSaid() throws IOException {
    Path run =
        run("r", 33)
            .gate("gate: {metric: throughput, regression: 100%}\n")
            .cell("c", 8, 0, 0.01)
            .write();
    assertThat(slablab("gate", run.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("shares between 0 and 1");
    assertThat(slablab("gate", folder.resolve("nothing").toString())).isEqualTo(2);
    Path plain = run("p", 34).gate("").cell("c", 8, 0, 0.005).write();
    assertThat(slablab("gate", plain.toString())).isZero();
    assertThat(
            slablab("gate", plain.toString(), "--requests", folder.resolve("no/such").toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("cannot write").doesNotContain("\tat ");
  }
}
