package io.slablab.coordinator.cli;

import io.slablab.coordinator.deploy.AgentJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts an agent by hand, as a campaign does by itself. */
@Command(
    name = "agent",
    description = {
      "Run an agent for a coordinator of this machine until standard input ends.",
      "Campaigns start their agents themselves; this is for looking at one alone."
    })
final class AgentProcessCommand implements Callable<Integer> {
  @Option(
      names = "--join",
      required = true,
      paramLabel = "ADDRESS",
      description = "Coordinator to join.")
  private String join = "";

  @Option(
      names = "--campaign",
      required = true,
      paramLabel = "ID",
      description = "Campaign to serve.")
  private String campaign = "";

  @Option(
      names = "--host",
      required = true,
      paramLabel = "NAME",
      description = "This host's inventory name.")
  private String host = "";

  @Option(
      names = "--incarnation",
      defaultValue = "1",
      paramLabel = "N",
      description = "Which start this is.")
  private int incarnation = 1;

  @Option(
      names = "--identity",
      required = true,
      paramLabel = "DIR",
      description = "Folder with host.key, host.crt and ca.crt, which the coordinator made.")
  private Path identity = Path.of("");

  @Option(
      names = "--workdir",
      required = true,
      paramLabel = "DIR",
      description = "Folder of this agent alone.")
  private Path workdir = Path.of("");

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--join=" + join,
                "--campaign=" + campaign,
                "--host=" + host,
                "--incarnation=" + incarnation,
                "--identity=" + identity,
                "--workdir=" + workdir));
    return new ProcessBuilder(AgentJvm.command(AgentJvm.thisJava(), List.of(), arguments))
        .inheritIO()
        .start()
        .waitFor();
  }
}
