package io.slablab.allocator.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Ways to run a benchmark once: a JMH fork, a C program, a main class. */
final class Runs {
  private static final TimeValue SLICE = TimeValue.milliseconds(500);
  private static final String MALLOC_PAIRS = "50000000";
  private static final List<String> JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "-XX:+UseSerialGC",
          "-Xmx1g");

  private Runs() {}

  /** One fork. A group's score counts both sides, so half of it is handed over. */
  static Score jmh(String benchmark, int threads, Map<String, String> params)
      throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    options
        .include("\\." + benchmark + "\\.")
        .threads(threads)
        .forks(1)
        .warmupIterations(3)
        .warmupTime(SLICE)
        .measurementIterations(4)
        .measurementTime(SLICE)
        .timeUnit(TimeUnit.MICROSECONDS)
        .addProfiler(GCProfiler.class)
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .jvmArgsAppend(JVM.toArray(String[]::new));
    params.forEach(options::param);
    RunResult run = new Runner(options.build()).run().iterator().next();
    Result<?> allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
    int sides = benchmark.endsWith("Remote") ? 2 : 1;
    return new Score(
        run.getPrimaryResult().getScore() / sides,
        allocated == null ? 0 : allocated.getScore() * sides);
  }

  /** Compiles the loop in C; the caller deletes it. */
  static Path compileC(Path folder) throws IOException, InterruptedException {
    Path program = folder.resolve("malloc_pair");
    int exit =
        new ProcessBuilder(
                "gcc", "-O2", "-fno-builtin", "-o", program.toString(), "src/jmh/c/malloc_pair.c")
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IllegalStateException("gcc failed: the peers in C need a C compiler");
    }
    return program;
  }

  /** A pair in C, through the C library's malloc or a library that stands in for it. */
  static Score malloc(Path program, Optional<Path> preload)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("taskset", "-c", "0", program.toString(), MALLOC_PAIRS);
    preload.ifPresent(library -> builder.environment().put("LD_PRELOAD", library.toString()));
    return Score.ofNs(Double.parseDouble(output(builder)));
  }

  /** A shared library of this machine, where it is installed. */
  static Optional<Path> library(String prefix) throws IOException {
    for (String folder : List.of("/usr/lib64", "/usr/lib", "/usr/lib/x86_64-linux-gnu")) {
      Path path = Path.of(folder);
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          Optional<Path> found =
              files
                  .filter(file -> file.getFileName().toString().startsWith(prefix + ".so."))
                  .sorted()
                  .findFirst();
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** What a main class prints in a JVM of its own. */
  static String main(Class<?> main, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return output(new ProcessBuilder(command));
  }

  private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("failed: " + builder.command());
    }
    return printed;
  }
}
