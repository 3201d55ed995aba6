package io.slablab.coordinator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.slablab.coordinator.verdict.gate.GateCell;
import io.slablab.coordinator.verdict.gate.GateReport;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The blocks that a gate asks for, as CSV: {@code cell,variant,blocks}. A cell goes by its id, and
 * by {@code host/id} where the campaign has several hosts. Every block needs the baseline too.
 */
public final class GateRequests {
  private static final CsvMapper CSV = new CsvMapper();

  private record Request(String cell, String variant, int blocks) {}

  private GateRequests() {}

  public static String csv(GateReport report) {
    CsvSchema schema =
        CsvSchema.builder()
            .addColumn("cell")
            .addColumn("variant")
            .addNumberColumn("blocks")
            .setUseHeader(true)
            .setLineSeparator("\r\n")
            .build();
    boolean hosts = report.cells().stream().map(GateCell::host).distinct().count() > 1;
    List<Request> requests =
        report
            .requests()
            .map(cell ->
                new Request(
                    hosts ? cell.host() + "/" + cell.id() : cell.id(),
                    cell.variant(),
                    cell.requested()))
            .toList();
    try {
      return requests.isEmpty()
          ? "cell,variant,blocks\r\n"
          : CSV.writer(schema).writeValueAsString(requests);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // records of texts and numbers always have a CSV form
    }
  }
}
