package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.HistoryText;
import io.slablab.coordinator.store.index.IndexTrouble;
import io.slablab.coordinator.store.index.Rows.HistoryRow;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows how gains went from campaign to campaign. */
@Command(
    name = "history",
    subcommands = {
      HistoryListCommand.class,
      HistoryChangesCommand.class,
      HistoryAcceptCommand.class
    },
    description = {
      "Show gains over time, one series per host, cell, variant and metric.",
      "list: the series and where they stand; changes: when they shifted; accept: close a change."
    })
final class HistoryCommand implements Callable<Integer> {
  @Mixin private SeriesOptions wanted = new SeriesOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    List<HistoryRow> rows;
    try {
      rows = store.open().history(wanted.series());
    } catch (IndexTrouble e) {
      throw StoreOptions.trouble(e);
    }
    spec.commandLine()
        .getOut()
        .print(
            json
                ? RowsJson.text(rows)
                : HistoryText.render(rows, Terminal.columns(), Terminal.colour()));
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
