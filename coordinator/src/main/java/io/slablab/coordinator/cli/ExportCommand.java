package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.Exports;
import io.slablab.coordinator.report.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns a run into what other tools read. */
@Command(
    name = "export",
    description = {
      "Export a run for other tools:",
      "csv: the gains; trials-csv: one line per trial; jmh: JMH JSON;",
      "hlog: HdrHistogram logs, one per cell and variant (needs --out DIR)."
    })
final class ExportCommand implements Callable<Integer> {
  /** What can be written. */
  enum Format {
    csv,
    trials_csv,
    jmh,
    hlog;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Parameters(paramLabel = "RUN", description = "Run directory.")
  private Path run = Path.of("");

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "One of ${COMPLETION-CANDIDATES}.")
  private Format format = Format.csv;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = "File to write, a folder for hlog (default: standard output).")
  @Nullable Path out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws UserError {
    RunView view = RunFolders.open(run);
    try {
      if (format == Format.hlog) {
        return exportLogs(view);
      }
      String text =
          switch (format) {
            case csv -> Exports.gainsCsv(view);
            case trials_csv -> Exports.trialsCsv(view);
            case jmh, hlog -> Exports.jmh(view);
          };
      if (out == null) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
      } else {
        Files.writeString(out, text);
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw UserError.invalid(run + ": cannot be exported: " + e.getMessage());
    }
  }

  private int exportLogs(RunView view) throws IOException, UserError {
    if (out == null) {
      throw new UserError(
          ExitCode.USAGE_OR_INTERNAL,
          "slablab: export --format hlog needs --out DIR: it writes several files");
    }
    for (Path written : Exports.hlog(view, Files.createDirectories(out))) {
      spec.commandLine().getOut().println(written);
    }
    return ExitCode.OK;
  }
}
