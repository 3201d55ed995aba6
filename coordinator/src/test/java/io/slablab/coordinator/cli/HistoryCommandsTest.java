package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.history.Restarts;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.index.CampaignIndex;
import io.slablab.coordinator.store.index.Reindex;
import io.slablab.coordinator.store.index.Rows.HistoryRow;
import io.slablab.coordinator.store.index.StoreLocation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forty nights with a slower commit, a slower host and a new kernel in them. */
class HistoryCommandsTest {
  private static final int NIGHTS = 40;
  private static final int NEW_KERNEL = 12;
  private static final int SLOWER_CODE = 28;
  private static final int SLOWER_HOST = 24;

  private static final String ROW =
      """
      {"id":"%s","host":"h","engine":"threads","workload":"exec","params":{},
       "placement":{"layout":"compact","cores":1,"cpus":"0","memory":"local"},"simulated":false,
       "baseline":"base","warmup":null,"trials":{"planned":20,"done":20,"failed":0,"missing":0},
       "warnings":[],
       "gains":[{"variant":"new","metric":"throughput","unit":"ops/s","baseline":%s,"treatment":%s,
         "blocks":10,"gain":%s,"low":-0.1,"high":0.1,"confidence":0.95,"verdict":"inconclusive",
         "warnings":[],"higherIsBetter":true,"method":"paired-t","blocksPlanned":10,
         "drift":{"baseline":null,"treatment":null},"aa":false,"flags":[],"points":[]}]}
      """;

  @TempDir Path folder;
  private StoreLocation location;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    location = new StoreLocation.Sqlite(folder.resolve("index.db"));
    SplittableRandom random = new SplittableRandom(7);
    for (int night = 0; night < NIGHTS; night++) {
      night(night, random);
    }
    assertThat(Reindex.into(location, List.of(folder.resolve("runs"))).unreadable()).isEmpty();
  }

  private void night(int night, SplittableRandom random) throws IOException {
    double code = night < SLOWER_CODE ? 0.05 : 0.02;
    double host = night < SLOWER_HOST ? 1000 : 900;
    String a = cell("a", 1000 * (1 + 0.004 * random.nextGaussian()), code, random);
    String b = cell("b", host * (1 + 0.004 * random.nextGaussian()), 0.1, random);
    RunDirectory run = new RunDirectory(folder.resolve("runs").resolve("n" + night));
    Files.createDirectories(run.host("h"));
    Files.writeString(
        run.host("h").resolve("conditions.json"),
        "{\"keys\":{\"host\":\"%s\"}}".formatted(night < NEW_KERNEL ? "old-kernel" : "kernel"));
    Files.writeString(run.plan(), "{\"hosts\":[{\"host\":\"h\",\"cells\":[],\"trials\":[]}]}");
    Files.writeString(
        run.root().resolve("gains.json"),
        """
        {"schema":"slablab/gains/1","campaign":"n","suite":"nightly","seed":1,"cells":[%s,%s],
         "settings":{},"families":[{"metric":"throughput","hypotheses":2,"q":0.05}],"overall":[],"notes":[]}
        """
            .formatted(a, b));
    Files.writeString(
        run.manifest(),
        """
        {"schema":"%s","toolVersion":"1","campaign":"n%02d","suite":"nightly","label":"commit-%d",
         "seed":1,"startedAt":"2026-%02d-%02dT00:00:00Z","overrides":{},"digests":{}}
        """
            .formatted(Manifest.SCHEMA, night, night, 1 + night / 28, 1 + night % 28));
  }

  private static String cell(String id, double level, double gain, SplittableRandom random) {
    double seen = (1 + gain) * (1 + 0.003 * random.nextGaussian()) - 1;
    return String.format(Locale.ROOT, ROW, id, level, level * (1 + seen), seen);
  }

  private int slablab(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] all =
        Stream.concat(Stream.of(args), Stream.of("--store=" + "sqlite:" + location))
            .toArray(String[]::new);
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), all);
  }

  private List<JsonNode> changes(String... more) throws IOException {
    String[] args =
        Stream.concat(Stream.of("history", "changes", "--json"), Stream.of(more))
            .toArray(String[]::new);
    assertThat(slablab(args)).isZero();
    JsonNode rows = new ObjectMapper().readTree(out.toString());
    return StreamSupport.stream(rows.spliterator(), false).toList();
  }

  private JsonNode change(String kind) throws IOException {
    List<JsonNode> found =
        changes().stream().filter(c -> c.path("kind").asText().equals(kind)).toList();
    assertThat(found).as(kind).hasSize(1);
    return found.getFirst();
  }

  @Test
  void changesOfTheCodeStandApartFromThoseOfTheEnvironment() throws IOException {
    assertThat(changes()).hasSize(3);

    JsonNode code = change("GAIN");
    assertThat(code.path("key").path("cell").asText()).isEqualTo("a");
    assertThat(code.path("night").path("label").asText()).isEqualTo("commit-" + SLOWER_CODE);
    assertThat(code.path("previous").path("label").asText())
        .isEqualTo("commit-" + (SLOWER_CODE - 1));
    assertThat(code.path("before").asDouble()).isCloseTo(Math.log1p(0.05), within(0.003));
    assertThat(code.path("after").asDouble()).isCloseTo(Math.log1p(0.02), within(0.003));
    assertThat(code.path("withLevel").asBoolean()).isFalse();

    JsonNode host = change("LEVEL");
    assertThat(host.path("key").path("cell").asText()).isEqualTo("b");
    assertThat(host.path("night").path("label").asText()).isEqualTo("commit-" + SLOWER_HOST);

    JsonNode kernel = change("HOST");
    assertThat(kernel.path("from").asText()).isEqualTo("old-kernel");
    assertThat(kernel.path("key").path("hostKey").asText()).isEqualTo("kernel");
    assertThat(kernel.path("night").path("label").asText()).isEqualTo("commit-" + NEW_KERNEL);
  }

  @Test
  void theTextSaysWhatShiftedAndThatItIsOpen() {
    assertThat(slablab("history", "changes", "nightly")).isZero();
    assertThat(out.toString())
        .contains("Gains that shifted: the code")
        .contains("the environment")
        .contains("after selection")
        .contains("nightly, a on h, new, throughput")
        .contains("nightly, b on h, baseline, throughput")
        .contains("open");
    assertThat(slablab("history", "changes", "another")).isZero();
    assertThat(out.toString()).isEqualTo("no change in the history\n");
  }

  @Test
  void anAcceptedChangeIsClosedByNameAndTimeAndTheSeriesStartsAnew() throws IOException {
    String id = change("GAIN").path("id").asText();

    assertThat(
            slablab(
                "history",
                "accept",
                id,
                "--reason",
                "known trade",
                "--as",
                "regression",
                "--by",
                "ann"))
        .isZero();

    JsonNode accepted = change("GAIN").path("acceptance");
    assertThat(accepted.path("classified").asText()).isEqualTo("regression");
    assertThat(accepted.path("reason").asText()).isEqualTo("known trade");
    assertThat(accepted.path("acceptedBy").asText()).isEqualTo("ann");
    assertThat(accepted.path("acceptedAt").asText()).endsWith("Z");
    assertThat(changes("--open")).hasSize(2);
    CampaignIndex index = CampaignIndex.open(location);
    List<HistoryRow> rows =
        index.history(new CampaignIndex.Series("nightly", "h", "a", "new", "throughput"));
    assertThat(new Restarts(index.acceptances()).since(rows))
        .hasSize(NIGHTS - SLOWER_CODE)
        .allMatch(row -> row.label() != null && row.label().compareTo("commit-28") >= 0);
    assertThat(slablab("history", "accept", id, "--reason", "again")).isEqualTo(2);
    assertThat(err.toString()).contains("was accepted by ann").contains("known trade");
  }

  @Test
  void whatWasAcceptedSurvivesARebuildFromTheRunDirectoriesAlone() throws IOException {
    String id = change("LEVEL").path("id").asText();
    assertThat(slablab("history", "accept", id, "--reason", "fan", "--as", "infrastructure"))
        .isZero();
    Files.delete(folder.resolve("index.db"));

    Reindex.into(location, List.of(folder.resolve("runs")));

    assertThat(change("LEVEL").path("acceptance").path("classified").asText())
        .isEqualTo("infrastructure");
  }

  @Test
  void theListSaysWhereEverySeriesStands() throws IOException {
    assertThat(slablab("history", "list", "--cell", "a", "--json")).isZero();
    JsonNode rows = new ObjectMapper().readTree(out.toString());
    assertThat(rows).hasSize(2); // one per comparability key
    JsonNode old = rows.path(1);
    JsonNode now = rows.path(0);
    assertThat(now.path("hostKey").asText()).isEqualTo("kernel");
    assertThat(now.path("nights").asInt()).isEqualTo(NIGHTS - NEW_KERNEL);
    assertThat(now.path("nightsSince").asInt()).isEqualTo(NIGHTS - SLOWER_CODE);
    assertThat(now.path("gain").asDouble()).isCloseTo(0.02, within(0.003));
    assertThat(now.path("open").asInt()).isEqualTo(1);
    assertThat(old.path("nights").asInt()).isEqualTo(NEW_KERNEL);
    assertThat(slablab("history", "list")).isZero();
    assertThat(out.toString()).contains("gain now").contains("nightly, b on h, new, throughput");
    assertThat(slablab("history", "nightly")).isZero();
    assertThat(out.toString()).contains("commit-39");
  }

  @Test
  void theReportOfARunHasTheTrendOfItsSuite() throws IOException {
    Path run = folder.resolve("runs").resolve("n39");
    assertThat(slablab("report", run.toString())).isZero();
    String page = Files.readString(run.resolve("report.html"));
    String trend = page.substring(page.indexOf("<section id=trend>"));
    trend = trend.substring(0, trend.indexOf("</section>"));
    assertThat(trend)
        .contains("nightly, a on h, new, throughput")
        .contains("mark code open")
        .contains("mark environment open")
        .contains("40 nights");
    assertThat(trend.split("h0", -1)).hasSize(1 + 2 * NIGHTS); // a dot for every night
    assertThat(trend).hasSizeLessThan(20_000).doesNotContain("http");
  }

  @Test
  void aChangeThatIsNotThereAndOneWithoutAReasonAreRefused() {
    assertThat(slablab("history", "accept", "deadbeef", "--reason", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("no change 'deadbeef'");
    assertThat(slablab("history", "accept", "deadbeef")).isEqualTo(1);
    assertThat(slablab("history", "accept", "deadbeef", "--reason", " ")).isEqualTo(1);
  }
}
