package io.slablab.coordinator.store.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.plan.ToldConditions;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import io.slablab.coordinator.store.index.Rows.CampaignRow;
import io.slablab.coordinator.store.index.Rows.CellRow;
import io.slablab.coordinator.store.index.Rows.GainRow;
import io.slablab.coordinator.store.index.Rows.HostRow;
import io.slablab.coordinator.store.index.Rows.TrialRow;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsFiles;
import io.slablab.coordinator.verdict.Verdict;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run directory as rows, finished or not. Everything but the trials is read at once; trials are
 * read one at a time, however many there are.
 */
public final class RunScan {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a journal without its last record: the coordinator died, or is at work. */
  private static final String UNFINISHED = "unfinished";

  private final RunDirectory run;
  private final Manifest manifest;
  private final JsonNode plan;
  private final Set<String> recorded = new HashSet<>();
  private @Nullable String endedAt;
  private String outcome = UNFINISHED;
  private int added;
  private int done;
  private int failed;

  private RunScan(RunDirectory run, Manifest manifest, JsonNode plan) {
    this.run = run;
    this.manifest = manifest;
    this.plan = plan;
  }

  /**
   * @throws IOException when the folder is no run directory or a file of it is broken
   */
  public static RunScan of(RunDirectory run) throws IOException {
    RunScan scan =
        new RunScan(run, Manifest.read(run.manifest()), JSON.readTree(run.plan().toFile()));
    if (Files.exists(run.journal())) {
      Journal.replay(run.journal(), scan::note);
    }
    return scan;
  }

  private void note(Journal.Entry entry) {
    switch (entry.what()) {
      case JournalRecord.CampaignEnded ended -> {
        outcome = ended.outcome();
        endedAt = entry.at().toString();
      }
      case JournalRecord.TrialStarted _ -> {
        outcome = UNFINISHED; // another coordinator goes on
        endedAt = null;
      }
      case JournalRecord.BlockAdded block -> added += block.variants().size();
      case JournalRecord.TrialDone trial -> done += recorded.add(trial.trial()) ? 1 : 0;
      case JournalRecord.TrialFailed trial -> failed += recorded.add(trial.trial()) ? 1 : 0;
      default -> {}
    }
  }

  /** Names the run wherever its folder lies: the start, then the campaign's id. */
  String key() {
    return manifest.startedAt().replaceAll("[-:]", "") + "-" + manifest.campaign();
  }

  CampaignRow campaign() {
    int planned = added;
    for (JsonNode host : plan.path("hosts")) {
      planned += host.path("trials").size();
    }
    return new CampaignRow(
        key(),
        manifest.campaign(),
        manifest.suite(),
        manifest.label(),
        manifest.toolVersion(),
        manifest.seed(),
        manifest.startedAt(),
        endedAt,
        outcome,
        planned,
        done,
        failed,
        run.root().toAbsolutePath().normalize().toString());
  }

  List<HostRow> hosts() throws IOException {
    List<HostRow> rows = new ArrayList<>();
    for (JsonNode host : plan.path("hosts")) {
      String name = host.path("host").asText();
      Path conditions = run.host(name).resolve("conditions.json");
      if (Files.exists(conditions)) {
        rows.add(host(name, ToldConditions.parse(Files.readString(conditions))));
      }
    }
    return rows;
  }

  private HostRow host(String name, ToldConditions told) {
    String noisy =
        told.findings().stream()
            .filter(ToldConditions.Finding::noisy)
            .map(ToldConditions.Finding::check)
            .collect(Collectors.joining(","));
    return new HostRow(key(), name, told.hostKey(), told.hardwareKey(), told.bootId(), noisy);
  }

  List<CellRow> cells() {
    List<CellRow> rows = new ArrayList<>();
    for (JsonNode host : plan.path("hosts")) {
      for (JsonNode cell : host.path("cells")) {
        rows.add(cell(host.path("host").asText(), cell));
      }
    }
    return rows;
  }

  private CellRow cell(String host, JsonNode cell) {
    JsonNode placement = cell.path("placement");
    String params =
        cell.path("params").properties().stream()
            .map(param -> param.getKey() + "=" + param.getValue().asText())
            .collect(Collectors.joining(" "));
    return new CellRow(
        key(),
        host,
        cell.path("id").asText(),
        cell.path("engine").asText(),
        cell.path("workload").asText(),
        params,
        placement.path("layout").asText(),
        placement.path("cores").asInt(),
        placement.path("cpus").asText(),
        placement.path("memory").asText(),
        cell.path("baseline").asText());
  }

  /** Hands over every trial that left a trial.json and counts; not those that were disturbed. */
  void trials(Consumer<TrialRow> reader) throws IOException {
    if (!Files.isDirectory(run.trials())) {
      return;
    }
    try (Stream<Path> walk = Files.walk(run.trials(), 4, FileVisitOption.FOLLOW_LINKS)) {
      Iterator<Path> files =
          walk.filter(file -> file.endsWith("trial.json"))
              .filter(file -> !run.trials().relativize(file).toString().startsWith("."))
              .iterator();
      while (files.hasNext()) {
        reader.accept(trial(JSON.readTree(files.next().toFile())));
      }
    }
  }

  private TrialRow trial(JsonNode trial) {
    JsonNode evidence = trial.path("evidence");
    return new TrialRow(
        key(),
        trial.path("id").asText(),
        trial.path("host").asText(),
        trial.path("cell").asText(),
        trial.path("block").asInt(),
        trial.path("position").asInt(),
        trial.path("variant").asText(),
        trial.path("status").asText(),
        text(trial, "reason"),
        text(trial, "startedAt"),
        text(trial, "endedAt"),
        opsPerSecond(trial.path("iterations")),
        number(trial.path("latency"), "p99Ns"),
        number(evidence, "stealShare"),
        number(evidence, "foreignShare"),
        lines(trial.path("warnings")));
  }

  private static @Nullable Double opsPerSecond(JsonNode intervals) {
    if (intervals.isEmpty()) {
      return null;
    }
    double sum = 0;
    for (JsonNode interval : intervals) {
      sum += interval.path("opsPerSecond").asDouble();
    }
    return sum / intervals.size();
  }

  /** What was said of changes that begin with this run. */
  List<AcceptanceRow> acceptances() throws IOException {
    return Acceptances.read(run);
  }

  /** None where gains.json is not there yet. */
  List<GainRow> gains() throws IOException {
    Path file = run.root().resolve("gains.json");
    if (!Files.exists(file)) {
      return List.of();
    }
    List<GainRow> rows = new ArrayList<>();
    for (Gains.Cell cell : GainsFiles.readGains(Files.readString(file)).cells()) {
      cell.gains().forEach(row -> rows.add(gain(cell, row)));
    }
    return rows;
  }

  private GainRow gain(Gains.Cell cell, Gains.Row row) {
    Verdict verdict = row.verdict();
    return new GainRow(
        key(),
        cell.host(),
        cell.id(),
        row.variant(),
        row.metric(),
        row.unit(),
        row.higherIsBetter() ? 1 : 0,
        cell.simulated() ? 1 : 0,
        row.blocks(),
        row.baseline(),
        row.treatment(),
        row.gain(),
        row.low(),
        row.high(),
        row.confidence(),
        row.sdLog(),
        row.mde(),
        verdict.word());
  }

  private static @Nullable String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }

  private static @Nullable Double number(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.get(field).asDouble() : null;
  }

  private static String lines(JsonNode array) {
    List<String> lines = new ArrayList<>();
    array.forEach(node -> lines.add(node.asText()));
    return String.join("\n", lines);
  }
}
