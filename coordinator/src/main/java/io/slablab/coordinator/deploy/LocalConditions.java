package io.slablab.coordinator.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks this machine for its conditions, in a JVM of its own: that is the agent's business. */
public final class LocalConditions {
  /** The agent's program that prints conditions; the same on every host. */
  public static final String MAIN = "io.slablab.agent.ConditionsMain";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private LocalConditions() {}

  /**
   * The text of a conditions.json.
   *
   * @param java the JVM that trials would run on
   * @param root {@code /}, or where a recorded machine lies
   * @throws IOException when it cannot be had; the message says why
   */
  public static String read(Path java, Path root) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("slablab-conditions", ".err");
    try {
      Process process =
          new ProcessBuilder(command(java, root)).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      // Read first: a process whose pipe is full never ends. The deadline is watched from beside.
      Thread watch = Thread.ofVirtual().start(() -> endAfterPatience(process));
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exitCode = process.waitFor();
      watch.interrupt();
      if (exitCode != 0) {
        String said = Files.readString(errors).lines().findFirst().orElse("it said nothing");
        throw new IOException(java + " ended with exit code " + exitCode + ": " + said);
      }
      return text;
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private static List<String> command(Path java, Path root) {
    return List.of(
        java.toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-Xshare:auto",
        "-cp",
        System.getProperty("java.class.path"),
        MAIN,
        root.toString());
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
