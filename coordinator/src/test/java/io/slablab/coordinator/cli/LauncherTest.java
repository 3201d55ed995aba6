package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script at the top of a checkout, with a java and a mvn that only say what they do. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "slablab").toAbsolutePath().normalize();

  @TempDir Path folder;
  private Path home;
  private Path source;
  private Path builds;
  private Path temporary;

  @BeforeEach
  void makeCheckout() throws IOException {
    home = Files.createDirectories(folder.resolve("a checkout"));
    Files.copy(LAUNCHER, home.resolve("slablab"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    for (String module : List.of("allocator", "suites", "agent", "coordinator")) {
      Files.createDirectories(home.resolve(module));
    }
    source =
        Files.writeString(
            Files.createDirectories(home.resolve("agent/src/main/java")).resolve("A.java"), "");
    builds = folder.resolve("builds");
    temporary = Files.createDirectories(folder.resolve("tmp"));
    script("jdk/bin/javac", "exit 0");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    java("echo runs");
    mvn("echo built >>'" + builds + "'");
  }

  private void java(String what) throws IOException {
    script("jdk/bin/java", what);
  }

  /** A build that ends well leaves the stamp. */
  private void mvn(String what) throws IOException {
    script(
        "bin/mvn",
        what + " && mkdir -p coordinator/target && touch coordinator/target/slablab.stamp");
  }

  private void script(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", home.resolve("slablab").toString(), "plan");
    Map<String, String> clean = builder.environment();
    clean.clear();
    clean.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    clean.put("SLABLAB_JAVA_HOME", folder.resolve("jdk").toString());
    clean.put("TMPDIR", temporary.toString());
    clean.putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return text;
  }

  private static void await(String what, Path file) throws InterruptedException {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
    while (!Files.exists(file)) {
      assertThat(Instant.now()).as(what).isBefore(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private long filesLeft() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.count();
    }
  }

  @Test
  void buildsOnFirstUseAndRunsWithoutAHome() throws Exception {
    assertThat(output(start(Map.of()))).contains("building").endsWith("runs\n");
    assertThat(output(start(Map.of()))).isEqualTo("runs\n");
    assertThat(builds).hasContent("built");
    assertThat(filesLeft()).isZero();
  }

  @Test
  void aFailedBuildShowsItsLinesAndLeavesNothing() throws Exception {
    mvn("echo no such symbol; false");
    Process process = start(Map.of());
    assertThat(output(process)).contains("no such symbol", "the build failed");
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(filesLeft()).isZero();
  }

  @Test
  void anUnwritableFolderForTemporaryFilesIsNamed() throws Exception {
    Process process = start(Map.of("TMPDIR", "/nosuch"));
    assertThat(output(process))
        .isEqualTo(
            "slablab: cannot write in /nosuch: point TMPDIR at a folder for temporary files\n");
    assertThat(process.exitValue()).isEqualTo(1);
  }

  @Test
  void twoFirstStartsBuildOnce() throws Exception {
    mvn("echo built >>'" + builds + "' && sleep 0.3");
    Process one = start(Map.of());
    await("the first builds", builds);
    Process other = start(Map.of());
    assertThat(output(other)).contains("waiting for another").endsWith("runs\n");
    assertThat(output(one)).endsWith("runs\n");
    assertThat(builds).hasContent("built");
  }

  @Test
  void classesInUseAreNotReplaced() throws Exception {
    output(start(Map.of()));
    Path runs = folder.resolve("runs");
    java("touch '" + runs + "'; exec sleep 60");
    Process running = start(Map.of());
    try {
      await("a campaign runs", runs);
      Files.delete(source);
      Process second = start(Map.of());
      assertThat(output(second)).contains("sources changed while a slablab of this checkout runs");
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(builds).hasContent("built");
    } finally {
      running.destroyForcibly().waitFor();
    }
    java("echo runs");
    assertThat(output(start(Map.of()))).contains("building").endsWith("runs\n");
  }

  @Test
  void anInterruptedBuildLeavesNeitherProcessNorFile() throws Exception {
    Path pid = folder.resolve("pid");
    mvn("echo $$ >'" + pid + ".new' && mv '" + pid + ".new' '" + pid + "' && exec sleep 60");
    Process process = start(Map.of());
    await("it builds", pid);
    long build = Long.parseLong(Files.readString(pid).strip());
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(ProcessHandle.of(build).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(filesLeft()).isZero();
  }
}
