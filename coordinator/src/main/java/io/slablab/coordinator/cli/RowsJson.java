package io.slablab.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.List;

/** Rows of the index as a JSON array, one object a line. */
final class RowsJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RowsJson() {}

  static String text(List<? extends Record> rows) {
    StringBuilder text = new StringBuilder("[");
    String separator = "\n";
    try {
      for (Record row : rows) {
        text.append(separator).append(JSON.writeValueAsString(row));
        separator = ",\n";
      }
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // records of numbers and texts always have a JSON form
    }
    return text.append(rows.isEmpty() ? "]\n" : "\n]\n").toString();
  }
}
