package io.slablab.coordinator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.report.RunView.HostView;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsFiles;
import io.slablab.coordinator.verdict.RunGains;
import io.slablab.coordinator.verdict.Schemas;
import io.slablab.coordinator.verdict.TrialFiles;
import io.slablab.coordinator.verdict.TrialFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a run directory, finished or not. Unknown fields are ignored, absent ones stay absent. */
public final class RunReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunReader() {}

  /**
   * The view of a run directory.
   *
   * @throws UnreadableRun when the folder is no run directory or a file in it is broken; the
   *     message is for the user
   */
  public static RunView read(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new UnreadableRun(root, "not there", "name the folder a run printed at its end");
    }
    Path plan = root.resolve("plan.json");
    if (!Files.isRegularFile(plan)) {
      throw new UnreadableRun(
          root,
          "no run directory: it has no plan.json",
          "name the folder a run printed at its end");
    }
    JsonNode manifest = checked(root.resolve("manifest.json"), Schemas.RUN);
    return new RunView(
        root,
        text(manifest, "label"),
        or(text(manifest, "toolVersion"), ""),
        or(text(manifest, "startedAt"), ""),
        gains(root),
        trials(root.resolve("trials")),
        hosts(root, plan, checked(plan, Schemas.PLAN)));
  }

  private static Gains gains(Path root) throws IOException {
    Path file = root.resolve("gains.json");
    if (!Files.exists(file)) {
      try {
        return RunGains.of(root);
      } catch (TrialFiles.Unreadable e) {
        throw new UnreadableRun(e);
      }
    }
    try {
      return GainsFiles.readGains(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw broken(file, e);
    }
  }

  private static List<HostView> hosts(Path root, Path file, JsonNode plan) throws IOException {
    if (!plan.path("hosts").isArray()) {
      throw new UnreadableRun(file, "lacks hosts", "was it edited or cut short?");
    }
    List<HostView> hosts = new ArrayList<>();
    for (JsonNode host : plan.path("hosts")) {
      String name = host.path("host").asText();
      JsonNode conditions =
          optional(root.resolve("hosts").resolve(name).resolve("conditions.json"));
      Map<String, Map<String, String>> sections = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> section : conditions.properties()) {
        if (section.getValue().isObject()) {
          Map<String, String> flat = new LinkedHashMap<>();
          flatten("", section.getValue(), flat);
          sections.put(section.getKey(), flat);
        }
      }
      hosts.add(new HostView(name, sections));
    }
    return hosts;
  }

  private static List<TrialView> trials(Path folder) throws IOException {
    List<TrialView> trials = new ArrayList<>();
    for (Path file : TrialFolders.files(folder)) {
      trials.add(trial(file));
    }
    trials.sort(
        Comparator.comparing(TrialView::host)
            .thenComparing(TrialView::cell)
            .thenComparingInt(TrialView::block)
            .thenComparingInt(TrialView::position));
    return trials;
  }

  private static TrialView trial(Path file) throws IOException {
    JsonNode trial = checked(file, Schemas.TRIAL);
    Path folder = file.resolveSibling("");
    JsonNode recording = trial.path("recording");
    return new TrialView(
        folder,
        trial.path("id").asText(),
        trial.path("host").asText(),
        trial.path("cell").asText(),
        trial.path("block").asInt(),
        trial.path("position").asInt(),
        trial.path("variant").asText(),
        text(trial, "design"),
        trial.path("status").asText().equals("done"),
        text(trial, "reason"),
        or(text(trial, "startedAt"), ""),
        or(text(trial, "endedAt"), ""),
        trial.path("threads").asInt(),
        intervals(trial.path("iterations")),
        latency(trial.path("latency")),
        locks(folder.resolve("locks.json")),
        numbers(optional(folder.resolve("allocator.json"))),
        recording.isObject()
            ? new TrialView.Recording(
                recording.path("mode").asText(),
                recording.path("every").asLong(1),
                number(recording, "biasAt500ns"))
            : null,
        texts(trial.path("warnings")));
  }

  private static List<TrialView.Interval> intervals(JsonNode array) {
    List<TrialView.Interval> intervals = new ArrayList<>();
    for (JsonNode i : array) {
      intervals.add(
          new TrialView.Interval(
              i.path("durationNs").asLong(),
              i.path("ops").asLong(),
              whole(i, "allOps"),
              whole(i, "userNs"),
              whole(i, "systemNs"),
              whole(i, "gcCount")));
    }
    return intervals;
  }

  private static TrialView.@Nullable Latency latency(JsonNode node) {
    return node.isObject() && node.path("count").asLong() > 0
        ? new TrialView.Latency(
            node.path("count").asLong(),
            number(node, "p50Ns"),
            number(node, "p90Ns"),
            number(node, "p99Ns"),
            number(node, "p999Ns"),
            number(node, "maxNs"))
        : null;
  }

  private static @Nullable List<TrialView.Lock> locks(Path file) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    List<TrialView.Lock> locks = new ArrayList<>();
    for (JsonNode lock : parse(file).path("locks")) {
      locks.add(
          new TrialView.Lock(
              lock.path("name").asText(),
              lock.path("acquired").asLong(),
              lock.path("contended").asLong(),
              lock.path("totalWaitNs").asLong()));
    }
    return locks;
  }

  private static Map<String, Double> numbers(JsonNode node) {
    Map<String, String> flat = new LinkedHashMap<>();
    flatten("", node, flat);
    Map<String, Double> numbers = new LinkedHashMap<>();
    flat.forEach((name, value) -> {
      try {
        numbers.put(name, Double.valueOf(value));
      } catch (NumberFormatException _) {
        // a text among the numbers, such as the schema, is none
      }
    });
    return numbers;
  }

  /** Leaves by dotted path. An element of an array goes by its name or id where it has one. */
  private static void flatten(String path, JsonNode node, Map<String, String> into) {
    if (node.isObject()) {
      node.properties().forEach(e -> flatten(join(path, e.getKey()), e.getValue(), into));
    } else if (node.isArray() && node.path(0).isContainerNode()) {
      int index = 0;
      for (JsonNode element : node) {
        String name = or(text(element, "name"), or(text(element, "id"), Integer.toString(index)));
        flatten(join(path, name), element, into);
        index++;
      }
    } else if (node.isArray()) {
      into.put(path, String.join(" ", texts(node)));
    } else if (!node.isNull() && !node.isMissingNode()) {
      into.put(path, node.asText());
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static JsonNode checked(Path file, String schema) throws IOException {
    JsonNode content = optional(file);
    Optional<String> problem = Schemas.problem(content, schema);
    if (problem.isPresent()) {
      throw new UnreadableRun(file, problem.get(), "use the version that wrote it");
    }
    return content;
  }

  private static JsonNode optional(Path file) throws IOException {
    return Files.exists(file) ? parse(file) : JSON.missingNode();
  }

  private static JsonNode parse(Path file) throws IOException {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw broken(file, e);
    } catch (NoSuchFileException e) {
      throw new UnreadableRun(file, "not there", "is the run directory complete?");
    }
  }

  private static UnreadableRun broken(Path file, JsonProcessingException e) {
    return new UnreadableRun(
        file, "broken (" + e.getOriginalMessage() + ")", "was it edited or cut short?");
  }

  private static @Nullable String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }

  private static String or(@Nullable String value, String fallback) {
    return value == null ? fallback : value;
  }

  private static @Nullable Long whole(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.get(field).asLong() : null;
  }

  private static @Nullable Double number(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.get(field).asDouble() : null;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
