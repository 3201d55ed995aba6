package io.slablab.agent.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.topology.RecordedMachines;
import io.slablab.suites.spec.HostCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseChecksTest {
  private static final String CPU = "sys/devices/system/cpu/";

  @TempDir Path dir;

  /** A host with everything wrong: four CPUs on two nodes. */
  @BeforeEach
  void noisyHost() throws IOException {
    write(CPU + "online", "0-3");
    write(CPU + "isolated", "");
    write(CPU + "smt/active", "1");
    write(CPU + "smt/control", "on");
    write(CPU + "cpufreq/boost", "1");
    for (int cpu = 0; cpu < 4; cpu++) {
      write(CPU + "cpu" + cpu + "/cpufreq/scaling_governor", cpu < 2 ? "performance" : "powersave");
    }
    write(CPU + "cpu0/cpuidle/state0/name", "POLL");
    write(CPU + "cpu0/cpuidle/state0/latency", "0");
    write(CPU + "cpu0/cpuidle/state1/name", "C6");
    write(CPU + "cpu0/cpuidle/state1/latency", "133");
    write("sys/devices/system/node/node0/cpulist", "0-1");
    write("sys/devices/system/node/node1/cpulist", "2-3");
    write("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never");
    write("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet");
    write("sys/devices/system/clocksource/clocksource0/available_clocksource", "hpet tsc acpi_pm");
    write("proc/sys/kernel/numa_balancing", "1");
    write("proc/loadavg", "3.15 2.00 1.00 6/164 26326");
    write("proc/stat", "cpu  700 0 200 97100 0 0 0 2000 0 0\nctxt 5");
    write("proc/1/comm", "systemd");
    write("proc/77/comm", "irqbalance");
  }

  private void write(String file, String text) throws IOException {
    Path path = dir.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }

  private Finding finding(String check) {
    return HostConditions.capture(dir).checks().stream()
        .filter(one -> one.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everythingWrongIsNoiseWithItsFix() {
    List<Finding> all = HostConditions.capture(dir).checks();

    assertThat(all).extracting(Finding::check).isEqualTo(HostCheck.ids());
    assertThat(all).extracting(Finding::verdict).containsOnly("noisy");
    assertThat(all).extracting(Finding::fix).noneMatch(String::isBlank);
    assertThat(all).extracting(Finding::why).noneMatch(String::isBlank);
    assertThat(finding("governor").found()).isEqualTo("performance: 0-1; powersave: 2-3");
    assertThat(finding("idle-states").found()).isEqualTo("C6 133 us");
    assertThat(finding("steal").found()).isEqualTo("2.00 % since boot");
    assertThat(finding("isolcpus").fix())
        .isEqualTo("boot with isolcpus=managed_irq,domain,1-3 nohz_full=1-3 rcu_nocbs=1-3");
    assertThat(finding("clocksource").fix()).startsWith("echo tsc > /sys/");
  }

  /** What each fix does to the files makes its check content, and no other. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "turbo|sys/devices/system/cpu/cpufreq/boost|0",
        "turbo|sys/devices/system/cpu/intel_pstate/no_turbo|1",
        "idle-states|sys/devices/system/cpu/cpu0/cpuidle/state1/disable|1",
        "thp|sys/kernel/mm/transparent_hugepage/enabled|always [madvise] never",
        "smt|sys/devices/system/cpu/smt/active|0",
        "isolcpus|sys/devices/system/cpu/isolated|1-3",
        "irqbalance|proc/77/comm|bash",
        "numa-balancing|proc/sys/kernel/numa_balancing|0",
        "steal|proc/stat|cpu  700 0 200 97100 0 0 0 50 0 0",
        "clocksource|sys/devices/system/clocksource/clocksource0/current_clocksource|tsc",
        "load|proc/loadavg|0.12 2.00 1.00 6/164 26326",
      })
  void aFixedHostIsQuietInThat(String check, String file, String fixed) throws IOException {
    assertThat(finding(check).verdict()).isEqualTo("noisy");
    write(file, fixed);
    assertThat(HostConditions.capture(dir).checks())
        .filteredOn(one -> one.verdict().equals("ok"))
        .extracting(Finding::check)
        .containsExactly(check);
  }

  @Test
  void aGovernorCountsWhenEveryCpuHasIt() throws IOException {
    write(CPU + "cpu2/cpufreq/scaling_governor", "performance");
    assertThat(finding("governor").verdict()).isEqualTo("noisy");
    write(CPU + "cpu3/cpufreq/scaling_governor", "performance");
    assertThat(finding("governor").verdict()).isEqualTo("ok");
  }

  @Test
  void balancingNeedsTwoNodesWithProcessors() throws IOException {
    write("sys/devices/system/node/node1/cpulist", "");
    assertThat(finding("numa-balancing").found()).isEqualTo("on, with one node");
  }

  @Test
  void whatIsNotToldIsUnknownAndSaysWhy() {
    List<Finding> all =
        HostConditions.capture(RecordedMachines.unpack("qemu-2s4c-cxl", dir.resolve("qemu")))
            .checks();
    assertThat(all)
        .filteredOn(one -> one.check().equals("governor"))
        .containsExactly(
            new Finding(
                "governor",
                "unknown",
                "no /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
                "",
                ""));
    assertThat(HostConditions.capture(dir.resolve("nowhere")).checks())
        .extracting(Finding::verdict)
        .containsOnly("unknown");
  }

  @Test
  void nonsenseIsUnknownAndHarmsNothing() throws IOException {
    write("proc/loadavg", "high");
    write(CPU + "cpu0/cpuidle/state1/latency", "99999999999999999999");
    assertThat(finding("load"))
        .isEqualTo(Finding.unknown(HostCheck.LOAD, "loadAverage reads 'high'"));
    assertThat(finding("idle-states").verdict()).isEqualTo("unknown");
  }
}
