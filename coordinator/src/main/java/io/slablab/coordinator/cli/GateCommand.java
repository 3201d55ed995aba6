package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.GateJson;
import io.slablab.coordinator.report.GateText;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.verdict.GainsFiles;
import io.slablab.coordinator.verdict.Summary;
import io.slablab.coordinator.verdict.gate.Confirmation;
import io.slablab.coordinator.verdict.gate.GateReport;
import io.slablab.coordinator.verdict.gate.GateWish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether a run may pass. */
@Command(
    name = "gate",
    description = {
      "Judge a run: regression, passed, inconclusive or infrastructure, for each comparison.",
      "A screen flags, new blocks confirm: those of the run itself where it planned 24 or more,",
      "else those that --requests asks for and --confirmation brings."
    },
    footer = {
      "",
      "Exit codes: 0 passed, 3 regression, 4 inconclusive, 5 trials failed or are missing."
    })
final class GateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "RUN",
      description = "Run directory, or a run of the index: its name, id or label.")
  private Path run = Path.of("");

  @Option(
      names = "--against",
      paramLabel = "REFERENCE",
      description =
          "A variant of the run, another run, last-good (the newest run of the suite that passed)"
              + " or history[:K] (K earlier runs, 8 to 20); default: the run's own baseline.")
  @Nullable String against;

  @Option(
      names = "--strict",
      description = "Pass only what a loss of the size that matters is ruled out for.")
  private boolean strict;

  @Option(
      names = "--confirmation",
      paramLabel = "RUN|DIR",
      description =
          "New blocks of what was flagged: a run, or a folder of cells.csv, trials.csv and"
              + " design.json.")
  @Nullable Path confirmation;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private GateFiles files = new GateFiles();

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    Path folder = store.runDirectory(run);
    RunView view = RunFolders.open(folder);
    GateWish wish = GateWishes.of(folder, view.gains(), strict);
    Confirmation fresh =
        confirmation == null
            ? null
            : new Confirmations(view, wish, store).read(store.runDirectory(confirmation));
    GateReport report = new GateReferences(folder, view, wish, store, fresh).judge(against);
    record(folder, view, report);
    files.write(report, view);
    spec.commandLine()
        .getOut()
        .print(
            json
                ? GateJson.text(report)
                : GateText.render(report, Terminal.columns(), Terminal.colour()));
    spec.commandLine().getOut().flush();
    return report.exitCode();
  }

  /**
   * Keeps the outcome in verdict.json. A run is confirmed once: new blocks again and again until
   * one set of them is good would make every gate green.
   */
  private void record(Path folder, RunView view, GateReport report) throws UserError {
    Path file = folder.resolve("verdict.json");
    try {
      Summary summary =
          Files.exists(file)
              ? GainsFiles.readVerdict(Files.readString(file))
              : Summary.of(view.gains(), Optional.of(report.wish().metric()));
      refuseSecondConfirmation(summary.gated(), report);
      Summary.Gated gated =
          new Summary.Gated(
              report.outcome().word(),
              report.method(),
              report.against(),
              report.confirmation(),
              report.exitCode());
      AtomicFiles.write(file, GainsFiles.verdictJson(summary.gated(gated)));
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .println("slablab: gate: the outcome is not kept in the run: " + FileTrouble.of(e));
    }
  }

  private static void refuseSecondConfirmation(Summary.@Nullable Gated before, GateReport report)
      throws UserError {
    if (before == null || before.confirmation() == null || report.confirmation() == null) {
      return;
    }
    boolean sameQuestion =
        before.against().equals(report.against()) && before.method().equals(report.method());
    if (sameQuestion && !Objects.equals(before.confirmation(), report.confirmation())) {
      throw UserError.invalid(
          "slablab: gate: "
              + before.confirmation()
              + " has confirmed this run, and a gate does not try again until it is green"
              + "\n    measure a new run");
    }
  }
}
