package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.ReportWriter;
import io.slablab.coordinator.report.RunReader;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.report.TextTable;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsCsv;
import io.slablab.coordinator.verdict.GainsFiles;
import io.slablab.coordinator.verdict.RunGains;
import io.slablab.coordinator.verdict.Summary;
import io.slablab.suites.spec.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/** From the files of a finished campaign to its gains, report and exit code. */
record Results(RunDirectory run, Optional<Gate> gate) {

  /**
   * @return exit code
   */
  int writeAndPrint(CommandLine at, boolean json) throws IOException {
    Gains gains = RunGains.of(run.root());
    Summary summary = Summary.of(gains, gate.map(wanted -> wanted.metric().id()));
    AtomicFiles.write(run.root().resolve("gains.json"), GainsFiles.gainsJson(gains));
    AtomicFiles.write(run.root().resolve("gains.csv"), GainsCsv.of(gains));
    AtomicFiles.write(run.root().resolve("verdict.json"), GainsFiles.verdictJson(summary));
    RunView view = RunReader.read(run.root());
    Path report = ReportWriter.html(view);
    at.getOut()
        .println(
            (json
                    ? GainsFiles.gainsJson(gains)
                    : TextTable.render(view, Terminal.columns(), Terminal.colour()))
                .stripTrailing());
    at.getOut().flush();
    at.getErr().println("report: " + report);
    if (summary.exitCode() != ExitCode.OK) {
      at.getErr().println("slablab: " + summary.reason());
    }
    return summary.exitCode();
  }
}
