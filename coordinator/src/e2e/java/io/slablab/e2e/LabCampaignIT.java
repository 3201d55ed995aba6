package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Campaigns over hosts that are reached by SSH alone. */
class LabCampaignIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUITE =
      Path.of("..", "suites", "lab-smoke.yaml").toAbsolutePath().normalize().toString();

  @TempDir Path folder;

  private Path inventory(LabHosts lab) throws IOException {
    return Files.writeString(folder.resolve("inventory.yaml"), lab.inventory("{}"));
  }

  @Test
  void aCampaignOverThreeHostsHasAllTheirGainsAndLeavesNoProcess() throws Exception {
    try (LabHosts lab = LabHosts.up(folder.resolve("lab"), 3)) {
      String inventory = inventory(lab).toString();
      Slablab.Result check = Slablab.run(folder, "inventory", "check", "-i", inventory);
      assertThat(check.exitCode()).as(check.stdout() + check.stderr()).isZero();

      Path first = folder.resolve("first");
      run(inventory, first, "all");
      assertComplete(lab, first, "h1", "h2", "h3");
      Path archives = Path.of(System.getProperty("user.home"), ".slablab", "archives");
      String kept = lab.exec("h1", "ls", archives.toString());
      assertThat(kept.lines()).hasSize(1);

      Path second = folder.resolve("second");
      run(inventory, second, "h1", "-P", "design.blocks.min=1", "-P", "design.blocks.max=1");
      assertComplete(lab, second, "h1");
      assertThat(lab.exec("h1", "ls", archives.toString())).isEqualTo(kept);
      assertThat(second.resolve("coordinator.log")).content().contains("h1: 0 of ");
    }
  }

  private void run(String inventory, Path out, String hosts, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("run", SUITE, "-i", inventory, "--hosts", hosts, "--out", out.toString()));
    arguments.addAll(List.of(options));
    Instant start = Instant.now();
    Slablab.Result result = Slablab.run(folder, arguments.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    System.err.printf(
        "campaign over hosts %s: %.1f s%n",
        hosts, Duration.between(start, Instant.now()).toMillis() / 1000.0);
  }

  private static void assertComplete(LabHosts lab, Path run, String... names) throws Exception {
    JsonNode cells = JSON.readTree(run.resolve("gains.json").toFile()).path("cells");
    List<String> hosts =
        StreamSupport.stream(cells.spliterator(), false)
            .map(cell -> cell.path("host").asText())
            .toList();
    assertThat(new TreeSet<>(hosts)).containsExactly(names);
    for (String host : names) {
      assertThat(run.resolve("hosts").resolve(host).resolve("topology.json")).exists();
      assertThat(run.resolve("hosts").resolve(host).resolve("agent.log")).exists();
      assertThat(lab.processes(host)).as("left on " + host).isEmpty();
    }
  }

  @Test
  void aHostWithAnotherKeyIsRefusedByFileAndLine() throws Exception {
    try (LabHosts lab = LabHosts.up(folder.resolve("lab"), 2)) {
      Path known = lab.knownHosts();
      List<String> lines = Files.readAllLines(known);
      String swapped =
          lines.get(0) + "\n" + lines.get(1).split(" ")[0] + lines.get(0).replaceFirst("^\\S+", "");
      Files.writeString(known, swapped + "\n");
      Path out = folder.resolve("run");
      Slablab.Result result =
          Slablab.run(
              folder, "run", SUITE, "-i", inventory(lab).toString(), "--out", out.toString());
      assertThat(result.exitCode()).isEqualTo(5);
      assertThat(result.stderr()).contains("h2: " + known + ":2: the key of");
      assertThat(out).doesNotExist();
    }
  }
}
