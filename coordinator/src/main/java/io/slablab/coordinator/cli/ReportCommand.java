package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.ReportWriter;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.report.UnreadableRun;
import io.slablab.coordinator.store.FileTrouble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    RunView view = RunFolders.open(run);
    try {
      Path written = format == Format.html ? ReportWriter.html(view) : ReportWriter.markdown(view);
      spec.commandLine().getOut().println(written);
      return ExitCode.OK;
    } catch (UnreadableRun e) {
      throw UserError.invalid(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw UserError.invalid("the report cannot be written: " + FileTrouble.of(e));
    }
  }
}
