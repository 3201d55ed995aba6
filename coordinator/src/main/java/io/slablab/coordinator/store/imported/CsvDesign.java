package io.slablab.coordinator.store.imported;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.store.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The design.json of a campaign in CSV.
 *
 * @param perSecond factor from a value to operations per second, or from its reciprocal
 * @param reciprocal whether values are times per operation
 * @param variants the baseline first
 * @param iterations whether the rows of a trial are its iterations, warm-up among them
 */
record CsvDesign(
    double perSecond,
    boolean reciprocal,
    String baseline,
    List<String> variants,
    boolean iterations) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static final Map<String, Double> RATES =
      Map.of("ops/s", 1.0, "ops/ms", 1e3, "ops/us", 1e6, "ops/ns", 1e9);

  static final Map<String, Double> TIMES =
      Map.of("s/op", 1.0, "ms/op", 1e3, "us/op", 1e6, "ns/op", 1e9);

  /** The text and what it says, for messages with a line. */
  private record Source(Path file, String text, JsonNode json) {
    String required(String field) throws NotImportable {
      String value = json.path(field).asText();
      if (value.isEmpty()) {
        throw new NotImportable(file, 1, "lacks " + field);
      }
      return value;
    }

    NotImportable trouble(String field, String what) {
      int at = Math.max(0, text.indexOf('"' + field + '"'));
      int line = 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
      return new NotImportable(file, line, what);
    }
  }

  static CsvDesign read(Path file) throws NotImportable {
    Source source = source(file);
    if (source.json.path("format").asInt(1) != 1) {
      throw source.trouble(
          "format", "format " + source.json.path("format").asText() + ", and this version reads 1");
    }
    String unit = source.required("unit");
    boolean lower = source.required("direction").equals("lower");
    Double factor = (lower ? TIMES : RATES).get(unit);
    if (factor == null) {
      throw source.trouble(
          "unit",
          "unit '%s' with direction '%s': what can be imported are rates (ops/s, ops/ms, ops/us,"
                  .formatted(unit, source.required("direction"))
              + " ops/ns; higher) and times per operation (s/op, ms/op, us/op, ns/op; lower)");
    }
    return new CsvDesign(
        factor,
        lower,
        source.required("baseline"),
        variants(source),
        source.json.path("granularity").asText("iteration").equals("iteration")
            && source.json.path("warmup_included").asBoolean());
  }

  private static Source source(Path file) throws NotImportable {
    try {
      String text = Files.readString(file);
      return new Source(file, text, JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw new NotImportable(
          file,
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          "no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new NotImportable(FileTrouble.of(e));
    }
  }

  private static List<String> variants(Source source) throws NotImportable {
    List<String> variants = new ArrayList<>(List.of(source.required("baseline")));
    source.json.path("treatments").forEach(name -> variants.add(name.asText()));
    if (variants.size() < 2) {
      throw source.trouble("treatments", "treatments: a list of at least one name");
    }
    if (variants.stream().distinct().count() < variants.size()) {
      throw source.trouble("treatments", "treatments: a name stands twice");
    }
    return List.copyOf(variants);
  }

  /** Operations per second. */
  double rate(double value) {
    return reciprocal ? perSecond / value : perSecond * value;
  }
}
