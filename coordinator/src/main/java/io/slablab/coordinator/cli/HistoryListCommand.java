package io.slablab.coordinator.cli;

import io.slablab.coordinator.history.SeriesLevel;
import io.slablab.coordinator.report.SeriesText;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists series and where they stand. */
@Command(
    name = "list",
    description = {
      "List the series: one per host, cell, variant, metric and comparability key of the host,",
      "with the gain since their last change."
    })
final class HistoryListCommand implements Callable<Integer> {
  @Mixin private SeriesOptions wanted = new SeriesOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    List<SeriesLevel> levels = SeriesLevel.of(SeriesOptions.search(store.open(), wanted.series()));
    spec.commandLine()
        .getOut()
        .print(
            json
                ? RowsJson.text(levels.stream().map(SeriesLevel::row).toList())
                : SeriesText.render(levels, Terminal.columns(), Terminal.colour()));
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
