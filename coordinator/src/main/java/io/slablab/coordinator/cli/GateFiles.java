package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.GateBenchmarks;
import io.slablab.coordinator.report.GateJunit;
import io.slablab.coordinator.report.GateMail;
import io.slablab.coordinator.report.GateMarkdown;
import io.slablab.coordinator.report.GateRequests;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.verdict.gate.GateReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a gate writes for others. Files of an earlier gate are replaced: they are derived. */
final class GateFiles {
  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description = "Write which new blocks would decide, as CSV: cell,variant,blocks.")
  @Nullable Path requests;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description =
          "Write JUnit XML: a regression is a failure, infrastructure an error, inconclusive"
              + " skipped.")
  @Nullable Path junit;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Write Markdown that fits a step summary or a comment.")
  @Nullable Path markdown;

  @Option(
      names = "--gha-benchmark",
      paramLabel = "FILE",
      description =
          "Write JSON for github-action-benchmark, two files: FILE with -bigger and with -smaller"
              + " before its ending, for customBiggerIsBetter and customSmallerIsBetter.")
  @Nullable Path benchmark;

  @Option(names = "--bencher", paramLabel = "FILE", description = "Write Bencher Metric Format.")
  @Nullable Path bencher;

  @Option(
      names = "--mail",
      paramLabel = "FILE",
      description = "Write text of 78 columns for a patch mail.")
  @Nullable Path mail;

  void write(GateReport report, RunView view) throws UserError {
    write(requests, () -> GateRequests.csv(report));
    write(junit, () -> GateJunit.render(report, view));
    write(markdown, () -> GateMarkdown.render(report));
    write(bencher, () -> GateBenchmarks.bencher(view.gains()));
    write(mail, () -> GateMail.render(report));
    if (benchmark != null) {
      write(beside(benchmark, "-bigger"), () -> GateBenchmarks.action(view.gains(), true));
      write(beside(benchmark, "-smaller"), () -> GateBenchmarks.action(view.gains(), false));
    }
  }

  private static Path beside(Path file, String word) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return file.resolveSibling(
        dot <= 0 ? name + word : name.substring(0, dot) + word + name.substring(dot));
  }

  private static void write(@Nullable Path file, Supplier<String> render) throws UserError {
    if (file == null) {
      return;
    }
    String text = render.get();
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        Files.writeString(file, text, StandardOpenOption.WRITE); // a pipe, a terminal
      } else {
        AtomicFiles.write(file, text);
      }
    } catch (IOException e) {
      throw UserError.invalid("slablab: gate: cannot write " + FileTrouble.of(e));
    }
  }
}
