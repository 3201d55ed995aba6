package io.slablab.coordinator.store.imported;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.imported.ForeignCampaign.Cell;
import io.slablab.coordinator.store.imported.ForeignCampaign.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a foreign campaign as a run directory. The manifest comes last: without it the folder is
 * no run, so that an import that dies leaves none.
 *
 * @param id of the campaign
 * @param suite its name
 * @param startedAt ISO-8601 UTC
 */
public record ImportedRun(
    ForeignCampaign campaign,
    String id,
    String suite,
    @Nullable String label,
    String startedAt,
    String toolVersion) {
  private static final String NOTE = "imported: conditions of the host are not known";

  private static final ObjectWriter PRETTY =
      new ObjectMapper()
          .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  /**
   * @param run made, and empty
   */
  public void write(RunDirectory run) throws IOException {
    Map<String, String> digests = sources(run);
    String plan = json(plan());
    AtomicFiles.write(run.plan(), plan);
    digests.put("plan.json", Manifest.digest(plan));
    List<JournalRecord> records = new ArrayList<>();
    records.add(new JournalRecord.CampaignStarted(id, suite, 0, campaign.trials().size()));
    Map<String, String> folders = folders();
    Set<String> noted = new HashSet<>(); // once per cell says it all
    for (Trial trial : campaign.trials()) {
      String cell = place(trial.host(), trial.cell());
      Path folder =
          run.trial(
              trial.host(),
              String.valueOf(folders.get(cell)),
              trial.block(),
              Names.folder(trial.variant()));
      records.add(write(run, folder, trial, noted.add(cell)));
    }
    int failed = (int) campaign.trials().stream().filter(t -> t.failure() != null).count();
    int done = campaign.trials().size() - failed;
    records.add(
        new JournalRecord.CampaignEnded(failed == 0 ? "done" : "incomplete", done, failed, 0));
    try (Journal journal = Journal.open(run.journal(), Clock.systemUTC())) {
      journal.appendAll(records);
    }
    new Manifest(Manifest.SCHEMA, toolVersion, id, suite, label, 0, startedAt, Map.of(), digests)
        .write(run.manifest());
  }

  /** Copies what was read; digests by path in the run directory. */
  private Map<String, String> sources(RunDirectory run) throws IOException {
    Path folder = Files.createDirectories(run.root().resolve("imported"));
    Map<String, String> digests = new TreeMap<>();
    for (Path source : campaign.sources()) {
      String name = String.valueOf(source.getFileName());
      for (int i = 2; digests.containsKey("imported/" + name); i++) {
        name = i + "-" + source.getFileName();
      }
      String text = Files.readString(source);
      AtomicFiles.write(folder.resolve(name), text);
      digests.put("imported/" + name, Manifest.digest(text));
    }
    return digests;
  }

  private Map<String, Object> plan() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", "slablab/plan/1");
    json.put("suite", suite);
    json.put("seed", 0);
    json.put("metrics", campaign.metrics());
    json.put(
        "hosts", campaign.cells().stream().map(Cell::host).distinct().map(this::host).toList());
    return json;
  }

  private Map<String, Object> host(String host) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("host", host);
    json.put(
        "cells",
        campaign.cells().stream().filter(c -> c.host().equals(host)).map(this::cell).toList());
    json.put(
        "trials",
        campaign.trials().stream()
            .filter(t -> t.host().equals(host))
            .map(ImportedRun::named)
            .toList());
    return json;
  }

  private Map<String, Object> cell(Cell cell) {
    Map<String, Object> placement = new LinkedHashMap<>();
    placement.put("layout", cell.layout());
    placement.put("cores", cell.cores());
    placement.put("cpus", "");
    placement.put("memory", cell.memory());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", cell.id());
    json.put("engine", cell.engine());
    json.put("workload", cell.workload());
    json.put("params", cell.params());
    json.put("placement", placement);
    json.put("variants", campaign.variants());
    json.put("baseline", campaign.baseline());
    return json;
  }

  private static Map<String, Object> named(Trial trial) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id(trial));
    json.put("cell", trial.cell());
    json.put("block", trial.block());
    json.put("position", trial.position());
    json.put("variant", trial.variant());
    return json;
  }

  private static String id(Trial trial) {
    return "%s/%s/%04d-%s".formatted(trial.host(), trial.cell(), trial.block(), trial.variant());
  }

  private static JournalRecord write(RunDirectory run, Path folder, Trial trial, boolean noted)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("trial.json"), json(content(trial, noted)));
    if (trial.failure() != null) {
      return new JournalRecord.TrialFailed(id(trial), trial.host(), trial.failure());
    }
    double mean = Arrays.stream(trial.opsPerSecond()).average().orElse(0);
    return new JournalRecord.TrialDone(
        id(trial), trial.host(), run.root().relativize(folder).toString(), mean, "");
  }

  private static String place(String host, String cell) {
    return host + "/" + cell;
  }

  /** Folder names by cell; those that would be the same get a number. */
  private Map<String, String> folders() {
    Map<String, String> folders = new HashMap<>();
    Set<String> used = new HashSet<>();
    for (Cell cell : campaign.cells()) {
      String base = Names.folder(cell.id());
      String name = base;
      for (int i = 2; !used.add(place(cell.host(), name)); i++) {
        name = base + "-" + i;
      }
      folders.put(place(cell.host(), cell.id()), name);
    }
    return folders;
  }

  private static Map<String, @Nullable Object> content(Trial trial, boolean noted) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("schema", "slablab/trial/1");
    json.put("id", id(trial));
    json.put("host", trial.host());
    json.put("cell", trial.cell());
    json.put("block", trial.block());
    json.put("position", trial.position());
    json.put("variant", trial.variant());
    json.put("status", trial.failure() == null ? "done" : "failed");
    json.put("reason", trial.failure());
    json.put("iterations", trial.failure() == null ? iterations(trial) : List.of());
    json.put("latency", trial.latency());
    json.put("warnings", noted ? List.of(NOTE) : List.of());
    return json;
  }

  private static List<Map<String, Object>> iterations(Trial trial) {
    Rates rates = Rates.of(trial.opsPerSecond());
    List<Map<String, Object>> iterations = new ArrayList<>();
    for (int i = 0; i < rates.ops().length; i++) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("durationNs", rates.durationNs());
      json.put("ops", rates.ops()[i]);
      json.put("opsPerSecond", trial.opsPerSecond()[i]);
      iterations.add(json);
    }
    return iterations;
  }

  private static String json(Object content) {
    try {
      return PRETTY.writeValueAsString(content) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // maps of texts and numbers always have a JSON form
    }
  }
}
