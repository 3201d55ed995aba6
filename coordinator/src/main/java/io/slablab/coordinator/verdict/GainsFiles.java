package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The text of gains.json and verdict.json. Who writes it to disk decides how: here is no file. */
public final class GainsFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Line ends are the same on every system: results are reproducible to the byte. */
  private static final ObjectWriter PRETTY =
      JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private GainsFiles() {}

  public static String gainsJson(Gains gains) {
    return text(gains);
  }

  public static String verdictJson(Summary summary) {
    return text(summary);
  }

  /**
   * @throws JsonProcessingException when the text is not a gains.json of this schema
   */
  public static Gains readGains(String json) throws JsonProcessingException {
    Gains gains = JSON.readValue(json, Gains.class);
    Optional<String> problem = GainsCheck.problem(gains);
    if (problem.isPresent()) {
      throw new JsonMappingException(null, problem.get());
    }
    return gains;
  }

  /**
   * @throws JsonProcessingException when the text is not a verdict.json of this schema
   */
  public static Summary readVerdict(String json) throws JsonProcessingException {
    Summary summary = JSON.readValue(json, Summary.class);
    if (summary == null || !Summary.SCHEMA.equals(summary.schema())) {
      throw new JsonMappingException(null, "its schema is not '" + Summary.SCHEMA + "'");
    }
    return summary;
  }

  private static String text(Object record) {
    try {
      return PRETTY.writeValueAsString(record) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // records of numbers and texts always have a JSON form
    }
  }
}
