package io.slablab.coordinator.deploy;

import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Starts agents as child processes of this JVM. */
public final class LocalAgentStarter implements AgentStarter {
  private static final int TAIL_LINES = 5;

  /** Keeps results that were not delivered, also for the next coordinator of this campaign. */
  private static final String WORKDIR = ".agent";

  private final String campaign;
  private final String host;
  private final Path java;
  private final Path hostDirectory;
  private final Path identity;

  /**
   * @param java of the agent and its trials
   * @param hostDirectory in the run directory; takes agent.log
   * @param identity folder of what lets the agent connect
   */
  public LocalAgentStarter(
      String campaign, String host, Path java, Path hostDirectory, Path identity) {
    this.campaign = campaign;
    this.host = host;
    this.java = java;
    this.hostDirectory = hostDirectory;
    this.identity = identity;
  }

  @Override
  public AgentHandle start(String seedAddress, int incarnation) throws IOException {
    Files.createDirectories(hostDirectory);
    Path log = hostDirectory.resolve("agent.log");
    Path scratch = Files.createDirectories(hostDirectory.resolve(".scratch"));
    List<String> command =
        AgentJvm.command(
            java,
            List.of(
                "-Dslablab.log=" + log.toAbsolutePath(),
                // JMH's runner puts files there: what a killed agent leaves is swept with the
                // folder.
                "-Djava.io.tmpdir=" + scratch.toAbsolutePath()),
            List.of(
                "--join=" + seedAddress,
                "--campaign=" + campaign,
                "--host=" + host,
                "--incarnation=" + incarnation,
                "--identity=" + identity.toAbsolutePath(),
                "--workdir=" + hostDirectory.resolve(WORKDIR).toAbsolutePath()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new LocalAgent(process, log, scratch);
  }

  @Override
  public void sweep() throws IOException {
    AtomicFiles.deleteTree(hostDirectory.resolve(WORKDIR));
  }

  private record LocalAgent(Process process, Path log, Path scratch) implements AgentHandle {

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public CompletionStage<Integer> onExit() {
      return process.onExit().thenApply(Process::exitValue);
    }

    @Override
    public String logTail() {
      try {
        List<String> lines = Files.readAllLines(log);
        return String.join(
            "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
      } catch (IOException _) {
        return "";
      }
    }

    private void sweep() {
      try {
        AtomicFiles.deleteTree(scratch);
      } catch (IOException _) {
        // nothing of value: the next start uses the folder again
      }
    }

    @Override
    public void stop(Duration patience) {
      List<ProcessHandle> family = process.descendants().toList();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor(1, TimeUnit.SECONDS);
        }
      } catch (IOException _) {
        process.destroyForcibly();
      } catch (InterruptedException _) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      } finally {
        family.forEach(ProcessHandle::destroyForcibly);
        sweep();
      }
    }
  }
}
