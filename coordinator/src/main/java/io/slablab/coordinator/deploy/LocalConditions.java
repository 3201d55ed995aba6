package io.slablab.coordinator.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads conditions of this machine and of others' files that lie here, in a JVM of its own: what
 * they mean is the agent's business.
 */
public final class LocalConditions {
  /** The agent's program that prints conditions. */
  private static final String MAIN = "io.slablab.agent.ConditionsMain";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private LocalConditions() {}

  /**
   * The texts of their conditions.json, in the same order.
   *
   * @param java the JVM that trials of this machine would run on
   * @param roots {@code /} for this machine, else where a machine's files lie
   * @throws IOException when they cannot be had; the message says why
   */
  public static List<String> read(Path java, List<Path> roots)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("slablab-conditions", ".err");
    try {
      Process process =
          new ProcessBuilder(command(java, roots)).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      // Read first: a process whose pipe is full never ends. The deadline is watched from beside.
      Thread watch = Thread.ofVirtual().start(() -> endAfterPatience(process));
      List<String> texts =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      int exitCode = process.waitFor();
      watch.interrupt();
      if (exitCode != 0 || texts.size() != roots.size()) {
        String said = Files.readString(errors).lines().findFirst().orElse("it said nothing");
        throw new IOException(java + " ended with exit code " + exitCode + ": " + said);
      }
      return texts;
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private static List<String> command(Path java, List<Path> roots) {
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN));
    roots.forEach(root -> command.add(root.toString()));
    return command;
  }

  private static void endAfterPatience(Process process) {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // it ended by itself
    }
  }
}
