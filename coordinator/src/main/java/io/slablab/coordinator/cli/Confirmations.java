package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.compare.HostIdentity;
import io.slablab.coordinator.verdict.compare.Matching;
import io.slablab.coordinator.verdict.gate.Confirmation;
import io.slablab.coordinator.verdict.gate.CsvCampaign;
import io.slablab.coordinator.verdict.gate.Gate;
import io.slablab.coordinator.verdict.gate.GateWish;
import io.slablab.coordinator.verdict.gate.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the new blocks of a confirmation.
 *
 * @param view the run that is confirmed
 */
record Confirmations(RunView view, GateWish wish, StoreOptions store) {

  Confirmation read(Path folder) throws UserError {
    if (Gate.confirmsItself(view.gains(), wish.metric())) {
      throw UserError.invalid(
          "slablab: gate: this run confirms itself: its plan left blocks for that, and there is one"
              + " confirmation per run\n    leave --confirmation out");
    }
    Confirmation confirmation =
        Files.exists(folder.resolve("trials.csv")) ? ofCsv(folder) : ofRun(folder);
    if (confirmation.benefits().isEmpty()) {
      throw UserError.invalid(
          "slablab: gate: --confirmation " + folder + " holds no comparison of this run");
    }
    return confirmation;
  }

  private Confirmation ofRun(Path folder) throws UserError {
    RunView fresh = RunFolders.open(folder);
    boolean itself =
        fresh.gains().campaign().equals(view.gains().campaign())
            && fresh.startedAt().equals(view.startedAt());
    if (itself || fresh.startedAt().compareTo(view.startedAt()) < 0) {
      throw UserError.invalid(
          "slablab: gate: --confirmation "
              + folder
              + (itself ? " is the run itself" : " was measured before the run")
              + "; blocks confirm that were measured after the screen");
    }
    for (HostIdentity.Difference difference : HostIdentities.differences(view, fresh, Map.of())) {
      if (!difference.parts().contains("unknown")) {
        throw UserError.invalid(
            "slablab: gate: --confirmation "
                + folder
                + " was measured on another host\n    "
                + HostIdentities.words(difference));
      }
    }
    Map<Subject.Key, double[]> benefits = new HashMap<>();
    for (Matching.Pair pair : Matching.of(view.gains(), fresh.gains(), Map.of()).pairs()) {
      if (pair.base().baseline().equals(pair.candidate().baseline())) {
        for (Gains.Row row : pair.candidate().gains()) {
          if (row.metric().equals(wish.metric())) {
            benefits.put(
                new Subject.Key(pair.base().host(), pair.base().id(), row.variant()),
                new Subject(pair.candidate(), row).benefits());
          }
        }
      }
    }
    return new Confirmation(fresh.gains().campaign(), benefits);
  }

  private Confirmation ofCsv(Path folder) throws UserError {
    boolean higherIsBetter =
        view.gains().rows().stream()
            .filter(row -> row.metric().equals(wish.metric()))
            .allMatch(Gains.Row::higherIsBetter);
    CsvCampaign csv;
    try {
      csv =
          CsvCampaign.read(
              Files.readString(folder.resolve("design.json")),
              Files.readString(folder.resolve("cells.csv")),
              Files.readString(folder.resolve("trials.csv")),
              wish.metric(),
              higherIsBetter);
    } catch (IOException e) {
      throw UserError.invalid("slablab: gate: --confirmation: " + FileTrouble.of(e));
    } catch (IllegalArgumentException e) {
      throw UserError.invalid("slablab: gate: --confirmation " + folder + ": " + e.getMessage());
    }
    Map<Subject.Key, double[]> benefits = new HashMap<>();
    for (Gains.Cell cell : view.gains().cells()) {
      if (cell.baseline().equals(csv.baseline())) {
        for (String name : csv.cells()) {
          if (isOf(cell, name, csv.host(name))) {
            csv.benefits(name, higherIsBetter ? 1 : -1)
                .forEach((variant, values) ->
                    benefits.put(new Subject.Key(cell.host(), cell.id(), variant), values));
          }
        }
      }
    }
    return new Confirmation(csv.name().isEmpty() ? folder.toString() : csv.name(), benefits);
  }

  /** A cell goes by its id; by host and id where several hosts have it. */
  private static boolean isOf(Gains.Cell cell, String name, String host) {
    return name.equals(cell.host() + "/" + cell.id())
        || name.equals(cell.id()) && (host.isEmpty() || host.equals(cell.host()));
  }
}
