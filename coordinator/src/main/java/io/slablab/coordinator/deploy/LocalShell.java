package io.slablab.coordinator.deploy;

import io.slablab.coordinator.deploy.ssh.HostShell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Commands of this machine's shell. */
final class LocalShell implements HostShell {

  @Override
  public Executed exec(String command, Consumer<String> line, Duration deadline)
      throws IOException {
    Path errors = Files.createTempFile("slablab", ".err");
    try {
      Process process =
          new ProcessBuilder("/bin/sh", "-c", command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectError(errors.toFile())
              .start();
      CompletableFuture<Boolean> inTime =
          process
              .onExit()
              .orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS)
              .handle((_, late) -> {
                if (late != null) {
                  process.destroyForcibly(); // of one that ended it would close the pipe
                }
                return late == null;
              });
      try (BufferedReader out = process.inputReader()) {
        out.lines().forEach(line);
      } catch (UncheckedIOException e) {
        if (inTime.join()) {
          throw new IOException(e.getMessage(), e);
        } // else its pipe was closed with its end
      }
      if (!inTime.join()) {
        throw new IOException("a command has not ended within " + deadline.toSeconds() + " s");
      }
      return new Executed(
          process.exitValue(), java.util.List.of(), Files.readString(errors).strip());
    } finally {
      Files.delete(errors);
    }
  }
}
