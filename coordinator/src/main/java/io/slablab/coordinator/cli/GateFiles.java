package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.GateRequests;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.FileTrouble;
import io.slablab.coordinator.verdict.gate.GateReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a gate writes for others. Files of an earlier gate are replaced: they are derived. */
final class GateFiles {
  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description = "Write which new blocks would decide, as CSV: cell,variant,blocks.")
  @Nullable Path requests;

  void write(GateReport report, RunView view) throws UserError {
    write(requests, GateRequests.csv(report));
  }

  private static void write(@Nullable Path file, String text) throws UserError {
    if (file == null) {
      return;
    }
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
