package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tool says of hosts before it measures on them, and what it refuses to measure on. */
class LabChecksIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path CPUS = Path.of("/sys/devices/system/cpu");

  @TempDir Path folder;

  @Test
  void hostsAreCheckedDoctoredAndHeldToAContract() throws Exception {
    Path slow = powersaving();
    try (LabHosts lab = LabHosts.up(folder.resolve("lab"), 2, "--topology", "h2=" + slow)) {
      String inventory =
          Files.writeString(folder.resolve("inventory.yaml"), lab.inventory("{}")).toString();
      inventoryCheck(inventory);
      Slablab.Result doctor = Slablab.run(folder, "doctor", "h1:h2", "-i", inventory);
      assertThat(doctor.exitCode()).as(doctor.stderr()).isZero();
      assertThat(doctor.stdout()).contains("h1", "h2", "powersave", "cpupower frequency-set");
      contract(inventory);
      lab.crash("h2");
      Slablab.Result check = Slablab.run(folder, "inventory", "check", "-i", inventory);
      assertThat(check.exitCode()).isEqualTo(5);
      assertThat(check.stdout())
          .containsPattern("h1 +(ok|warning)")
          .containsPattern("h2 +unusable");
    }
  }

  private void inventoryCheck(String inventory) throws Exception {
    Slablab.Result check = Slablab.run(folder, "inventory", "check", "-i", inventory, "--json");
    assertThat(check.exitCode()).as(check.stdout() + check.stderr()).isZero();
    JsonNode hosts = JSON.readTree(check.stdout()).path("hosts");
    assertThat(hosts).hasSize(2);
    assertThat(hosts.get(0).path("bootId").asText())
        .isNotEmpty()
        .isNotEqualTo(hosts.get(1).path("bootId").asText());
    for (JsonNode host : hosts) {
      assertThat(host.path("jdk").path("version").asText()).startsWith("25");
      assertThat(Math.abs(host.path("clock").path("aheadSeconds").asDouble())).isLessThan(30);
      assertThat(host.path("agents")).isEmpty();
    }
  }

  /** Nothing is measured and nothing written where one host breaks it. */
  private void contract(String inventory) throws Exception {
    Path suite =
        Files.writeString(
            folder.resolve("quiet.yaml"),
            """
            slablab: 1
            name: quiet
            workloads:
              - {exec: {rest: none}}
            variants: [baseline, ctor-dtor]
            baseline: baseline
            placements: {cores: [1]}
            design: {blocks: {min: 2, max: 2}, seed: 42}
            trial: {warmup: 100ms, measure: 300ms, interval: 100ms}
            metrics: [throughput]
            contract: {checks: [governor]}
            """);
    Path out = folder.resolve("run");
    Slablab.Result run =
        Slablab.run(folder, "run", suite.toString(), "-i", inventory, "--out", out.toString());
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(6);
    assertThat(run.stderr())
        .contains("the suite's contract is broken; nothing was measured")
        .contains("host h2: governor: powersave: the clock follows the load")
        .contains("cpupower frequency-set --governor performance");
    assertThat(out).doesNotExist();
  }

  /** This machine's CPUs, with a governor that saves power. */
  private Path powersaving() throws IOException {
    Path tree = folder.resolve("powersaving");
    Path cpus = tree.resolve("sys/devices/system/cpu");
    Files.walkFileTree(
        CPUS,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              copy(file, cpus.resolve(CPUS.relativize(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    for (String cpu : new String[] {"cpu0", "cpu1"}) {
      Path governor = cpus.resolve(cpu).resolve("cpufreq").resolve("scaling_governor");
      Files.createDirectories(governor.getParent());
      Files.writeString(governor, "powersave\n");
    }
    return tree;
  }

  private static void copy(Path from, Path to) {
    try {
      byte[] content = Files.readAllBytes(from);
      Files.createDirectories(to.getParent());
      Files.write(to, content);
    } catch (IOException _) {
      // a file that only takes commands
    }
  }
}
