package io.slablab.coordinator.cli;

import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Interrupts a campaign from another terminal, as Ctrl-C does from its own. */
@Command(
    name = "stop",
    description = "Interrupt a run that is at work; 'slablab resume RUN' goes on with it.")
final class StopCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LOOK_AGAIN_MS = 100;

  @Parameters(paramLabel = "RUN", description = "Run directory.")
  private Path folder = Path.of("");

  @Override
  public Integer call() throws UserError, IOException, InterruptedException {
    RunDirectory run = new RunDirectory(folder);
    if (!Files.isRegularFile(run.manifest())) {
      throw UserError.invalid(folder + ": no run directory: it has no manifest.json");
    }
    Optional<RunLock.Holder> holder = RunLock.holder(run);
    if (holder.isEmpty()) {
      System.err.println("slablab: " + folder + ": no coordinator is at work here");
      return ExitCode.OK;
    }
    ProcessHandle coordinator = holder.get().process().orElseThrow(() -> elsewhere(holder.get()));
    if (!coordinator.destroy()) {
      throw new UserError(
          ExitCode.INFRASTRUCTURE, folder + ": no permission to end " + holder.get());
    }
    await(run, holder.get());
    System.err.println("slablab: " + folder + ": stopped; 'slablab resume " + folder + "' goes on");
    return ExitCode.OK;
  }

  private UserError elsewhere(RunLock.Holder holder) {
    return new UserError(
        ExitCode.INFRASTRUCTURE,
        folder + ": its coordinator is not on this machine: " + holder + "\n    stop it there");
  }

  private void await(RunDirectory run, RunLock.Holder holder)
      throws UserError, IOException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (RunLock.holder(run).isPresent()) {
      if (Instant.now().isAfter(deadline)) {
        throw new UserError(
            ExitCode.INFRASTRUCTURE,
            "%s: its coordinator was told to end and has not within %d s: %s"
                .formatted(folder, PATIENCE.toSeconds(), holder));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
    }
  }
}
