package io.slablab.coordinator.store.index;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The acceptances.jsonl of a run directory: what was said about changes that begin with it. */
final class Acceptances {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Acceptances() {}

  private static Path file(RunDirectory run) {
    return run.root().resolve("acceptances.jsonl");
  }

  /** Empty where nothing was said. */
  static List<AcceptanceRow> read(RunDirectory run) throws IOException {
    List<AcceptanceRow> rows = new ArrayList<>();
    if (Files.exists(file(run))) {
      for (String line : Files.readAllLines(file(run))) {
        rows.add(JSON.readValue(line, AcceptanceRow.class));
      }
    }
    return rows;
  }

  /** Adds a line; the file is whole at any time. */
  static void append(RunDirectory run, AcceptanceRow row) throws IOException {
    String before = Files.exists(file(run)) ? Files.readString(file(run)) : "";
    AtomicFiles.write(file(run), before + JSON.writeValueAsString(row) + "\n");
  }
}
