package io.slablab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab itself: its hosts are apart from each other and from this machine. */
class LabHostsIT {
  @TempDir Path folder;

  @Test
  void hostsAreApartAndLeaveNothing() throws Exception {
    Path lab = folder.resolve("lab");
    String bridge;
    try (LabHosts hosts = LabHosts.up(lab, 2, "--home-size", "h2=8m")) {
      bridge = Files.readString(lab.resolve("tag")).strip();
      assertThat(hosts.hosts()).extracting(LabHosts.Host::name).containsExactly("h1", "h2");
      assertThat(hosts.exec("h2", "hostname").strip()).isEqualTo("h2");
      hosts.exec("h1", "touch", "/tmp/mine");
      assertThat(hosts.exec("h2", "ls", "/tmp")).isEmpty();
      assertThat(hosts.exec("h2", "sh", "-c", "df -Pk ~ | tail -1")).contains(" 8192 ");

      hosts.exec("h1", "sh", "-c", "sleep 1000 </dev/null >/dev/null 2>&1 &");
      assertThat(hosts.process("h1", "sleep 1000")).isPresent();
      assertThat(hosts.process("h2", "sleep 1000")).isEmpty();

      String boot = hosts.exec("h1", "cat", "/proc/sys/kernel/random/boot_id");
      hosts.crash("h1");
      hosts.boot("h1");
      assertThat(hosts.process("h1", "sleep 1000")).isEmpty();
      assertThat(hosts.exec("h1", "ls", "/tmp").strip()).isEqualTo("mine");
      assertThat(hosts.exec("h1", "cat", "/proc/sys/kernel/random/boot_id")).isNotEqualTo(boot);
    }
    assertThat(lab).doesNotExist();
    assertThat(Path.of("/sys/class/net", bridge)).doesNotExist();
  }

  @Test
  void cablesAreCutAndJoined() throws Exception {
    try (LabHosts hosts = LabHosts.up(folder.resolve("lab"), 2)) {
      String[] knock = {"bash", "-c", knock(hosts.hosts().get(1).address())};
      assertThat(hosts.exec("h1", knock)).contains("there");
      hosts.cut("h2");
      assertThat(hosts.exec("h1", knock)).contains("away");
      hosts.join("h2");
      assertThat(hosts.exec("h1", knock)).contains("there");
      hosts.mute("h2");
      assertThat(hosts.exec("h1", knock)).contains("away");
      hosts.unmute("h2");
      assertThat(hosts.exec("h1", knock)).contains("there");
      hosts.nat("h1");
      assertThat(hosts.exec("h1", knock)).contains("away");
      String[] back = {"bash", "-c", knock(hosts.hosts().get(0).address())};
      assertThat(hosts.exec("h2", back)).contains("there");
    }
  }

  @Test
  void aHostIsRestoredWhateverWasDoneToIt() throws Exception {
    try (LabHosts hosts = LabHosts.up(folder.resolve("lab"), 2, "--home-size", "h2=8m")) {
      String[] knock = {"bash", "-c", knock(hosts.hosts().get(1).address())};
      hosts.exec("h2", "sh", "-c", "sleep 1000 </dev/null >/dev/null 2>&1 &");
      hosts.exec("h2", "sh", "-c", "touch /tmp/mine; mkdir -p ~/.slablab/campaigns/c/h2");
      hosts.fill("h2");
      hosts.mute("h2");
      hosts.cut("h2");
      hosts.freeze("h2");
      hosts.restore("h2");
      assertThat(hosts.exec("h1", knock)).contains("there");
      assertThat(hosts.processes("h2")).isEmpty();
      assertThat(hosts.exec("h2", "sh", "-c", "echo word >~/file; ls /tmp ~/.slablab; cat ~/file"))
          .contains("word")
          .doesNotContain("mine", "campaigns\n");
      hosts.mute("h2");
      hosts.crash("h2");
      hosts.restore("h2");
      assertThat(hosts.exec("h1", knock)).contains("there");
      assertThat(hosts.exec("h2", "hostname").strip()).isEqualTo("h2");
      hosts.restore("h2");
      assertThat(hosts.exec("h1", knock)).as("nothing to restore").contains("there");
    }
  }

  private static String knock(String address) {
    return "timeout 1 bash -c '>/dev/tcp/"
        + address
        + "/22' 2>/dev/null && echo there || echo away";
  }
}
