package io.slablab.coordinator.cli;

import io.slablab.coordinator.deploy.pki.LabAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes what lets an agent connect that no coordinator can start. */
@Command(
    name = "token",
    description = {
      "Make a token for the agent of a host without SSH.",
      "It is a secret: whoever has it can be that host. Carry it there by a safe way, and start",
      "the agent with '--token FILE'; no one but the agent's user may read it."
    })
final class TokenCommand implements Callable<Integer> {
  private static final int MOST_DAYS = 3650;

  @Parameters(paramLabel = "HOST", description = "The host's inventory name.")
  private String host = "";

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File to make; must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--days",
      defaultValue = "365",
      paramLabel = "N",
      description = "How long it is good for (default: ${DEFAULT-VALUE}).")
  private int days = 365;

  @Override
  public Integer call() throws UserError, IOException {
    if (!host.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      throw UserError.invalid("slablab: not a host's name: " + host);
    }
    if (days < 1 || days > MOST_DAYS) {
      throw UserError.invalid("slablab: --days: from 1 to " + MOST_DAYS);
    }
    if (Files.exists(out)) {
      throw UserError.invalid(out + ": exists already; tokens overwrite nothing");
    }
    LabAuthority.ofUser().token(host, Duration.ofDays(days)).writeToken(out);
    System.err.printf(
        "slablab: %s lets an agent connect as %s for %d days; it is a secret%n", out, host, days);
    return ExitCode.OK;
  }
}
