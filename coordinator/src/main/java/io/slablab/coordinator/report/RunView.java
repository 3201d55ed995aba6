package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Verdict;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run directory as its readers see it.
 *
 * @param root the folder
 * @param label a name the user gave; null without one
 * @param toolVersion of slablab; empty where the manifest does not say
 * @param startedAt ISO-8601 UTC; empty where the manifest does not say
 * @param gains of gains.json, or computed from the trials where there is none yet
 * @param trials every trial that left a trial.json, by host, cell, block and position
 * @param hosts in the order of the plan
 */
public record RunView(
    Path root,
    @Nullable String label,
    String toolVersion,
    String startedAt,
    Gains gains,
    List<TrialView> trials,
    List<HostView> hosts) {

  public RunView {
    trials = List.copyOf(trials);
    hosts = List.copyOf(hosts);
  }

  /**
   * A host of the plan.
   *
   * @param conditions section (identity, state, evidence) to flat name to value; empty where
   *     conditions.json is absent
   */
  public record HostView(String name, Map<String, Map<String, String>> conditions) {}

  /** A row and where it stands. */
  record Placed(Gains.Cell cell, Gains.Row row) {}

  /** Finished trials of a variant in a cell, in the order they ran. */
  List<TrialView> done(Gains.Cell cell, String variant) {
    return trials.stream()
        .filter(TrialView::done)
        .filter(t -> t.host().equals(cell.host()) && t.cell().equals(cell.id()))
        .filter(t -> t.variant().equals(variant))
        .toList();
  }

  /** Variants of a cell, the baseline first. */
  static List<String> variants(Gains.Cell cell) {
    Set<String> variants = new LinkedHashSet<>();
    variants.add(cell.baseline());
    cell.gains().forEach(row -> variants.add(row.variant()));
    return List.copyOf(variants);
  }

  /** Variants of the campaign, baselines first. */
  List<String> variants() {
    Set<String> variants = new LinkedHashSet<>();
    gains.cells().forEach(cell -> variants.add(cell.baseline()));
    gains.cells().forEach(cell -> variants.addAll(variants(cell)));
    return List.copyOf(variants);
  }

  /** Metrics in the order of the suite. */
  List<String> metrics() {
    Set<String> metrics = new LinkedHashSet<>();
    gains.families().forEach(family -> metrics.add(family.metric()));
    gains.rows().forEach(row -> metrics.add(row.metric()));
    return List.copyOf(metrics);
  }

  /** All rows: regressions, inconclusive, improvements, no change; within each as planned. */
  List<Placed> ranked() {
    return gains.cells().stream()
        .flatMap(cell -> cell.gains().stream().map(row -> new Placed(cell, row)))
        .sorted((a, b) -> Integer.compare(rank(a.row().verdict()), rank(b.row().verdict())))
        .toList();
  }

  boolean simulated() {
    return gains.cells().stream().anyMatch(Gains.Cell::simulated);
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case WORSE -> 0;
      case INCONCLUSIVE -> 1;
      case BETTER -> 2;
      case EQUIVALENT -> 3;
    };
  }
}
