package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.Pooled;
import io.slablab.coordinator.stats.StopRule;
import io.slablab.coordinator.verdict.Decisions.Decision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;
import org.jspecify.annotations.Nullable;

/** Computes the gains of a campaign. A pure function: same data, same settings, same result. */
public final class GainsCalculator {
  private static final double AA_P = 0.01;

  private final CampaignData data;
  private final Settings settings;
  private final List<String> notes = new ArrayList<>();

  private GainsCalculator(CampaignData data, Settings settings) {
    this.data = data;
    this.settings = settings;
  }

  /** By the defaults; where blocks were added by the look of intervals, with the price of that. */
  public static Gains compute(CampaignData data) {
    Settings settings = Settings.defaults();
    return compute(
        data, data.stopping() == null ? settings : settings.withInflation(StopRule.INFLATION));
  }

  /** Gains of every cell, treatment and metric of the data, whether or not any trial was done. */
  public static Gains compute(CampaignData data, Settings settings) {
    return new GainsCalculator(data, settings).gains();
  }

  private Gains gains() {
    List<Measure> measures = measures();
    List<CellTrials> cells = data.cells().stream().map(cell -> CellTrials.of(cell, data)).toList();
    Map<Comparison, Gains.Row> rows = new LinkedHashMap<>();
    Map<Comparison, Gains.Row> controls = new LinkedHashMap<>();
    List<Gains.Family> families = new ArrayList<>();
    List<Gains.Overall> overall = new ArrayList<>();
    for (Measure measure : measures) {
      List<Comparison> family = comparisons(cells, measure);
      rows.putAll(decide(family));
      controls.putAll(decide(controls(cells, measure)));
      families.add(count(measure, family.stream().map(c -> row(rows, c)).toList()));
      overall.addAll(pool(family));
    }
    if (measures.stream().anyMatch(m -> m.quantile() > 0)) {
      notes.add(
          "Latency is the service time of a closed loop: waiting before an operation starts is not"
              + " in it.");
    }
    if (!measures.isEmpty()) {
      noteControls(measures.getFirst(), Stream.of(rows, controls));
      noteNullCells(measures.getFirst(), controls.values());
    }
    CampaignData.Stopping stopping = data.stopping();
    if (stopping != null) {
      notes.addAll(StopNotes.of(stopping, data.cells().size()));
    }
    return new Gains(
        Gains.SCHEMA,
        data.campaign(),
        data.suite(),
        data.seed(),
        cells.stream().map(cell -> cell(cell, rows, controls)).toList(),
        settings,
        families,
        overall,
        List.copyOf(notes));
  }

  private List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    for (String id : data.metrics()) {
      Measure.of(id)
          .ifPresentOrElse(
              measures::add, () -> notes.add("Unknown metric " + id + " is left out."));
    }
    return measures;
  }

  private List<Comparison> comparisons(List<CellTrials> cells, Measure measure) {
    List<Comparison> family = new ArrayList<>();
    for (CellTrials cell : cells) {
      for (String treatment : cell.cell().treatments()) {
        family.add(new Comparison(cell, treatment, measure, settings, data.seed()));
      }
    }
    return family;
  }

  /** The baselines of null cells against themselves: a family of their own. */
  private List<Comparison> controls(List<CellTrials> cells, Measure measure) {
    List<Comparison> family = new ArrayList<>();
    for (CellTrials cell : cells) {
      String control = cell.cell().control();
      if (control != null) {
        family.add(new Comparison(cell, control, measure, settings, data.seed()));
      }
    }
    return family;
  }

  private Map<Comparison, Gains.Row> decide(List<Comparison> family) {
    List<Decision> decisions =
        Decisions.decide(family.stream().map(c -> c.estimate().evidence()).toList(), settings);
    int significant = (int) decisions.stream().filter(Decision::significant).count();
    FamilyRate rate = new FamilyRate(family.size(), significant, settings.q());
    Map<Comparison, Gains.Row> rows = new LinkedHashMap<>();
    for (int i = 0; i < decisions.size(); i++) {
      rows.put(family.get(i), family.get(i).row(decisions.get(i), rate));
    }
    return rows;
  }

  private static Gains.Row row(Map<Comparison, Gains.Row> rows, Comparison comparison) {
    return Optional.ofNullable(rows.get(comparison)).orElseThrow();
  }

  private Gains.Family count(Measure measure, List<Gains.Row> rows) {
    Map<Verdict, Long> counts =
        rows.stream().collect(Collectors.groupingBy(Gains.Row::verdict, Collectors.counting()));
    return new Gains.Family(
        measure.id(),
        rows.size(),
        settings.q(),
        counts.getOrDefault(Verdict.BETTER, 0L).intValue(),
        counts.getOrDefault(Verdict.WORSE, 0L).intValue(),
        counts.getOrDefault(Verdict.EQUIVALENT, 0L).intValue(),
        counts.getOrDefault(Verdict.INCONCLUSIVE, 0L).intValue());
  }

  private List<Gains.Overall> pool(List<Comparison> family) {
    Map<String, List<Comparison>> byTreatment = new LinkedHashMap<>();
    for (Comparison c : family) {
      if (c.estimate().part().isPresent()) {
        byTreatment.computeIfAbsent(c.treatment(), _ -> new ArrayList<>()).add(c);
      }
    }
    return byTreatment.values().stream().map(this::pooled).toList();
  }

  private Gains.Overall pooled(List<Comparison> cells) {
    List<Pooled.Part> parts = cells.stream().flatMap(c -> c.estimate().part().stream()).toList();
    Pooled pooled = Pooled.fixedParts(parts, settings.confidence()).inflated(settings.inflation());
    Comparison worst = cells.getFirst();
    for (Comparison c : cells) {
      if (c.estimate().evidence().benefit() < worst.estimate().evidence().benefit()) {
        worst = c;
      }
    }
    Measure measure = worst.measure();
    double worstBenefit = worst.estimate().evidence().benefit();
    return new Gains.Overall(
        worst.treatment(),
        measure.id(),
        cells.size(),
        pooled.gain(),
        pooled.gainLow(),
        pooled.gainHigh(),
        settings.confidence(),
        worst.cell().host() + "/" + worst.cell().id(),
        Math.expm1(measure.direction() * worstBenefit));
  }

  /**
   * Intervals of a design against itself must exclude 0 about as often as their confidence says.
   * One metric only: the metrics of a trial are not independent.
   */
  private void noteControls(Measure measure, Stream<Map<Comparison, Gains.Row>> all) {
    int intervals = 0;
    int excluding = 0;
    for (Gains.Row row : all.flatMap(rows -> rows.values().stream()).toList()) {
      Double low = row.low();
      Double high = row.high();
      if (row.aa() && row.metric().equals(measure.id()) && low != null && high != null) {
        intervals++;
        excluding += low > 0 || high < 0 ? 1 : 0;
      }
    }
    if (intervals == 0) {
      return;
    }
    double p =
        BinomialTest.withDefaults()
            .with(AlternativeHypothesis.TWO_SIDED)
            .test(intervals, excluding, 1 - settings.confidence())
            .getPValue();
    String counted =
        "A/A control: %d of %d intervals of a design against itself exclude 0"
            .formatted(excluding, intervals);
    notes.add(p > AA_P ? counted + "." : counted + " (AA_SUSPECT: do not trust the intervals).");
  }

  /** How much noise alone makes of a gain on these hosts. */
  private void noteNullCells(Measure measure, Collection<Gains.Row> controls) {
    DoubleSummaryStatistics gains =
        controls.stream()
            .filter(row -> row.metric().equals(measure.id()))
            .flatMap(row -> Stream.ofNullable(row.gain()))
            .mapToDouble(Math::abs)
            .summaryStatistics();
    if (gains.getCount() > 0) {
      notes.add(
          ("Null cells: in %d cells the baseline ran against itself and differed by up to %.2f %%"
                  + " in %s.")
              .formatted(gains.getCount(), 100 * gains.getMax(), measure.id()));
    }
  }

  private static List<Gains.Row> rowsOf(CampaignData.Cell cell, Map<Comparison, Gains.Row> rows) {
    List<Gains.Row> own = new ArrayList<>();
    rows.forEach((comparison, row) -> {
      if (comparison.cell() == cell) {
        own.add(row);
      }
    });
    return own;
  }

  private Gains.@Nullable Stop stop(CampaignData.Cell cell) {
    CampaignData.Stopping stopping = data.stopping();
    return stopping == null
        ? null
        : stopping.stops().stream()
            .filter(stop -> stop.host().equals(cell.host()) && stop.cell().equals(cell.id()))
            .map(stop -> new Gains.Stop(stop.reason(), stop.blocks(), stop.halfWidth()))
            .findFirst()
            .orElse(null);
  }

  private Gains.Cell cell(
      CellTrials trials, Map<Comparison, Gains.Row> rows, Map<Comparison, Gains.Row> controls) {
    CampaignData.Cell cell = trials.cell();
    return new Gains.Cell(
        cell.id(),
        cell.host(),
        cell.engine(),
        cell.workload(),
        cell.params(),
        cell.placement(),
        cell.engine().equals("sim"),
        cell.baseline(),
        rowsOf(cell, rows),
        trials.warmup(),
        trials.counts(),
        warnings(trials),
        rowsOf(cell, controls),
        stop(cell));
  }

  private static List<String> warnings(CellTrials trials) {
    Map<String, Integer> counted = new LinkedHashMap<>();
    trials
        .all()
        .flatMap(t -> t.warnings().stream())
        .forEach(w -> counted.merge(w, 1, Integer::sum));
    List<String> warnings = new ArrayList<>();
    counted.forEach(
        (text, times) -> warnings.add(times == 1 ? text : text + " (" + times + " trials)"));
    long collections =
        trials
            .all()
            .filter(TrialSummary::done)
            .flatMap(t -> t.iterations().stream())
            .mapToLong(i -> i.gcCount() == null ? 0 : i.gcCount())
            .sum();
    if (collections > 0) {
      warnings.add("the garbage collector ran " + collections + " times inside measured windows");
    }
    return List.copyOf(warnings);
  }
}
