package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The campaign in plain words: which variant wins where, by how much, how surely, and what the
 * locks say about why. About the first metric.
 *
 * @param metric id of the first metric; empty for a campaign without one
 * @param chapters one per treatment
 */
record Story(String metric, List<Chapter> chapters) {
  /** Waiting below this, per operation, explains nothing. */
  private static final double WAIT_NS = 0.5;

  /** Fewer acquisitions per operation than this explain nothing either. */
  private static final double TAKEN = 0.05;

  private static final int LOCKS_TOLD = 2;

  /**
   * @param overall geometric mean over the cells; null without an interval
   * @param counts of verdicts on the first metric
   * @param simulated cells of a simulated machine among them
   * @param hosts one sentence per host
   * @param why one sentence per lock that stands out; empty where none does or none was measured
   */
  record Chapter(
      String variant,
      Gains.@Nullable Overall overall,
      Map<Verdict, Integer> counts,
      int simulated,
      List<String> hosts,
      List<String> why) {

    int cells() {
      return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    int count(Verdict verdict) {
      return counts.getOrDefault(verdict, 0);
    }

    /** How many cells, such as "over 4 cells, 2 simulated". */
    String over(int cells) {
      return "over "
          + cells
          + (cells == 1 ? " cell" : " cells")
          + (simulated == 0 ? "" : ", " + simulated + " simulated");
    }

    /** All cells in words, such as "better in 3 of 4 cells, inconclusive in 1". */
    String tally() {
      return Story.tally(counts);
    }
  }

  static Story of(RunView run) {
    List<String> metrics = run.metrics();
    if (metrics.isEmpty()) {
      return new Story("", List.of());
    }
    String metric = metrics.getFirst();
    Set<String> treatments = new LinkedHashSet<>();
    run.gains().rows().forEach(row -> treatments.add(row.variant()));
    return new Story(
        metric, treatments.stream().map(variant -> chapter(run, metric, variant)).toList());
  }

  private static Chapter chapter(RunView run, String metric, String variant) {
    List<RunView.Placed> rows =
        run.gains().cells().stream()
            .flatMap(cell -> cell.gains().stream().map(row -> new RunView.Placed(cell, row)))
            .filter(p -> p.row().variant().equals(variant) && p.row().metric().equals(metric))
            .toList();
    CellNames names = new CellNames(run.gains());
    Map<String, List<RunView.Placed>> byHost =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    p -> p.cell().host(), LinkedHashMap::new, Collectors.toList()));
    List<String> hosts = new ArrayList<>();
    byHost.forEach((host, placed) -> hosts.add(hostSentence(host, placed, names)));
    return new Chapter(
        variant,
        overall(run.gains(), variant, metric),
        counts(rows),
        simulated(rows),
        hosts,
        why(run, rows));
  }

  private static Gains.@Nullable Overall overall(Gains gains, String variant, String metric) {
    for (Gains.Overall overall : gains.overall()) {
      if (overall.variant().equals(variant) && overall.metric().equals(metric)) {
        return overall;
      }
    }
    return null;
  }

  private static Map<Verdict, Integer> counts(List<RunView.Placed> rows) {
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    rows.forEach(p -> counts.merge(p.row().verdict(), 1, Integer::sum));
    return counts;
  }

  private static String hostSentence(String host, List<RunView.Placed> rows, CellNames names) {
    StringBuilder text =
        new StringBuilder(host)
            .append(simulated(rows) == 0 ? ": " : " (simulated): ")
            .append(tally(counts(rows)));
    range(rows, Verdict.BETTER, names).ifPresent(text::append);
    range(rows, Verdict.WORSE, names).ifPresent(text::append);
    return text.append('.').toString();
  }

  private static int simulated(List<RunView.Placed> rows) {
    return (int) rows.stream().filter(p -> p.cell().simulated()).count();
  }

  private static String tally(Map<Verdict, Integer> counts) {
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    List<String> parts = new ArrayList<>();
    for (Verdict verdict :
        List.of(Verdict.WORSE, Verdict.BETTER, Verdict.EQUIVALENT, Verdict.INCONCLUSIVE)) {
      int count = counts.getOrDefault(verdict, 0);
      if (count > 0) {
        String of = parts.isEmpty() ? " of " + all + (all == 1 ? " cell" : " cells") : "";
        parts.add(verdict.word() + " in " + count + of);
      }
    }
    return parts.isEmpty() ? "no cell" : String.join(", ", parts);
  }

  /** The extremes of the rows with a verdict. */
  private static Optional<String> range(
      List<RunView.Placed> rows, Verdict verdict, CellNames names) {
    List<RunView.Placed> shown =
        rows.stream()
            .filter(p -> p.row().verdict() == verdict && p.row().gain() != null)
            .sorted(Comparator.comparingDouble(p -> gain(p.row())))
            .toList();
    if (shown.isEmpty()) {
      return Optional.empty();
    }
    String last = at(shown.getLast(), names);
    return Optional.of(
        "; "
            + verdict.word()
            + ": "
            + (shown.size() == 1 ? last : at(shown.getFirst(), names) + " to " + last));
  }

  private static String at(RunView.Placed placed, CellNames names) {
    return Digits.gain(placed.row())
        + " ("
        + names.workload(placed.cell())
        + ", "
        + names.placement(placed.cell())
        + ")";
  }

  private static double gain(Gains.Row row) {
    Double gain = row.gain();
    return gain == null ? 0 : gain;
  }

  private static List<String> why(RunView run, List<RunView.Placed> rows) {
    return rows.stream()
        .flatMap(p -> lines(run, p).map(line -> new Told(p.cell(), line)))
        .sorted(Comparator.comparingDouble(Told::weight).reversed())
        .limit(LOCKS_TOLD)
        .map(told -> told.sentence(new CellNames(run.gains())))
        .toList();
  }

  /** The line of a cell that differs most, if any does. */
  private static Stream<LockTable.Line> lines(RunView run, RunView.Placed placed) {
    return LockTable.of(run, placed.cell(), placed.row().variant()).stream()
        .flatMap(table -> table.lines().stream())
        .filter(Story::differs)
        .max(Comparator.comparingDouble(Story::weight))
        .stream();
  }

  private static boolean differs(LockTable.Line line) {
    return Math.abs(line.savedNsPerOp()) >= WAIT_NS || Math.abs(taken(line)) >= TAKEN;
  }

  private static double taken(LockTable.Line line) {
    return line.baseline().perOp() - line.treatment().perOp();
  }

  /** Waiting first; where nobody waits, acquisitions. */
  private static double weight(LockTable.Line line) {
    double wait = Math.abs(line.savedNsPerOp());
    return wait >= WAIT_NS ? 1000 + wait : Math.abs(taken(line));
  }

  private record Told(Gains.Cell cell, LockTable.Line line) {
    double weight() {
      return Story.weight(line);
    }

    String sentence(CellNames names) {
      return line.name()
          + " in "
          + names.full(cell)
          + ": taken "
          + Units.perOperation(line.baseline().perOp())
          + " -> "
          + Units.perOperation(line.treatment().perOp())
          + " times per operation, waiting "
          + Units.level(line.baseline().waitNsPerOp(), "ns")
          + " -> "
          + Units.level(line.treatment().waitNsPerOp(), "ns")
          + " per operation.";
    }
  }
}
