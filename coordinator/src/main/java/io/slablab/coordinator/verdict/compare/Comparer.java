package io.slablab.coordinator.verdict.compare;

import io.slablab.coordinator.stats.GateSample.Between;
import io.slablab.coordinator.stats.GateSample.Mean;
import io.slablab.coordinator.stats.MarginTests;
import io.slablab.coordinator.stats.Power;
import io.slablab.coordinator.verdict.Decisions;
import io.slablab.coordinator.verdict.Decisions.Decision;
import io.slablab.coordinator.verdict.Decisions.Evidence;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.Settings;
import io.slablab.coordinator.verdict.Verdict;
import io.slablab.coordinator.verdict.compare.Compared.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares two campaigns: a family is the gains, or the levels, of one metric. */
public final class Comparer {
  private final Settings settings;
  private final Map<String, List<Entry>> families = new LinkedHashMap<>();

  /** One hypothesis; values on the log scale, block by block. */
  private record Entry(
      Kind kind, Gains.Cell cell, Gains.Row row, String variant, double[] before, double[] after) {
    int direction() {
      return row.higherIsBetter() ? 1 : -1;
    }

    /** In the direction of benefits. */
    Between sample() {
      return new Between(turned(after), turned(before));
    }

    private double[] turned(double[] x) {
      return Arrays.stream(x).map(value -> direction() * value).toArray();
    }
  }

  private Comparer(Settings settings) {
    this.settings = settings;
  }

  /**
   * Every metric, variant and cell that both have.
   *
   * @param differences of the hosts, for the reader
   */
  public static Compared of(
      Gains base, Gains candidate, Matching matching, List<String> differences) {
    Comparer comparer = new Comparer(candidate.settings());
    matching.pairs().forEach(comparer::add);
    return new Compared(
        Compared.SCHEMA,
        base.campaign(),
        candidate.campaign(),
        candidate.settings().q(),
        List.copyOf(differences),
        comparer.rows(),
        names(matching.onlyBase()),
        names(matching.onlyCandidate()));
  }

  private static List<String> names(List<Gains.Cell> cells) {
    return cells.stream().map(cell -> cell.host() + "/" + cell.id()).toList();
  }

  private void add(Matching.Pair pair) {
    Gains.Cell cell = pair.candidate();
    for (Gains.Row row : cell.gains()) {
      if (pair.base().baseline().equals(cell.baseline())) {
        pair.base().gains().stream()
            .filter(other -> other.metric().equals(row.metric()))
            .filter(other -> other.variant().equals(row.variant()))
            .findFirst()
            .ifPresent(other ->
                add(new Entry(Kind.GAIN, cell, row, row.variant(), logs(other), logs(row))));
      }
    }
    Map<String, Gains.Row> metrics = new LinkedHashMap<>();
    cell.gains().forEach(row -> metrics.putIfAbsent(row.metric(), row));
    metrics.forEach((metric, row) -> {
      Map<String, double[]> before = Levels.logs(pair.base(), metric);
      Levels.logs(cell, metric)
          .forEach((variant, after) -> {
            double[] same = before.get(variant);
            if (same != null) {
              add(new Entry(Kind.LEVEL, cell, row, variant, same, after));
            }
          });
    });
  }

  private static double[] logs(Gains.Row row) {
    return row.method().equals("paired-t")
        ? row.points().stream()
            .map(Gains.Point::logRatio)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .toArray()
        : new double[0];
  }

  private void add(Entry entry) {
    families
        .computeIfAbsent(entry.kind() + " " + entry.row().metric(), _ -> new ArrayList<>())
        .add(entry);
  }

  private List<Compared.Row> rows() {
    List<Compared.Row> rows = new ArrayList<>();
    families.values().forEach(family -> rows.addAll(rows(family)));
    rows.sort(
        Comparator.comparing(Compared.Row::kind).thenComparingInt(row -> rank(row.verdict())));
    return List.copyOf(rows);
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case WORSE -> 0;
      case INCONCLUSIVE -> 1;
      case BETTER -> 2;
      case EQUIVALENT -> 3;
    };
  }

  private List<Compared.Row> rows(List<Entry> family) {
    List<Optional<Mean>> means = family.stream().map(entry -> entry.sample().mean()).toList();
    List<Decision> decisions =
        Decisions.decide(means.stream().map(this::evidence).toList(), settings);
    List<Compared.Row> rows = new ArrayList<>();
    for (int i = 0; i < family.size(); i++) {
      rows.add(row(family.get(i), means.get(i).orElse(null), decisions.get(i), family.size()));
    }
    return rows;
  }

  private Evidence evidence(Optional<Mean> mean) {
    return mean.map(
            m -> new Evidence(m.against(settings.negligible(), settings.equivalence()), m.mean()))
        .orElse(Evidence.NONE);
  }

  private Compared.Row row(Entry entry, @Nullable Mean mean, Decision decision, int family) {
    double half = mean == null ? Double.NaN : mean.halfWidth(settings.confidence());
    double centre = mean == null ? Double.NaN : entry.direction() * mean.mean();
    double alpha = settings.q() / family;
    boolean shown = decision.verdict() != Verdict.INCONCLUSIVE;
    return new Compared.Row(
        entry.kind(),
        entry.cell().host(),
        entry.cell().id(),
        entry.cell().placement(),
        entry.variant(),
        entry.row().metric(),
        entry.row().unit(),
        middle(entry.kind(), entry.before()),
        middle(entry.kind(), entry.after()),
        mean == null ? null : Math.expm1(centre),
        mean == null ? null : Math.expm1(centre - half),
        mean == null ? null : Math.expm1(centre + half),
        settings.confidence(),
        entry.before().length,
        entry.after().length,
        mean == null ? null : decision.pAdjusted(),
        mean == null ? null : loss(mean.detectable(alpha, settings.power())),
        mean == null || shown ? null : blocksNeeded(entry, alpha),
        decision.verdict());
  }

  private static @Nullable Double middle(Kind kind, double[] logs) {
    if (logs.length == 0) {
      return null;
    }
    double mean = Arrays.stream(logs).average().orElse(Double.NaN);
    return kind == Kind.GAIN ? Math.expm1(mean) : Math.exp(mean);
  }

  private double loss(double effect) {
    return -Math.expm1(-(effect + MarginTests.margin(settings.negligible())));
  }

  private int blocksNeeded(Entry entry, double alpha) {
    double effect =
        MarginTests.margin(settings.targetEffect()) - MarginTests.margin(settings.negligible());
    return Power.blocksFor(effect, entry.sample().deviation(), alpha, settings.power());
  }
}
