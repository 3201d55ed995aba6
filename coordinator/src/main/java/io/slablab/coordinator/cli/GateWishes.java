package io.slablab.coordinator.cli;

import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.gate.GateWish;
import io.slablab.suites.spec.Gate;
import io.slablab.suites.yaml.SuiteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a run's suite wants to be guarded. */
final class GateWishes {
  private static final double REGRESSION = 0.03;
  private static final double ALPHA = 0.05;

  private GateWishes() {}

  /** A suite without a gate, and a run without a suite, guard their first metric. */
  static GateWish of(Path folder, Gains gains, boolean strict) throws UserError {
    Optional<Gate> gate = stored(new RunDirectory(folder));
    String metric =
        gate.map(wanted -> wanted.metric().id())
            .or(() -> gains.families().stream().map(Gains.Family::metric).findFirst())
            .orElse("throughput");
    double regression = gate.map(Gate::regression).orElse(REGRESSION);
    double alpha = gate.map(Gate::alpha).orElse(ALPHA);
    if (!(0 < regression && regression < 1) || !(0 < alpha && alpha < 1)) {
      throw UserError.invalid(
          folder.resolve("suite.yaml")
              + ": gate: regression and alpha are shares between 0 and 1, as 3% and 0.05");
    }
    if (gains.rows().stream().noneMatch(row -> row.metric().equals(metric))) {
      throw UserError.invalid(
          "slablab: gate: run "
              + folder
              + " has no gain of "
              + metric
              + "; a gate needs a treatment beside the baseline, and the metric among 'metrics'");
    }
    return new GateWish(metric, regression, alpha, strict);
  }

  private static Optional<Gate> stored(RunDirectory run) throws UserError {
    if (!Files.exists(run.suite())) {
      return Optional.empty();
    }
    try {
      Map<String, String> params =
          Files.exists(run.manifest())
              ? StoredCampaign.params(Manifest.read(run.manifest()))
              : Map.of();
      return SuiteReader.read(run.suite().toString(), Files.readString(run.suite()), params)
          .suite()
          .orElseThrow(() ->
              UserError.invalid(
                  run.suite() + ": not understood by this version; use the one that wrote it"))
          .gate();
    } catch (IOException e) {
      throw UserError.invalid("the suite of " + run.root() + ": " + FileTrouble.of(e));
    }
  }
}
