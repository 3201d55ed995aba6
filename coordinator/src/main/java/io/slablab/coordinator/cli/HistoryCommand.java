package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.HistoryText;
import io.slablab.coordinator.store.index.CampaignIndex.Series;
import io.slablab.coordinator.store.index.IndexTrouble;
import io.slablab.coordinator.store.index.Rows.HistoryRow;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows how gains went from campaign to campaign. */
@Command(
    name = "history",
    description = "Show gains over time, one series per host, cell, variant and metric.")
final class HistoryCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SUITE", arity = "0..1", description = "Name of a suite (default: all).")
  @Nullable String suite;

  @Option(names = "--host", paramLabel = "HOST", description = "Only this host.")
  @Nullable String host;

  @Option(names = "--cell", paramLabel = "CELL", description = "Only this cell.")
  @Nullable String cell;

  @Option(names = "--variant", paramLabel = "VARIANT", description = "Only this variant.")
  @Nullable String variant;

  @Option(names = "--metric", paramLabel = "METRIC", description = "Only this metric.")
  @Nullable String metric;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    List<HistoryRow> rows;
    try {
      rows = store.open().history(new Series(suite, host, cell, variant, metric));
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
