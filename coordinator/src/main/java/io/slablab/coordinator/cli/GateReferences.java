package io.slablab.coordinator.cli;

import io.slablab.coordinator.history.Restarts;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.stats.GateSample;
import io.slablab.coordinator.stats.HistoryGate;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.store.index.CampaignIndex;
import io.slablab.coordinator.store.index.CampaignIndex.Series;
import io.slablab.coordinator.store.index.IndexTrouble;
import io.slablab.coordinator.store.index.Rows.CampaignRow;
import io.slablab.coordinator.store.index.Rows.HistoryRow;
import io.slablab.coordinator.verdict.CampaignData;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsCalculator;
import io.slablab.coordinator.verdict.GainsFiles;
import io.slablab.coordinator.verdict.Summary;
import io.slablab.coordinator.verdict.TrialFiles;
import io.slablab.coordinator.verdict.compare.HostIdentity;
import io.slablab.coordinator.verdict.compare.Levels;
import io.slablab.coordinator.verdict.compare.Matching;
import io.slablab.coordinator.verdict.gate.Confirmation;
import io.slablab.coordinator.verdict.gate.Gate;
import io.slablab.coordinator.verdict.gate.GateReport;
import io.slablab.coordinator.verdict.gate.GateWish;
import io.slablab.coordinator.verdict.gate.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From what a user names as the reference to what the gate says against it.
 *
 * @param folder of the run
 * @param confirmation new blocks; null without
 */
record GateReferences(
    Path folder,
    RunView view,
    GateWish wish,
    StoreOptions store,
    @Nullable Confirmation confirmation) {
  private static final String LAST_GOOD = "last-good";
  private static final String HISTORY = "history";
  private static final int CAMPAIGNS_SEARCHED = 1000;

  /**
   * @param against a variant, a run, last-good or history[:K]; null for the run's own baseline
   */
  GateReport judge(@Nullable String against) throws UserError {
    if (against == null) {
      return paired(view.gains(), baselines(), List.of());
    }
    if (against.equals(LAST_GOOD)) {
      return againstLastGood();
    }
    if (against.equals(HISTORY) || against.startsWith(HISTORY + ":")) {
      return againstHistory(nights(against));
    }
    return isVariant(against) ? againstVariant(against) : againstRun(against, List.of());
  }

  private String baselines() {
    return String.join(
        ", ", view.gains().cells().stream().map(Gains.Cell::baseline).distinct().toList());
  }

  private boolean isVariant(String name) {
    return view.gains().cells().stream().anyMatch(cell -> cell.baseline().equals(name))
        || view.gains().rows().stream().anyMatch(row -> row.variant().equals(name));
  }

  private GateReport.Heading heading(String method, String against) {
    Gains gains = view.gains();
    return new GateReport.Heading(
        gains.campaign(),
        gains.suite(),
        gains.seed(),
        view.startedAt(),
        method,
        against,
        confirmation == null ? null : confirmation.campaign());
  }

  private GateReport paired(Gains gains, String against, List<String> notes) {
    return Gate.paired(gains, heading(Gate.PAIRED, against), wish, confirmation, notes);
  }

  private GateReport againstVariant(String variant) throws UserError {
    if (view.gains().cells().stream().allMatch(cell -> cell.baseline().equals(variant))) {
      return paired(view.gains(), variant, List.of());
    }
    try {
      CampaignData data =
          TrialFiles.read(folder).withBaseline(variant).withMetrics(List.of(wish.metric()));
      return paired(GainsCalculator.compute(data, view.gains().settings()), variant, List.of());
    } catch (IOException e) {
      throw UserError.invalid("the trials of " + folder + " cannot be read: " + FileTrouble.of(e));
    }
  }

  private GateReport againstLastGood() throws UserError {
    Optional<CampaignRow> good = lastGood();
    if (good.isEmpty()) {
      return paired(
          view.gains(),
          baselines(),
          List.of(
              "No earlier run of "
                  + view.gains().suite()
                  + " in the index has passed a gate yet: against the run's own baseline."));
    }
    return againstRun(
        good.get().directory(), List.of("The last good run is " + good.get().run() + "."));
  }

  private Optional<CampaignRow> lastGood() throws UserError {
    for (CampaignRow row : campaigns()) {
      if (isEarlier(row.startedAt(), row.directory()) && passed(Path.of(row.directory()))) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  private List<CampaignRow> campaigns() throws UserError {
    try {
      return store.open().campaigns(view.gains().suite(), CAMPAIGNS_SEARCHED);
    } catch (IndexTrouble e) {
      throw StoreOptions.trouble(e);
    }
  }

  private boolean isEarlier(String startedAt, String directory) {
    return startedAt.compareTo(view.startedAt()) < 0
        && !Path.of(directory).equals(folder.toAbsolutePath().normalize());
  }

  /** What cannot be read has not passed. */
  private static boolean passed(Path run) {
    Path file = run.resolve("verdict.json");
    try {
      Summary.Gated gated = GainsFiles.readVerdict(Files.readString(file)).gated();
      return gated != null && gated.passed();
    } catch (IOException _) {
      return false;
    }
  }

  private GateReport againstRun(String named, List<String> first) throws UserError {
    RunView other = RunFolders.open(store.runDirectory(Path.of(named)));
    List<String> notes = new ArrayList<>(first);
    for (HostIdentity.Difference difference : HostIdentities.differences(other, view, Map.of())) {
      if (difference.hardware()) {
        throw UserError.invalid(
            "slablab: gate: the runs do not compare\n    "
                + HostIdentities.words(difference)
                + "\n    'slablab compare --force' shows them beside one another all the same");
      }
      notes.add(HostIdentities.words(difference) + ".");
    }
    Matching matching = Matching.of(other.gains(), view.gains(), Map.of());
    Map<Subject.Key, Subject> references = new HashMap<>();
    List<GateReport.Level> levels = new ArrayList<>();
    for (Matching.Pair pair : matching.pairs()) {
      references.putAll(references(pair));
      levels.addAll(levels(pair));
      if (pair.otherCpus()) {
        notes.add(
            "%s/%s ran on CPUs %s, the reference on %s."
                .formatted(
                    pair.candidate().host(),
                    pair.candidate().id(),
                    pair.candidate().placement().cpus(),
                    pair.base().placement().cpus()));
      }
    }
    return Gate.between(
        view.gains(),
        references,
        heading(Gate.BETWEEN, "run " + other.gains().campaign()),
        wish,
        confirmation,
        levels,
        notes);
  }

  /** The other run's comparisons of a cell, by the keys of ours; the same two variants only. */
  private Map<Subject.Key, Subject> references(Matching.Pair pair) {
    Map<Subject.Key, Subject> references = new HashMap<>();
    if (pair.base().baseline().equals(pair.candidate().baseline())) {
      for (Gains.Row row : pair.base().gains()) {
        if (row.metric().equals(wish.metric())) {
          references.put(
              new Subject.Key(pair.candidate().host(), pair.candidate().id(), row.variant()),
              new Subject(pair.base(), row));
        }
      }
    }
    return references;
  }

  private List<GateReport.Level> levels(Matching.Pair pair) {
    Map<String, double[]> before = Levels.logs(pair.base(), wish.metric());
    List<GateReport.Level> levels = new ArrayList<>();
    double confidence = view.gains().settings().confidence();
    Levels.logs(pair.candidate(), wish.metric())
        .forEach((variant, now) -> {
          double[] reference = before.getOrDefault(variant, new double[0]);
          new GateSample.Between(now, reference)
              .mean()
              .ifPresent(mean -> {
                double half = mean.halfWidth(confidence);
                levels.add(
                    new GateReport.Level(
                        pair.candidate().host(),
                        pair.candidate().id(),
                        variant,
                        wish.metric(),
                        Math.expm1(mean.mean()),
                        Math.expm1(mean.mean() - half),
                        Math.expm1(mean.mean() + half),
                        confidence,
                        now.length,
                        reference.length));
              });
        });
    return levels;
  }

  private static int nights(String against) throws UserError {
    if (against.equals(HISTORY)) {
      return HistoryGate.MOST_NIGHTS;
    }
    try {
      int nights = Integer.parseInt(against.substring(HISTORY.length() + 1));
      if (nights >= HistoryGate.LEAST_NIGHTS && nights <= HistoryGate.MOST_NIGHTS) {
        return nights;
      }
    } catch (NumberFormatException _) {
      // said below, as for a number out of range
    }
    throw new UserError(
        ExitCode.USAGE_OR_INTERNAL,
        "slablab: gate: --against history:K takes %d to %d nights, as history:%d"
            .formatted(HistoryGate.LEAST_NIGHTS, HistoryGate.MOST_NIGHTS, HistoryGate.MOST_NIGHTS));
  }

  private GateReport againstHistory(int most) throws UserError {
    List<HistoryRow> rows;
    try {
      CampaignIndex index = store.open();
      rows =
          new Restarts(index.acceptances())
              .since(
                  index.history(new Series(view.gains().suite(), null, null, null, wish.metric())));
    } catch (IndexTrouble e) {
      throw StoreOptions.trouble(e);
    }
    Map<Subject.Key, List<HistoryRow>> series = new LinkedHashMap<>();
    for (HistoryRow row : rows) {
      if (isEarlier(row.startedAt(), row.directory())) {
        series
            .computeIfAbsent(
                new Subject.Key(row.host(), row.cell(), row.variant()), _ -> new ArrayList<>())
            .add(row);
      }
    }
    Map<Subject.Key, double[]> past = new HashMap<>();
    Map<String, HostIdentity> hosts = HostIdentities.of(view);
    series.forEach((key, nights) -> past.put(key, benefits(nights, hosts.get(key.host()), most)));
    return Gate.history(
        view.gains(),
        past,
        heading(Gate.HISTORY, "up to " + most + " earlier runs of the index"),
        wish,
        List.of("HISTORY: no reference ran beside this run; its error is that between runs."));
  }

  /** Oldest first, back to where the host was another one, at most so many. */
  private static double[] benefits(List<HistoryRow> nights, @Nullable HostIdentity host, int most) {
    String key = host == null ? "" : host.keys().getOrDefault("host", "");
    List<Double> benefits = new ArrayList<>();
    for (HistoryRow row : nights.reversed()) {
      if (!Objects.requireNonNullElse(row.hostKey(), "").equals(key) || benefits.size() == most) {
        break;
      }
      Double gain = row.gain();
      if (gain != null && row.low() != null) {
        benefits.add((row.higherIsBetter() == 1 ? 1 : -1) * Math.log1p(gain));
      }
    }
    Collections.reverse(benefits);
    return benefits.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
