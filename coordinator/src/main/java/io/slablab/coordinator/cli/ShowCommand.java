package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.ShowText;
import io.slablab.coordinator.verdict.GainsFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the result of a run again. */
@Command(name = "show", description = "Show the gains of a run.")
final class ShowCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "RUN",
      description = "Run directory, or a run of the index: its name, id or label.")
  private Path run = Path.of("");

  @Option(names = "--json", description = "Print gains.json.")
  private boolean json;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    var view = RunFolders.open(store.runDirectory(run));
    spec.commandLine()
        .getOut()
        .println(
            (json
                    ? GainsFiles.gainsJson(view.gains())
                    : ShowText.render(view, Terminal.columns(), Terminal.colour()))
                .stripTrailing());
    return ExitCode.OK;
  }
}
