package io.slablab.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The product as a user starts it: the launcher at the top of the checkout, a process of its own.
 */
final class Slablab implements AutoCloseable {
  private static final Path LAUNCHER = Path.of("..", "slablab").toAbsolutePath().normalize();

  private final Process process;
  private final Path stdout;
  private final Path stderr;

  private Slablab(Process process, Path stdout, Path stderr) {
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** What a finished command printed and returned. */
  record Result(int exitCode, String stdout, String stderr) {}

  /**
   * @param folder working directory of the command; its output files lie there
   */
  static Slablab start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    Path stdout = Files.createTempFile(folder, "stdout", ".txt");
    Path stderr = Files.createTempFile(folder, "stderr", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    return new Slablab(process, stdout, stderr);
  }

  static Result run(Path folder, String... arguments) throws IOException, InterruptedException {
    try (Slablab running = start(folder, arguments)) {
      return running.waitFor(Duration.ofMinutes(3));
    }
  }

  Result waitFor(Duration patience) throws IOException, InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("no end within " + patience + ":\n" + Files.readString(stderr));
    }
    return new Result(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
  }

  boolean isOver() {
    return !process.isAlive();
  }

  /**
   * As Ctrl-C does. The launcher's shell has replaced itself by the JVM, so its pid is the JVM's.
   */
  void interrupt() throws IOException, InterruptedException {
    signal("INT", process.pid());
  }

  void kill9() throws IOException, InterruptedException {
    signal("KILL", process.pid());
  }

  static void kill9(ProcessHandle victim) throws IOException, InterruptedException {
    signal("KILL", victim.pid());
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
  }

  /** A process below this one whose command line holds the text; waits for it to appear. */
  ProcessHandle awaitDescendant(String commandPart) throws InterruptedException {
    Instant deadline = Instant.now().plusSeconds(60);
    while (Instant.now().isBefore(deadline)) {
      Optional<ProcessHandle> found =
          process
              .descendants()
              .filter(child -> commandLine(child).contains(commandPart))
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("no process with " + commandPart + " within a minute");
  }

  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** The kernel's view: ProcessHandle cuts long command lines. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
          .replace('\0', ' ');
    } catch (IOException _) {
      return ""; // gone meanwhile
    }
  }

  static void await(Duration patience, String what, BooleanSupplier condition)
      throws InterruptedException {
    Instant deadline = Instant.now().plus(patience);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within " + patience + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> family = descendants();
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
  }
}
