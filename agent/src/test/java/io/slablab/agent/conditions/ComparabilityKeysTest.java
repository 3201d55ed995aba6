package io.slablab.agent.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparabilityKeysTest {
  private static final Map<String, String> HOST =
      Map.of(
          "host.machineId", "1111",
          "cpu.model", "Example CPU 9000",
          "cpu.features", "fpu sse2",
          "memory.total", "65843212 kB",
          "kernel.release", "6.18.0",
          "kernel.cmdline", "BOOT_IMAGE=/vmlinuz-6.18 root=UUID=12-34 ro isolcpus=1-3",
          "os", "Debian",
          "jvm.version", "25+36");

  private static ComparabilityKeys with(String name, String value) {
    Map<String, String> other = new TreeMap<>(HOST);
    other.put(name, value);
    return ComparabilityKeys.of(other);
  }

  @Test
  void anotherMachineOfTheSameMakeIsAlike() {
    ComparabilityKeys keys = ComparabilityKeys.of(HOST);
    assertThat(keys.host()).hasSize(12).matches("[0-9a-f]+");
    assertThat(with("host.machineId", "2222")).isEqualTo(keys);
    assertThat(with("memory.total", "65843999 kB")).as("as another boot leaves it").isEqualTo(keys);
    assertThat(with("kernel.cmdline", "root=/dev/sda1 ro isolcpus=1-3")).isEqualTo(keys);
  }

  @Test
  void eachPartHasItsKey() {
    ComparabilityKeys keys = ComparabilityKeys.of(HOST);
    ComparabilityKeys kernel = with("kernel.cmdline", "ro isolcpus=1-2");
    assertThat(kernel.hardware()).isEqualTo(keys.hardware());
    assertThat(kernel.runtime()).isEqualTo(keys.runtime());
    assertThat(kernel.kernel()).isNotEqualTo(keys.kernel());
    assertThat(kernel.host()).isNotEqualTo(keys.host());
    assertThat(with("cpu.features", "fpu").hardware()).isEqualTo(keys.hardware());
    assertThat(with("memory.total", "32921606 kB").hardware()).isNotEqualTo(keys.hardware());
    assertThat(with("jvm.version", "25+37").runtime()).isNotEqualTo(keys.runtime());
    assertThat(with("cpu.microcode", "0x1").host())
        .as("told by one only")
        .isNotEqualTo(keys.host());
  }

  @Test
  void thisHostIsLikeItself() {
    java.nio.file.Path root = java.nio.file.Path.of("/");
    assertThat(HostConditions.capture(root).keys()).isEqualTo(HostConditions.capture(root).keys());
  }
}
