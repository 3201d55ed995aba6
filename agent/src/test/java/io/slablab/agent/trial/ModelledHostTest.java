package io.slablab.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.RecordedMachines;
import io.slablab.agent.topology.Topology;
import io.slablab.allocator.machine.host.MutexKind;
import io.slablab.suites.spec.MachineOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelledHostTest {
  @TempDir Path dir;

  private static TrialOrder order(List<Integer> cpus, String memory) {
    return new TrialOrder(
        "t",
        "h",
        "c",
        0,
        0,
        "v",
        "baseline",
        false,
        "exec",
        Map.of(),
        "compact",
        cpus,
        memory,
        0,
        1,
        1,
        9,
        true);
  }

  @Test
  void virtualCpusHaveTheHostsNumbersAndNodes() {
    Topology topology = RecordedMachines.read("qemu-2s4c-offline", dir);
    ModelledHost host = ModelledHost.of(order(List.of(7, 0), "local"), 0, topology);

    assertThat(host.workerCpus()).containsExactly(7, 0);
    assertThat(host.config().possibleCpus()).isEqualTo(8);
    // 3 and 6 are offline: dealt by number over the two nodes
    assertThat(host.config().nodeOfCpu()).containsExactly(0, 0, 0, 1, 1, 1, 0, 1);
    assertThat(host.config().distances()).isDeepEqualTo(new int[][] {{10, 21}, {21, 10}});
    assertThat(host.config().bindMemory()).isTrue();
  }

  @Test
  void fewerPossibleCpusThanTheHostHas() {
    Topology topology = RecordedMachines.read("qemu-2s4c", dir);
    ModelledHost host = ModelledHost.of(order(List.of(6, 1), "local"), 4, topology);

    assertThat(host.workerCpus()).containsExactly(0, 1);
    assertThat(host.config().nodeOfCpu()).containsExactly(1, 0, 0, 0);
    assertThatThrownBy(() -> ModelledHost.of(order(List.of(6, 1), "local"), 1, topology))
        .hasMessage("more workers than possible CPUs: workers=2 possible-cpus=1");
  }

  @Test
  void nodesAndMutexesAreAsTheOptionsSay() {
    Topology topology = RecordedMachines.read("qemu-2s4c", dir);
    ModelledHost host = ModelledHost.of(order(List.of(7, 0), "local"), 6, topology);
    ModelledHost faked = host.as(new MachineOptions(3, "fair"), 9);

    assertThat(faked.workerCpus()).isEqualTo(host.workerCpus());
    assertThat(faked.config().nodeOfCpu()).containsExactly(0, 0, 1, 1, 2, 2);
    assertThat(faked.config().distances())
        .isDeepEqualTo(new int[][] {{10, 20, 20}, {20, 10, 20}, {20, 20, 10}});
    assertThat(faked.config().bindMemory()).as("there are no such nodes").isFalse();
    assertThat(faked.config().seed()).isEqualTo(host.config().seed());
    assertThat(faked.config().mutexKind()).isEqualTo(MutexKind.FAIR);
    assertThat(host.as(MachineOptions.NONE, 9).config()).isEqualTo(host.config());
    assertThatThrownBy(() -> host.as(new MachineOptions(7, "spin"), 9))
        .hasMessage("more nodes than possible CPUs: numa_fake=7 possible=6");
  }

  @Test
  void morePossibleCpusThanTheHostHas() {
    Topology topology = RecordedMachines.read("qemu-2s4c-cxl", dir);
    ModelledHost host = ModelledHost.of(order(List.of(5), "interleave"), 192, topology);

    assertThat(host.config().possibleCpus()).isEqualTo(192);
    assertThat(host.config().nodeOfCpu()[5]).isEqualTo(1);
    assertThat(host.config().nodeOfCpu()).doesNotContain(2); // it has memory only
    assertThat(host.config().bindMemory()).isFalse();
  }
}
