package io.slablab.coordinator.cli;

import io.slablab.coordinator.selftest.SelfTestReport;
import io.slablab.coordinator.selftest.StatsReplay;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what the intervals and verdicts are worth. */
@Command(
    name = "stats",
    description = {
      "Replay campaigns with known truth through the whole analysis: coverage of its intervals,",
      "false alarms and power of its gate.",
      "Exit code 1 when one of them is not as promised."
    })
final class SelftestStatsCommand implements Callable<Integer> {
  private static final int MOST_CAMPAIGNS = 100_000;

  @Option(
      names = "--campaigns",
      paramLabel = "N",
      description = "Campaigns of 200 cells for each share of the table (default: 20).")
  private int campaigns = StatsReplay.CAMPAIGNS;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Of all that is random (default: 42).")
  private long seed = StatsReplay.SEED;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (campaigns < 1 || campaigns > MOST_CAMPAIGNS) {
      throw new ParameterException(
          spec.commandLine(), "--campaigns " + campaigns + ": 1 to " + MOST_CAMPAIGNS);
    }
    PrintWriter err = spec.commandLine().getErr();
    SelfTestReport report =
        StatsReplay.run(campaigns, seed, what -> err.println("slablab: " + what));
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json() : report.text());
    out.flush();
    return report.kept() ? ExitCode.OK : ExitCode.USAGE_OR_INTERNAL;
  }
}
