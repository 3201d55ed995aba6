package io.slablab.coordinator.selftest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.slablab.coordinator.report.ListTable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the self-test found.
 *
 * @param campaigns as asked for
 * @param checks in the order in which they ran
 */
public record SelfTestReport(String schema, long seed, int campaigns, List<Check> checks) {
  public static final String SCHEMA = "slablab/selftest-stats/1";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public SelfTestReport {
    checks = List.copyOf(checks);
  }

  /** Whether no share is outside of its band by more than chance. */
  @JsonIgnore
  public boolean kept() {
    return checks.stream().noneMatch(check -> check.result() == Check.Result.OUTSIDE);
  }

  public String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // records of numbers and texts always have a JSON form
    }
  }

  /** Lines without colour. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "Coverage of 95 %% intervals in per cent, promised %.0f to %.0f; %d intervals each%n"
            .formatted(
                100 * CoverageChecks.LEAST,
                100 * CoverageChecks.MOST,
                campaigns * CoverageChecks.CELLS));
    coverage().forEach(line -> text.append("  ").append(line.stripTrailing()).append('\n'));
    text.append(
        "%nGate by screen and confirmation, %d cells a night%n".formatted(NightChecks.CELLS));
    nights().forEach(line -> text.append("  ").append(line.stripTrailing()).append('\n'));
    if (checks.stream().anyMatch(check -> check.result() == Check.Result.BY_CHANCE)) {
      text.append("\n?  outside of its band, as may be by chance: take more campaigns\n");
    }
    text.append(kept() ? "\nAll promises are kept.\n" : "\n!  A promise is not kept.\n");
    return text.toString();
  }

  /** A line per scenario, a column per number of blocks; the last is of cells that differ. */
  private List<String> coverage() {
    List<Check> all = checks.stream().filter(c -> c.kind() == Check.Kind.COVERAGE).toList();
    List<Integer> columns = new ArrayList<>(CoverageChecks.BLOCKS);
    columns.add(0);
    List<String> heads = new ArrayList<>(List.of("scenario"));
    columns.forEach(blocks -> heads.add(blocks == 0 ? "n=8..40" : "n=" + blocks));
    List<List<String>> rows = new ArrayList<>();
    for (String scenario : all.stream().map(Check::scenario).distinct().toList()) {
      List<String> row = new ArrayList<>(List.of(scenario));
      columns.forEach(blocks -> row.add(cell(all, scenario, blocks)));
      rows.add(row);
    }
    return ListTable.render(heads, rows);
  }

  private static String cell(List<Check> all, String scenario, int blocks) {
    return all.stream()
        .filter(check -> check.scenario().equals(scenario) && check.blocks() == blocks)
        .map(SelfTestReport::share)
        .findFirst()
        .orElse("");
  }

  private List<String> nights() {
    List<List<String>> rows =
        checks.stream()
            .filter(check -> check.kind() != Check.Kind.COVERAGE)
            .map(check ->
                List.of(
                    check.kind() == Check.Kind.POWER ? "power" : "false alarms",
                    check.scenario(),
                    share(check) + " %",
                    "%d of %d".formatted(check.hits(), check.tries()),
                    promise(check)))
            .toList();
    return ListTable.render(List.of("check", "of", "measured", "counted", "promised"), rows);
  }

  private static String promise(Check check) {
    if (check.kind() == Check.Kind.FALSE_ALARM) {
      return "at most %.0f %%".formatted(100 * check.most());
    }
    return check.least() > 0 ? "at least %.0f %%".formatted(100 * check.least()) : "nothing";
  }

  private static String share(Check check) {
    String mark =
        switch (check.result()) {
          case INSIDE -> "";
          case BY_CHANCE -> " ?";
          case OUTSIDE -> " !";
        };
    return String.format(Locale.ROOT, "%.1f%s", 100 * check.share(), mark);
  }
}
