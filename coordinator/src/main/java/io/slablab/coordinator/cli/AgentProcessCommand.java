package io.slablab.coordinator.cli;

import io.slablab.coordinator.deploy.AgentJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Starts an agent by hand, as a campaign does by itself. */
@Command(
    name = "agent",
    description = {
      "Run an agent on this host.",
      "Campaigns start their agents themselves, over SSH where they need to; this is for hosts",
      "that have no SSH server: as a service, with a token that 'slablab token' made. Options are",
      "--join HOST:PORT --host NAME --token FILE --workdir DIR, and, where they are needed,",
      "--bind HOST[:PORT] --advertise HOST:PORT --campaign ID --parked-at-most SECONDS --detached."
    })
final class AgentProcessCommand implements Callable<Integer> {
  @Parameters(paramLabel = "OPTION", arity = "0..*", description = "What the agent is told.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return new ProcessBuilder(AgentJvm.command(AgentJvm.thisJava(), List.of(), arguments))
        .inheritIO()
        .start()
        .waitFor();
  }
}
