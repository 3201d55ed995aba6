package io.slablab.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slablab.coordinator.store.AtomicFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. Needs Chromium on PATH: required where CI is set, else skipped. */
class ReportBrowserIT {
  private static final long TIMEOUT_S = 120;

  /** The browser's profile goes with it. */
  @TempDir private Path folder;

  @Test
  void drawsItsChartsAndTheConsoleStaysEmpty() throws Exception {
    Path page = ReportWriter.html(RunReader.read(SampleRun.write(folder.resolve("run"), 5)));
    Visit visit = visit(page);
    assertThat(visit.console()).isEmpty();
    assertThat(visit.dom()).contains("<svg class=\"gains\"");
    assertThat(count(visit.dom(), "<canvas"))
        .as("2 scaling curves, percentiles and order of the open cell")
        .isEqualTo(4);
    assertThat(visit.dom()).contains("data-charts=\"4\"");
  }

  @Test
  void aRunWithoutTrialsIsAPageToo() throws Exception {
    Path root = SampleRun.write(folder.resolve("run"), 5);
    AtomicFiles.deleteTree(root.resolve("trials"));
    Files.delete(root.resolve("gains.json"));
    Visit visit = visit(ReportWriter.html(RunReader.read(root)));
    assertThat(visit.console()).isEmpty();
    assertThat(visit.dom()).contains("exec-scaling");
  }

  @Test
  void theCheckItselfSeesErrors() throws Exception {
    Path page = folder.resolve("broken.html");
    Files.writeString(page, "<!doctype html><script>nowhere()</script>");
    assertThat(visit(page).console()).hasSize(1);
  }

  /**
   * @param console what the page wrote to its console, errors and breaches of its policy included
   */
  private record Visit(String dom, List<String> console) {}

  private Visit visit(Path page) throws IOException, InterruptedException {
    Path dom = folder.resolve("dom.html");
    Path log = folder.resolve("browser.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                browser(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--window-size=1280,4000",
                "--virtual-time-budget=5000",
                "--user-data-dir=" + folder.resolve("profile"),
                "--dump-dom",
                page.toUri().toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(dom.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS))
          .as("the browser ended in time")
          .isTrue();
    } finally {
      List<ProcessHandle> family = process.descendants().toList();
      process.destroyForcibly().waitFor();
      family.forEach(ProcessHandle::destroyForcibly);
    }
    try (Stream<String> lines = Files.lines(log)) {
      return new Visit(
          Files.readString(dom), lines.filter(line -> line.contains(":CONSOLE")).toList());
    }
  }

  private static String browser() {
    Optional<String> found =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(name ->
                Stream.of(
                        Optional.ofNullable(System.getenv("PATH"))
                            .orElse("")
                            .split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();
    if (found.isEmpty() && System.getenv("CI") != null) {
      fail("no chromium, chromium-browser or google-chrome on PATH");
    }
    assumeTrue(
        found.isPresent(),
        "no chromium, chromium-browser or google-chrome on PATH: the page was not opened");
    return found.orElseThrow();
  }

  private static long count(String text, String part) {
    return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
  }
}
