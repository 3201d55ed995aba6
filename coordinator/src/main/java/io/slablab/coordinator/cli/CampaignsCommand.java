package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.CampaignsText;
import io.slablab.coordinator.store.index.IndexTrouble;
import io.slablab.coordinator.store.index.Rows.CampaignRow;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists campaigns, newest first. */
@Command(name = "campaigns", description = "List campaigns of the index, newest first.")
final class CampaignsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SUITE", arity = "0..1", description = "Name of a suite (default: all).")
  @Nullable String suite;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many at most (default: 50).")
  private int most = 50;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    List<CampaignRow> campaigns;
    try {
      campaigns = store.open().campaigns(suite, most);
    } catch (IndexTrouble e) {
      throw StoreOptions.trouble(e);
    }
    spec.commandLine()
        .getOut()
        .print(
            json
                ? RowsJson.text(campaigns)
                : CampaignsText.render(campaigns, Terminal.columns(), Terminal.colour()));
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
