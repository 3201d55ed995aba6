package io.slablab.coordinator.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.coordinator.verdict.GainsFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The files of suites/ci: YAML of the right shape, shell that parses, and their steps run against a
 * small run directory by the command line itself.
 */
class CiFilesTest {
  private static final Path CI = Path.of("..", "suites", "ci").toAbsolutePath().normalize();

  @TempDir Path folder;

  private static String text(String name) throws IOException {
    return Files.readString(CI.resolve(name));
  }

  private static Map<?, ?> yaml(String name) throws IOException {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(name));
  }

  private static Map<?, ?> map(Map<?, ?> in, String key) {
    if (in.get(key) instanceof Map<?, ?> found) {
      return found;
    }
    throw new AssertionError("no map under " + key + ": " + in);
  }

  private static List<?> list(Map<?, ?> in, String key) {
    if (in.get(key) instanceof List<?> found) {
      return found;
    }
    throw new AssertionError("no list under " + key + ": " + in);
  }

  /** Shell of every file, by where it stands. */
  private static List<String> steps() throws IOException {
    List<String> steps = new ArrayList<>();
    for (Object step : list(map(map(yaml("github-actions.yml"), "jobs"), "gate"), "steps")) {
      if (((Map<?, ?>) step).get("run") instanceof String run) {
        steps.add(run);
      }
    }
    list(map(yaml("gitlab-ci.yml"), "slablab-nightly"), "script")
        .forEach(line -> steps.add(String.valueOf(line)));
    Matcher jenkins = Pattern.compile("script: '([^']+)'").matcher(text("Jenkinsfile"));
    assertThat(jenkins.find()).isTrue();
    steps.add(jenkins.group(1));
    String cron =
        text("crontab")
            .lines()
            .filter(line -> line.startsWith("17 1 * * * "))
            .findFirst()
            .orElseThrow();
    steps.add(cron.substring("17 1 * * * ".length()).replace("\\%", "%"));
    return steps;
  }

  @Test
  void theYamlHasTheShapeItsReadersWant() throws IOException {
    Map<?, ?> github = yaml("github-actions.yml");
    assertThat(github.containsKey("on") || github.containsKey(true)).isTrue(); // YAML 1.1: a yes
    Map<?, ?> job = map(map(github, "jobs"), "gate");
    assertThat(job.containsKey("runs-on") && job.containsKey("steps")).isTrue();
    Map<?, ?> gitlab = map(yaml("gitlab-ci.yml"), "slablab-nightly");
    assertThat(map(map(gitlab, "artifacts"), "reports").get("junit"))
        .isEqualTo("nightly/junit.xml");
    assertThat(text("Jenkinsfile").chars().filter(c -> c == '{').count())
        .isEqualTo(text("Jenkinsfile").chars().filter(c -> c == '}').count());
  }

  @Test
  void allShellParses() throws Exception {
    List<String> scripts = new ArrayList<>(steps());
    scripts.add(text("nightly.sh"));
    assertThat(scripts).hasSizeGreaterThanOrEqualTo(6);
    for (String script : scripts) {
      Path file = Files.writeString(folder.resolve("step.sh"), script);
      Process parse =
          new ProcessBuilder("sh", "-n", file.toString()).redirectErrorStream(true).start();
      String said = new String(parse.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(parse.waitFor()).as(script + said).isZero();
    }
  }

  /** The launcher of this build: the command line in a JVM of its own, with this test's classes. */
  private Path launcher() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path classes =
        Files.writeString(
            folder.resolve("classpath"), "-cp " + System.getProperty("java.class.path"));
    Path launcher =
        Files.writeString(
            folder.resolve("slablab"),
            "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED '@%s' %s \"$@\"\n"
                .formatted(java, classes, Main.class.getName()));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    return launcher;
  }

  private int sh(String script, Path launcher, Path run, Path out) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("SLABLAB", launcher.toString());
    builder.environment().put("RUN", run.toString());
    builder.environment().put("OUT", out.toString());
    builder.environment().put("SLABLAB_HOME", folder.toString());
    builder.environment().put("GITHUB_STEP_SUMMARY", folder.resolve("step-summary.md").toString());
    builder.redirectOutput(folder.resolve("said").toFile());
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  @Test
  void theStepsGateARunAndLeaveTheirFiles() throws Exception {
    Path ci = Files.createDirectories(folder.resolve("suites/ci"));
    Files.copy(CI.resolve("nightly.sh"), ci.resolve("nightly.sh"), COPY_ATTRIBUTES);
    Path run =
        new GateRun(folder.resolve("r"), "r", "2026-03-01T01:00:00Z", 1)
            .cell("slow", 24, -0.06, 0.01)
            .write();
    Path launcher = launcher();
    assertThat(sh("suites/ci/nightly.sh", launcher, run, folder.resolve("nightly")))
        .as(Files.readString(folder.resolve("said")))
        .isEqualTo(3);
    for (String name :
        List.of(
            "junit.xml",
            "summary.md",
            "mail.txt",
            "benchmark-bigger.json",
            "bencher.json",
            "requests.csv")) {
      assertThat(folder.resolve("nightly").resolve(name)).isNotEmptyFile();
    }
    List<String> steps = steps();
    assertThat(sh(steps.get(1), launcher, run, folder.resolve("x"))).isZero();
    assertThat(folder.resolve("step-summary.md")).content().contains("1 regression");
    assertThat(sh(steps.getLast(), launcher, run, folder.resolve("x"))).isZero();
    assertThat(folder.resolve("said")).content().contains("REGRESSION");
    assertThat(GainsFiles.readVerdict(Files.readString(run.resolve("verdict.json"))).gated())
        .isNotNull();
  }
}
