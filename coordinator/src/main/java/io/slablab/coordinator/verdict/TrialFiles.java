package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.verdict.CampaignData.Cell;
import io.slablab.coordinator.verdict.CampaignData.Placement;
import io.slablab.coordinator.verdict.CampaignData.PlannedTrial;
import io.slablab.coordinator.verdict.TrialSummary.Iteration;
import io.slablab.coordinator.verdict.TrialSummary.Latency;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads plan.json and every trial.json of a run directory. Unknown fields are ignored, absent
 * evidence stays absent. Trials still under a temporary name (a folder starting with a dot) are not
 * results and are not read.
 */
public final class TrialFiles {
  /** Reported where nobody says which metrics: DESIGN.md's own suite. */
  private static final List<String> DEFAULT_METRICS =
      List.of("throughput", "latency-p99", "system-time");

  private static final ObjectMapper JSON = new ObjectMapper();

  private TrialFiles() {}

  /** A file of a run directory that is not what it should be. */
  public static final class Unreadable extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final String what;

    Unreadable(Path file, String what) {
      super(file + ": " + what);
      this.file = file;
      this.what = what;
    }

    String what() {
      return what;
    }

    public Path file() {
      return file;
    }
  }

  /**
   * @param runDir a run directory, finished or not
   * @throws Unreadable without a plan.json, or with a file that is no JSON or lacks what it must
   *     have
   */
  public static CampaignData read(Path runDir) throws IOException {
    Path planFile = runDir.resolve("plan.json");
    JsonNode plan = parse(planFile, Schemas.PLAN);
    List<Cell> cells = new ArrayList<>();
    List<PlannedTrial> planned = new ArrayList<>();
    for (JsonNode host : required(planFile, plan, "hosts")) {
      String name = text(planFile, host, "host");
      for (JsonNode cell : required(planFile, host, "cells")) {
        cells.add(cell(planFile, name, cell));
      }
      for (JsonNode trial : required(planFile, host, "trials")) {
        planned.add(planned(planFile, name, trial));
      }
    }
    JsonNode adaptive = plan.path("adaptive");
    AddedBlocks added =
        adaptive.isObject()
            ? AddedBlocks.read(runDir.resolve("journal.jsonl"))
            : new AddedBlocks(List.of(), List.of());
    planned.addAll(added.planned());
    return new CampaignData(
        campaign(runDir),
        text(planFile, plan, "suite"),
        required(planFile, plan, "seed").asLong(),
        metrics(plan),
        cells,
        planned,
        trials(runDir.resolve("trials")),
        adaptive.isObject()
            ? new CampaignData.Stopping(
                text(planFile, adaptive, "metric"),
                required(planFile, adaptive, "target").asDouble(),
                added.stops())
            : null);
  }

  private static String campaign(Path runDir) throws IOException {
    Path manifest = runDir.resolve("manifest.json");
    Path name = runDir.toAbsolutePath().normalize().getFileName();
    String fallback = name == null ? "" : name.toString();
    return Files.exists(manifest) ? parse(manifest).path("campaign").asText(fallback) : fallback;
  }

  private static List<String> metrics(JsonNode plan) {
    List<String> metrics = texts(plan.path("metrics"));
    return metrics.isEmpty() ? DEFAULT_METRICS : metrics;
  }

  private static Cell cell(Path file, String host, JsonNode cell) throws Unreadable {
    JsonNode placement = required(file, cell, "placement");
    Map<String, String> params = new LinkedHashMap<>();
    cell.path("params").properties().forEach(e -> params.put(e.getKey(), e.getValue().asText()));
    return new Cell(
        host,
        text(file, cell, "id"),
        text(file, cell, "engine"),
        text(file, cell, "workload"),
        params,
        new Placement(
            text(file, placement, "layout"),
            required(file, placement, "cores").asInt(),
            text(file, placement, "cpus"),
            text(file, placement, "memory")),
        variants(required(file, cell, "variants")),
        text(file, cell, "baseline"),
        textOrNull(cell, "control"));
  }

  /** Variants are names, or objects with an id. */
  private static List<String> variants(JsonNode array) {
    List<String> variants = new ArrayList<>();
    array.forEach(v -> variants.add(v.isTextual() ? v.asText() : v.path("id").asText()));
    return variants;
  }

  private static PlannedTrial planned(Path file, String host, JsonNode trial) throws Unreadable {
    return new PlannedTrial(
        text(file, trial, "id"),
        host,
        text(file, trial, "cell"),
        required(file, trial, "block").asInt(),
        required(file, trial, "position").asInt(),
        text(file, trial, "variant"));
  }

  private static List<TrialSummary> trials(Path folder) throws IOException {
    List<TrialSummary> trials = new ArrayList<>();
    for (Path file : TrialFolders.files(folder)) {
      TrialSummary trial = readTrial(file);
      trials.add(
          ranAgain(folder, file) ? trial.withWarning("it was disturbed and ran again") : trial);
    }
    return trials;
  }

  /** Whether a disturbed run of this trial was put aside; its files count for nothing. */
  private static boolean ranAgain(Path folder, Path file) throws IOException {
    Path own = folder.relativize(file.resolveSibling(""));
    Path aside = folder.resolve(".tainted").resolve(own).resolveSibling("");
    if (!Files.isDirectory(aside)) {
      return false;
    }
    Pattern runs = Pattern.compile(Pattern.quote(own.getFileName() + "-") + "\\d+");
    try (Stream<Path> inside = Files.list(aside)) {
      return inside.anyMatch(run -> runs.matcher(run.getFileName().toString()).matches());
    }
  }

  /**
   * What keeps a trial.json, or a file beside it, from being read into the results.
   *
   * @return one line; empty when it can be read
   */
  public static Optional<String> problem(Path trialJson) throws IOException {
    try {
      readTrial(trialJson);
      return Optional.empty();
    } catch (Unreadable e) {
      Path name = e.file().getFileName();
      return Optional.of(name + " cannot be read: " + e.what());
    }
  }

  /** One trial.json, with the locks.json and allocator.json beside it where there are any. */
  public static TrialSummary readTrial(Path file) throws IOException {
    JsonNode trial = parse(file, Schemas.TRIAL);
    boolean done = text(file, trial, "status").equals("done");
    List<Iteration> iterations = new ArrayList<>();
    for (JsonNode i : trial.path("iterations")) {
      iterations.add(
          new Iteration(
              required(file, i, "durationNs").asLong(),
              required(file, i, "ops").asLong(),
              wholeOrNull(i, "allOps"),
              wholeOrNull(i, "userNs"),
              wholeOrNull(i, "systemNs"),
              wholeOrNull(i, "gcCount")));
    }
    JsonNode memory = memory(file.resolveSibling("allocator.json"));
    return new TrialSummary(
        text(file, trial, "id"),
        text(file, trial, "host"),
        text(file, trial, "cell"),
        required(file, trial, "block").asInt(),
        required(file, trial, "position").asInt(),
        text(file, trial, "variant"),
        textOrNull(trial, "design"),
        done,
        textOrNull(trial, "reason"),
        iterations,
        latency(trial.path("latency")),
        lockWaitNs(file.resolveSibling("locks.json")),
        numberOrNull(memory, "idleBytes"),
        numberOrNull(memory, "peakBytes"),
        texts(trial.path("warnings")));
  }

  private static @Nullable Latency latency(JsonNode latency) {
    return latency.isObject()
        ? new Latency(
            latency.path("count").asLong(),
            numberOrNull(latency, "p50Ns"),
            numberOrNull(latency, "p90Ns"),
            numberOrNull(latency, "p99Ns"),
            numberOrNull(latency, "p999Ns"))
        : null;
  }

  private static @Nullable Double lockWaitNs(Path file) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    double sum = 0;
    for (JsonNode lock : required(file, parse(file), "locks")) {
      sum += lock.path("totalWaitNs").asDouble();
    }
    return sum;
  }

  /** A trial of another engine, or of an earlier version, has no such file or no such part. */
  private static JsonNode memory(Path file) throws IOException {
    return Files.exists(file) ? parse(file).path("memory") : JSON.missingNode();
  }

  private static JsonNode parse(Path file, String schema) throws IOException {
    JsonNode content = parse(file);
    Optional<String> problem = Schemas.problem(content, schema);
    if (problem.isPresent()) {
      throw new Unreadable(file, problem.get());
    }
    return content;
  }

  private static JsonNode parse(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new Unreadable(file, "not there");
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new Unreadable(file, "no JSON: " + e.getOriginalMessage());
    }
  }

  private static JsonNode required(Path file, JsonNode node, String field) throws Unreadable {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw new Unreadable(file, "lacks " + field);
    }
    return value;
  }

  private static String text(Path file, JsonNode node, String field) throws Unreadable {
    return required(file, node, field).asText();
  }

  private static @Nullable String textOrNull(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }

  private static @Nullable Long wholeOrNull(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.get(field).asLong() : null;
  }

  private static @Nullable Double numberOrNull(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.get(field).asDouble() : null;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
