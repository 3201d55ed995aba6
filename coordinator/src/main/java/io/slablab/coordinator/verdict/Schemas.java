package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Which versions of a run directory's files this version reads. */
public final class Schemas {
  public static final String RUN = "slablab/run/1";
  public static final String PLAN = "slablab/plan/1";
  public static final String TRIAL = "slablab/trial/1";

  private Schemas() {}

  /**
   * What is wrong with a file's schema, in words; nothing where it is the wanted one or the file
   * does not say.
   */
  public static Optional<String> problem(JsonNode file, String wanted) {
    JsonNode schema = file.path("schema");
    return schema.isMissingNode() || schema.asText().equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "has schema '" + schema.asText() + "', and this version reads '" + wanted + "'");
  }
}
