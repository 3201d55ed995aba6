package io.slablab.coordinator.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run directory is: manifest.json.
 *
 * @param schema {@link #SCHEMA}
 * @param toolVersion of slablab
 * @param campaign id, also the last part of the default folder name
 * @param suite name
 * @param label a name the user gave, or null
 * @param seed of the schedule
 * @param startedAt ISO-8601 UTC
 * @param overrides options that replaced values of the suite, as {@code -P trial.measure} to {@code
 *     1s}: suite.yaml is stored as it was
 * @param digests SHA-256 in hex of suite.yaml, inventory.yaml and plan.json as stored
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({
  "schema",
  "toolVersion",
  "campaign",
  "suite",
  "label",
  "seed",
  "startedAt",
  "overrides",
  "digests"
})
public record Manifest(
    String schema,
    String toolVersion,
    String campaign,
    String suite,
    @Nullable String label,
    long seed,
    String startedAt,
    Map<String, String> overrides,
    Map<String, String> digests) {
  public static final String SCHEMA = "slablab/run/1";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public void write(Path file) throws IOException {
    AtomicFiles.write(file, JSON.writeValueAsString(this) + "\n");
  }

  public static Manifest read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Manifest.class);
  }

  /** SHA-256 of a text in UTF-8, in hex. */
  public static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
