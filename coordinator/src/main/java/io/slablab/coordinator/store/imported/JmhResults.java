package io.slablab.coordinator.store.imported;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.store.imported.ForeignCampaign.Cell;
import io.slablab.coordinator.store.imported.ForeignCampaign.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JMH's result files as a campaign: a benchmark with its parameters, mode and threads is a cell, a
 * fork is a trial. A variant is a file, or the value of a parameter. Parameters named host, engine,
 * workload, layout, cores and memory are our own words and mean what they mean here.
 */
public final class JmhResults {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> OWN =
      Set.of("host", "engine", "workload", "layout", "cores", "memory", "suite");

  private final String host;
  private final @Nullable String variantParam;
  private final Map<String, Cell> cells = new LinkedHashMap<>();
  private final Map<String, Map<String, List<JmhFork>>> forks = new LinkedHashMap<>();
  private final Set<String> variants = new LinkedHashSet<>();
  private final List<Path> sources = new ArrayList<>();
  private boolean recorded = true;

  /** One result of a file. */
  record Entry(Path file, int line, JsonNode json) {
    NotImportable trouble(String what) {
      return new NotImportable(file, line, what);
    }
  }

  private JmhResults(String host, @Nullable String variantParam) {
    this.host = host;
    this.variantParam = variantParam;
  }

  /**
   * Variants are files.
   *
   * @param files by variant, in order
   * @param baseline one of them
   * @param host that measured
   */
  public static ForeignCampaign ofFiles(Map<String, Path> files, String baseline, String host)
      throws NotImportable {
    JmhResults results = new JmhResults(host, null);
    for (Map.Entry<String, Path> file : files.entrySet()) {
      results.read(file.getValue(), file.getKey());
    }
    return results.campaign(baseline);
  }

  /**
   * Variants are the values of a parameter.
   *
   * @param baseline one of its values; null for the first in the files
   */
  public static ForeignCampaign ofParam(
      List<Path> files, String param, @Nullable String baseline, String host) throws NotImportable {
    JmhResults results = new JmhResults(host, param);
    for (Path file : files) {
      results.read(file, null);
    }
    String first = results.variants.isEmpty() ? "" : results.variants.iterator().next();
    return results.campaign(baseline == null ? first : baseline);
  }

  private void read(Path file, @Nullable String variant) throws NotImportable {
    sources.add(file);
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new NotImportable(file, 1, "no result of JMH: an array is wanted, as of -rf json");
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        int line = parser.currentTokenLocation().getLineNr();
        Entry entry = new Entry(file, line, JSON.readTree(parser));
        add(entry, variant == null ? variant(entry) : variant);
      }
    } catch (NotImportable e) {
      throw e;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new NotImportable(file, line, "no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new NotImportable(FileTrouble.of(e));
    }
  }

  private String variant(Entry entry) throws NotImportable {
    String value = entry.json().path("params").path(String.valueOf(variantParam)).asText();
    if (value.isEmpty()) {
      throw entry.trouble(
          "no parameter '"
              + variantParam
              + "' that would be the variant; its parameters are "
              + entry.json().path("params"));
    }
    return value;
  }

  private void add(Entry entry, String variant) throws NotImportable {
    variants.add(variant);
    Cell cell = cell(entry);
    Cell known = cells.putIfAbsent(cell.host() + "/" + cell.id(), cell);
    List<JmhFork> read = JmhFork.of(entry);
    recorded &= read.stream().allMatch(fork -> fork.latency() != null);
    forks
        .computeIfAbsent(known == null ? key(cell) : key(known), _ -> new LinkedHashMap<>())
        .computeIfAbsent(variant, _ -> new ArrayList<>())
        .addAll(read);
  }

  private static String key(Cell cell) {
    return cell.host() + "/" + cell.id();
  }

  private Cell cell(Entry entry) throws NotImportable {
    JsonNode json = entry.json();
    String benchmark = json.path("benchmark").asText();
    if (benchmark.isEmpty()) {
      throw entry.trouble("lacks benchmark");
    }
    Map<String, String> told = new LinkedHashMap<>();
    json.path("params").properties().forEach(p -> told.put(p.getKey(), p.getValue().asText()));
    told.remove(String.valueOf(variantParam));
    Map<String, String> params = new LinkedHashMap<>(told);
    params.keySet().removeAll(OWN);
    String where = told.getOrDefault("host", host);
    if (!Names.safe(where)) {
      throw entry.trouble(
          "host '" + where + "': letters, digits, dots, dashes and underscores only");
    }
    int threads = Math.max(1, json.path("threads").asInt(1));
    return new Cell(
        where,
        id(benchmark, json.path("mode").asText(), threads, told),
        told.getOrDefault("engine", "imported"),
        told.getOrDefault("workload", benchmark),
        params,
        told.getOrDefault("layout", "unknown"),
        cores(entry, told.get("cores"), threads),
        told.getOrDefault("memory", "unknown"));
  }

  private static int cores(Entry entry, @Nullable String told, int threads) throws NotImportable {
    if (told == null) {
      return threads;
    }
    if (told.matches("[1-9]\\d{0,6}")) {
      return Integer.parseInt(told);
    }
    throw entry.trouble("parameter cores is '" + told + "', and no whole number");
  }

  private static String id(String benchmark, String mode, int threads, Map<String, String> told) {
    StringBuilder id = new StringBuilder(benchmark).append('-').append(mode);
    id.append("-t").append(threads);
    told.forEach((name, value) -> {
      if (!name.equals("host") && !name.equals("suite")) {
        id.append('-').append(name).append('=').append(value);
      }
    });
    return id.toString();
  }

  private ForeignCampaign campaign(String baseline) throws NotImportable {
    if (cells.isEmpty()) {
      throw new NotImportable(sources.getFirst(), 1, "no result");
    }
    if (variants.size() < 2) {
      throw new NotImportable(
          sources.getFirst(), 1, "one variant only, " + variants + ": nothing to compare");
    }
    if (!variants.contains(baseline)) {
      throw new NotImportable(
          "the baseline '" + baseline + "' is none of " + String.join(", ", variants));
    }
    List<String> metrics =
        recorded
            ? List.of("throughput", "latency-p50", "latency-p90", "latency-p99")
            : List.of("throughput");
    return new ForeignCampaign(
        "jmh",
        metrics,
        baseline,
        List.copyOf(variants),
        List.copyOf(cells.values()),
        trials(),
        sources);
  }

  /** A fork is a block of its own: all forks of one variant ran before those of the next. */
  private List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    forks.forEach((key, byVariant) -> {
      Cell cell = cells.get(key);
      int block = 0;
      for (Map.Entry<String, List<JmhFork>> variant : byVariant.entrySet()) {
        for (JmhFork fork : variant.getValue()) {
          if (cell != null) {
            trials.add(
                Trial.of(
                    cell,
                    block++,
                    0,
                    variant.getKey(),
                    Names.mean(fork.opsPerSecond()),
                    fork.latency()));
          }
        }
      }
    });
    return trials;
  }
}
