package io.slablab.coordinator.cli;

import io.slablab.coordinator.history.History;
import io.slablab.coordinator.report.ReportWriter;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.report.UnreadableRun;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.store.index.CampaignIndex.Series;
import io.slablab.coordinator.verdict.Gains;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the report of a run into its directory. */
@Command(name = "report", description = "Write report.html (or report.md) of a run.")
final class ReportCommand implements Callable<Integer> {
  /** What can be written. */
  enum Format {
    html,
    md
  }

  @Parameters(paramLabel = "RUN", description = "Run directory.")
  private Path run = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format = Format.html;

  @Mixin private StoreOptions store = new StoreOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    RunView view = RunFolders.open(run);
    try {
      Path written =
          format == Format.html
              ? ReportWriter.html(view, history(view))
              : ReportWriter.markdown(view);
      spec.commandLine().getOut().println(written);
      return ExitCode.OK;
    } catch (UnreadableRun e) {
      throw UserError.invalid(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw UserError.invalid("the report cannot be written: " + FileTrouble.of(e));
    }
  }

  /**
   * Of the run's suite and its first metric; nothing where there is no index. One that is broken
   * costs the page its trend, and no more.
   */
  private History history(RunView view) throws UserError {
    if (store.isMissing()) {
      return History.NONE;
    }
    @Nullable String metric =
        view.gains().families().stream().map(Gains.Family::metric).findFirst().orElse(null);
    try {
      return SeriesOptions.search(
          store.open(), new Series(view.gains().suite(), null, null, null, metric));
    } catch (UserError e) {
      spec.commandLine().getErr().println("slablab: warning: the page has no trend");
      spec.commandLine().getErr().println("    " + e.getMessage());
      return History.NONE;
    }
  }
}
