package io.slablab.coordinator.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.coordinator.deploy.ssh.HostShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConditionsCaptureTest {
  @TempDir Path root;

  private static HostShell saying(int exitCode, String... lines) {
    return (_, line, _) -> {
      List.of(lines).forEach(line);
      return new HostShell.Executed(exitCode, List.of(), "sh: not found\nand more");
    };
  }

  @Test
  void theScriptTellsOfThisMachineWhatItsFilesSay() throws IOException {
    ConditionsCapture.into(root, new LocalShell());

    for (String file :
        List.of(
            "proc/cpuinfo", "proc/sys/kernel/random/boot_id", "sys/devices/system/cpu/online")) {
      assertThat(root.resolve(file)).exists();
    }
    assertThat(Files.readString(root.resolve("proc/sys/kernel/osrelease")))
        .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/osrelease")));
    try (Stream<Path> processes = Files.list(root.resolve("proc"))) {
      assertThat(processes.map(p -> p.getFileName().toString())).anyMatch(p -> p.matches("\\d+"));
    }
  }

  @Test
  void linesOfAFileComeTogetherAndAnEmptyFileIsOne() throws IOException {
    ConditionsCapture.into(
        root,
        saying(
            0,
            "proc/stat:cpu  1 2 3",
            "proc/stat:ctxt 5: five",
            "sys/devices/system/cpu/isolated:",
            "sys/devices/system/cpu/cpu12/cpufreq/scaling_governor:powersave"));

    assertThat(root.resolve("proc/stat")).hasContent("cpu  1 2 3\nctxt 5: five");
    assertThat(Files.readString(root.resolve("sys/devices/system/cpu/isolated"))).isBlank();
    assertThat(root.resolve("sys/devices/system/cpu/cpu12/cpufreq/scaling_governor")).exists();
  }

  @Test
  void noNameLeavesTheFolder() throws IOException {
    ConditionsCapture.into(
        root.resolve("in"),
        saying(
            0,
            "proc/stat:1",
            "../out:1",
            "proc/../../out:1",
            "/etc/passwd:1",
            "sys/devices/system/cpu/../../../../../out:1",
            "etc/shadow:1",
            "sys/devices/system/cpu/" + "a/".repeat(50) + ":1"));

    try (Stream<Path> all = Files.walk(root)) {
      assertThat(all.filter(Files::isRegularFile)).containsExactly(root.resolve("in/proc/stat"));
    }
  }

  @Test
  void aHostThatTellsNothingIsToldOf() {
    assertThatThrownBy(() -> ConditionsCapture.into(root, saying(127)))
        .isInstanceOf(IOException.class)
        .hasMessage("it does not tell its conditions: exit code 127 sh: not found");
    assertThatThrownBy(() -> ConditionsCapture.into(root, saying(0, "proc/kcore:1")))
        .isInstanceOf(IOException.class);
  }
}
