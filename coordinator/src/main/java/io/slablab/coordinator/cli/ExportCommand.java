package io.slablab.coordinator.cli;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.slablab.coordinator.report.Exports;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.report.UnreadableRun;
import io.slablab.coordinator.store.FileTrouble;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Turns a run into what other tools read. */
@Command(
    name = "export",
    description = {
      "Export a run as CSV, JMH's JSON or HdrHistogram logs.",
      "csv: the gains; trials-csv: one line per trial; jmh: JMH's result file;",
      "hlog: merged logs, one per cell and variant (needs --out DIR)."
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

  /** The words of formats, and none of the constants' names. */
  static final class Formats implements ITypeConverter<Format> {
    @Override
    public Format convert(String word) {
      return Arrays.stream(Format.values())
          .filter(format -> format.toString().equals(word))
          .findFirst()
          .orElseThrow(() -> new TypeConversionException("'" + word + "' is none of " + words()));
    }

    private static String words() {
      return Arrays.stream(Format.values()).map(Format::toString).collect(Collectors.joining(", "));
    }
  }

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      converter = Formats.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private Format format = Format.csv;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description =
          "File to write, a folder for hlog (default: standard output). Nothing is overwritten.")
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
        Files.writeString(out, text, stream(out) ? WRITE : CREATE_NEW, WRITE);
      }
      return ExitCode.OK;
    } catch (UnreadableRun e) {
      throw UserError.invalid(String.valueOf(e.getMessage()));
    } catch (FileAlreadyExistsException e) {
      throw new UserError(
          ExitCode.USAGE_OR_INTERNAL,
          "slablab: export: "
              + e.getFile()
              + " exists, and nothing is overwritten: name another --out, or remove it");
    } catch (IOException e) {
      throw UserError.invalid("the export cannot be written: " + FileTrouble.of(e));
    }
  }

  /** A pipe or a device takes what is written, and loses nothing by it. */
  private static boolean stream(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
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
