package io.slablab.coordinator.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * gains.csv: one line per cell, treatment and metric; RFC 4180, a header line, empty where there is
 * no number.
 */
public final class GainsCsv {
  private static final String LINE_END = "\r\n";
  private static final List<String> HEADER =
      List.of(
          "campaign",
          "suite",
          "seed",
          "host",
          "cell",
          "engine",
          "simulated",
          "workload",
          "params",
          "layout",
          "cores",
          "cpus",
          "memory",
          "baseline_variant",
          "variant",
          "metric",
          "unit",
          "baseline",
          "treatment",
          "blocks",
          "blocks_planned",
          "gain",
          "low",
          "high",
          "confidence",
          "mde",
          "p_adjusted",
          "verdict",
          "method",
          "sd_log",
          "hl_gain",
          "hl_low",
          "hl_high",
          "ratio_of_means",
          "difference",
          "difference_low",
          "difference_high",
          "flags",
          "warnings");

  private GainsCsv() {}

  public static String of(Gains gains) {
    StringBuilder csv = new StringBuilder();
    line(csv, HEADER);
    for (Gains.Cell cell : gains.cells()) {
      for (Gains.Row row : cell.gains()) {
        line(csv, fields(gains, cell, row));
      }
    }
    return csv.toString();
  }

  private static List<String> fields(Gains gains, Gains.Cell cell, Gains.Row row) {
    CampaignData.Placement placement = cell.placement();
    Gains.Robust robust = row.hodgesLehmann();
    List<String> fields = new ArrayList<>();
    fields.add(gains.campaign());
    fields.add(gains.suite());
    fields.add(Long.toString(gains.seed()));
    fields.add(cell.host());
    fields.add(cell.id());
    fields.add(cell.engine());
    fields.add(Boolean.toString(cell.simulated()));
    fields.add(cell.workload());
    fields.add(params(cell.params()));
    fields.add(placement.layout());
    fields.add(Integer.toString(placement.cores()));
    fields.add(placement.cpus());
    fields.add(placement.memory());
    fields.add(cell.baseline());
    fields.add(row.variant());
    fields.add(row.metric());
    fields.add(row.unit());
    fields.add(number(row.baseline()));
    fields.add(number(row.treatment()));
    fields.add(Integer.toString(row.blocks()));
    fields.add(Integer.toString(row.blocksPlanned()));
    fields.add(number(row.gain()));
    fields.add(number(row.low()));
    fields.add(number(row.high()));
    fields.add(number(row.confidence()));
    fields.add(number(row.mde()));
    fields.add(number(row.pAdjusted()));
    fields.add(row.verdict().word());
    fields.add(row.method());
    fields.add(number(row.sdLog()));
    fields.add(number(robust == null ? null : robust.gain()));
    fields.add(number(robust == null ? null : robust.low()));
    fields.add(number(robust == null ? null : robust.high()));
    fields.add(number(row.ratioOfMeans()));
    Gains.Interval difference = row.difference();
    fields.add(number(difference == null ? null : difference.value()));
    fields.add(number(difference == null ? null : difference.low()));
    fields.add(number(difference == null ? null : difference.high()));
    fields.add(row.flags().stream().map(Flag::name).collect(Collectors.joining(";")));
    fields.add(String.join("; ", row.warnings()));
    return fields;
  }

  private static String params(Map<String, String> params) {
    return params.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(";"));
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : Double.toString(value);
  }

  private static void line(StringBuilder csv, List<String> fields) {
    csv.append(fields.stream().map(GainsCsv::quoted).collect(Collectors.joining(",")));
    csv.append(LINE_END);
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
