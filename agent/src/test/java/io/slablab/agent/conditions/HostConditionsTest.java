package io.slablab.agent.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.RecordedMachines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostConditionsTest {
  @TempDir Path dir;

  @Test
  void recordedMachine() {
    HostConditions conditions =
        HostConditions.capture(RecordedMachines.unpack("qemu-2s4c-offline", dir));

    assertThat(conditions.identity())
        .containsEntry("cpu.online", "0-2,4-5,7")
        .containsKeys("cpu.model", "jvm.version", "arch");
    assertThat(conditions.state()).containsEntry("cpus.allowed", "0-7");
    assertThat(conditions.absent())
        .containsEntry("kernel.release", "no /proc/sys/kernel/osrelease")
        .containsEntry("isolated", "/sys/devices/system/cpu/isolated is empty")
        .containsEntry("kernel.mitigations", "no /sys/devices/system/cpu/vulnerabilities");
  }

  @Test
  void everyFieldIsFoundOrAbsentOnce() {
    HostConditions here = HostConditions.capture(Path.of("/"));

    assertThat(
            here.identity().size()
                + here.state().size()
                + here.evidence().size()
                + here.absent().size())
        .isEqualTo(Fields.ALL.size());
    assertThat(here.evidence()).containsKeys("bootId", "loadAverage", "contextSwitches");
    assertThat(here.identity().values()).noneMatch(String::isEmpty);
  }

  @Test
  void jsonHasTheGroups() throws IOException {
    JsonNode json = new ObjectMapper().readTree(HostConditions.capture(dir).toJson());

    assertThat(json.path("schema").asText()).isEqualTo("slablab/conditions/1");
    assertThat(json.path("absent").path("cpu.model").asText()).isEqualTo("no /proc/cpuinfo");
    assertThat(json.path("evidence")).isEmpty();
    assertThat(json.path("keys").path("host").asText()).hasSize(12);
    assertThat(json.path("checks").path(0).path("check").asText()).isEqualTo("governor");
  }

  @Test
  void choicesAreTheChosenWord() throws IOException {
    Path file = dir.resolve("sys/kernel/mm/transparent_hugepage/enabled");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "always [madvise] never\n");

    assertThat(HostConditions.capture(dir).state()).containsEntry("thp.enabled", "madvise");
  }

  @Test
  void busyTimeIsOfTheChosenCpus() throws IOException {
    Files.createDirectories(dir.resolve("proc"));
    Files.writeString(
        dir.resolve("proc/stat"),
        """
        cpu  30 2 6 1000 4 2 4 6 0 0
        cpu0 10 1 3 500 2 1 2 3 0 0
        cpu1 20 1 3 500 2 1 2 3 0 0
        cpu10 99 99 99 99 99 99 99 99 0 0
        intr 555 1 2 3
        ctxt 777
        """);

    CpuEvidence evidence = CpuEvidence.read(dir, CpuList.of(1)).orElseThrow();

    assertThat(evidence).isEqualTo(new CpuEvidence(270_000_000, 30_000_000, 777, 555));
    assertThat(evidence.minus(evidence)).isEqualTo(new CpuEvidence(0, 0, 0, 0));
    assertThat(evidence.foreignNs(200_000_000)).isEqualTo(70_000_000);
    assertThat(evidence.foreignNs(300_000_000)).isZero();
    assertThat(CpuEvidence.read(dir.resolve("proc"), CpuList.of(1))).isEmpty();
  }
}
