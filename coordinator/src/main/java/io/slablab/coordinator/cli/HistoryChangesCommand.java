package io.slablab.coordinator.cli;

import io.slablab.coordinator.history.Change;
import io.slablab.coordinator.report.ChangesText;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks for changes. */
@Command(
    name = "changes",
    description = {
      "Show when series changed: gains that shifted (the code), levels of the baseline that",
      "shifted and hosts whose comparability key changed (the environment)."
    })
final class HistoryChangesCommand implements Callable<Integer> {
  @Mixin private SeriesOptions wanted = new SeriesOptions();

  @Option(names = "--open", description = "Only those that nobody accepted.")
  private boolean open;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    List<Change> changes =
        SeriesOptions.search(store.open(), wanted.series()).changes().stream()
            .filter(change -> !open || change.open())
            .toList();
    spec.commandLine()
        .getOut()
        .print(
            json
                ? RowsJson.text(changes)
                : ChangesText.render(changes, Terminal.columns(), Terminal.colour()));
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
