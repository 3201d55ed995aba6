package io.slablab.agent.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.topology.CpuList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowEvidenceTest {
  private static final String CPU = "sys/devices/system/cpu/cpu";

  @TempDir Path dir;

  private void write(String file, String text) throws IOException {
    Path path = dir.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }

  private void machine(int migrations, int throttles, int quota, int kHz) throws IOException {
    for (int thread : List.of(11, 12)) {
      write(
          "proc/self/task/" + thread + "/sched",
          "java (11, #threads: 9)\nse.nr_migrations   :   " + migrations + "\nnr_switches : 9");
    }
    for (int cpu = 0; cpu < 4; cpu++) {
      write(CPU + cpu + "/thermal_throttle/core_throttle_count", "" + throttles);
      write(CPU + cpu + "/thermal_throttle/package_throttle_count", "" + throttles);
      write(CPU + cpu + "/cpufreq/scaling_cur_freq", "" + (kHz + cpu * 1000));
    }
    write("proc/self/status", "Name:\tjava\nPid:\t11\nPPid:\t7");
    write("proc/7/task/7/schedstat", migrations * 1000 + " 5 6");
    write("proc/7/task/8/schedstat", migrations * 500 + " 5 6");
    write("proc/self/cgroup", "0::/lab/agent");
    write("sys/fs/cgroup/lab/agent/cpu.stat", "usage_usec 5\nnr_periods 3\nnr_throttled " + quota);
  }

  @Test
  void whatHappenedIsTheDifference() throws IOException {
    machine(1, 10, 0, 3_000_000);
    WindowEvidence window = WindowEvidence.open(dir, CpuList.parse("2-3"), List.of(11, 12));
    machine(2, 11, 5, 2_000_000);
    write("proc/7/task/9/schedstat", "77777 5 6");

    WindowEvidence.Seen seen = window.close();

    assertThat(seen.migrations()).as("of two threads").isEqualTo(2);
    assertThat(seen.thermalThrottles()).as("of two cores and one package").isEqualTo(3);
    assertThat(seen.quotaThrottles()).isEqualTo(5);
    assertThat(seen.startKHz()).as("mean of CPUs 2 and 3").isEqualTo(3_002_500);
    assertThat(seen.endKHz()).isEqualTo(2_002_500);
    assertThat(seen.agentNs()).as("of two threads, and none that came later").isEqualTo(1500);
    assertThat(seen.absent()).isEmpty();
  }

  @Test
  void whatIsNotToldIsAbsentWithItsReason() {
    WindowEvidence.Seen seen = WindowEvidence.open(dir, CpuList.of(0), List.of(11)).close();

    assertThat(seen.migrations()).isNull();
    assertThat(seen.thermalThrottles()).isNull();
    assertThat(seen.quotaThrottles()).isNull();
    assertThat(seen.startKHz()).isNull();
    assertThat(seen.agentNs()).isNull();
    assertThat(seen.absent())
        .containsOnlyKeys("migrations", "thermalThrottles", "quotaThrottles", "kHz", "agentNs");
  }

  @Test
  void whatStopsBeingToldIsAbsent() throws IOException {
    machine(1, 10, 0, 3_000_000);
    WindowEvidence window = WindowEvidence.open(dir, CpuList.of(0), List.of(11));
    Files.delete(dir.resolve("proc/self/task/11/sched"));

    assertThat(window.close().migrations()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9:name=systemd:/~3:cpuset:/x~1:cpu,cpuacct:/box~0::/|sys/fs/cgroup/cpu/box/cpu.stat",
        "2:cpuacct:/x~1:cpu:/box|sys/fs/cgroup/cpu/box/cpu.stat",
        "1:cpuacct,cpu:/box|sys/fs/cgroup/cpu/box/cpu.stat",
        "0::/|sys/fs/cgroup/cpu.stat",
      })
  void quotasOfBothKindsOfCgroups(String groups, String file) throws IOException {
    write("proc/self/cgroup", groups.replace('~', '\n'));
    write(file, "nr_throttled 7");
    WindowEvidence window = WindowEvidence.open(dir, CpuList.of(0), List.of());
    write(file, "nr_throttled 9");

    assertThat(window.close().quotaThrottles()).isEqualTo(2);
  }

  @Test
  void thisThreadIsOneOfThisProcess() {
    int thread = WindowEvidence.currentThread().orElseThrow();
    assertThat(Path.of("/proc/self/task/" + thread)).isDirectory();
  }
}
