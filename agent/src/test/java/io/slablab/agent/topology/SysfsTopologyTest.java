package io.slablab.agent.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SysfsTopologyTest {
  /** Recorded machines are only read, and the largest is fifteen thousand files: one for all. */
  @TempDir static Path machines;

  private static final Map<String, Path> UNPACKED = new ConcurrentHashMap<>();

  @TempDir Path dir;

  private static Topology recorded(String name) {
    return SysfsTopology.read(
        UNPACKED.computeIfAbsent(name, missing -> RecordedMachines.unpack(missing, machines)));
  }

  static Stream<String> expectedRows() throws IOException {
    try (var in = SysfsTopologyTest.class.getResourceAsStream("/topology/expected.tsv")) {
      String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return table.lines().skip(1).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("expectedRows")
  void recordedMachinesReadAsExpected(String row) {
    String name = row.substring(0, row.indexOf('\t'));
    Topology topology = recorded(name);

    String nodes =
        topology.nodes().stream()
            .map(node -> node.id() + ":" + (node.cpus().isEmpty() ? "-" : node.cpus()))
            .collect(Collectors.joining(" "));
    assertThat(
            String.join(
                "\t",
                name,
                "" + topology.sockets().size(),
                "" + topology.nodes().size(),
                "" + topology.cores(),
                "" + topology.onlineCpus(),
                nodes))
        .isEqualTo(row);
  }

  @ParameterizedTest
  @MethodSource("expectedRows")
  void everyOnlineCpuHasOneSocketNodeCoreAndCache(String row) {
    Topology topology = recorded(row.substring(0, row.indexOf('\t')));

    assertPartition(topology, topology.sockets().stream().map(Topology.Socket::cpus).toList());
    assertPartition(topology, topology.nodes().stream().map(Topology.Node::cpus).toList());
    assertPartition(topology, topology.llcs().stream().map(Topology.Llc::cpus).toList());
    assertPartition(topology, topology.siblings());
    assertThat(TopologyJson.read(TopologyJson.write(topology))).isEqualTo(topology);
  }

  private static void assertPartition(Topology topology, List<CpuList> parts) {
    assertThat(parts.stream().mapToInt(CpuList::size).sum()).isEqualTo(topology.onlineCpus());
    assertThat(parts.stream().reduce(CpuList.empty(), CpuList::or)).isEqualTo(topology.online());
  }

  @Test
  void offlineCpusAreListedAndTakeNoPart() {
    Topology topology = recorded("qemu-2s4c-offline");

    assertThat(topology.offline()).hasToString("3,6");
    assertThat(topology.online()).hasToString("0-2,4-5,7");
    assertThat(topology.llcs()).extracting("cpus").hasToString("[0-2, 4-5,7]");
  }

  @Test
  void smtSiblingsWithInterleavedNumbers() {
    Topology topology = recorded("rebuilt-2x-epyc-9654-nps4-smt");

    assertThat(topology.threadsPerCore()).isEqualTo(2);
    assertThat(topology.siblings().getFirst()).hasToString("0,192");
    assertThat(topology.llcs()).hasSize(24);
    assertThat(topology.llcs().getFirst())
        .isEqualTo(new Topology.Llc(0, CpuList.parse("0-7,192-199"), 32L << 20));
    assertThat(topology.nodes().getFirst().memoryBytes()).isEqualTo(100663296L * 1024);
    assertThat(topology.nodes().get(4).distances()).containsExactly(32, 32, 32, 32, 10, 12, 12, 12);
  }

  @Test
  void memoryOnlyNodeHasNoCpus() {
    Topology topology = recorded("qemu-2s4c-cxl");

    assertThat(topology.nodes().get(2))
        .isEqualTo(new Topology.Node(2, CpuList.empty(), 386720L * 1024, List.of(14, 24, 10)));
    assertThat(topology.memoryNodes()).hasSize(3);
  }

  @Test
  void jsonIsTheDocumentedOne() {
    assertThat(TopologyJson.print(recorded("qemu-2s4c-offline")))
        .isEqualTo(
            "{\"sockets\":[{\"id\":0,\"cpus\":\"0-2\"},{\"id\":1,\"cpus\":\"4-5,7\"}],"
                + "\"nodes\":[{\"id\":0,\"cpus\":\"0-2\",\"memoryBytes\":360931328,\"distances\":[10,21]},"
                + "{\"id\":1,\"cpus\":\"4-5,7\",\"memoryBytes\":395001856,\"distances\":[21,10]}],"
                + "\"llcs\":[{\"id\":0,\"cpus\":\"0-2\",\"bytes\":16777216},"
                + "{\"id\":1,\"cpus\":\"4-5,7\",\"bytes\":16777216}],"
                + "\"cores\":6,\"threadsPerCore\":1,\"onlineCpus\":6,\"offline\":\"3,6\"}");
  }

  @Test
  void textOfASocketWithTwoNodesUnderOneCache() {
    assertThat(TopologyText.render(recorded("qemu-2s2n-smt")))
        .isEqualTo(
            """
            2 sockets, 4 nodes, 2 last-level caches, 8 cores, 16 CPUs online
            SMT: 2 threads a core: {0-1} {2-3} {4-5} ...
            socket 0  cpus 0-7
              LLC 0   cpus 0-7    16 MiB
              node 0  cpus 0-3    344.2 MiB
              node 1  cpus 4-7    376.9 MiB
            socket 1  cpus 8-15
              LLC 1   cpus 8-15   16 MiB
              node 2  cpus 8-11   376.9 MiB
              node 3  cpus 12-15  376.7 MiB
            distances    0    1    2    3
              node 0    10   12   32   32
              node 1    12   10   32   32
              node 2    32   32   10   12
              node 3    32   32   12   10
            """);
  }

  @Test
  void thisHostReads() {
    Topology topology = SysfsTopology.read(Path.of("/"));

    assertThat(topology.onlineCpus()).isPositive();
    assertThat(topology.online().size()).isEqualTo(topology.onlineCpus());
    assertThat(SysfsTopology.allowedCpus(Path.of("/")).orElseThrow().isEmpty()).isFalse();
  }

  @Test
  void kernelWithoutNumaAndCachesIsOneNode() throws IOException {
    write("sys/devices/system/cpu/online", "0-1\n");
    write("proc/meminfo", "MemTotal:        1024 kB\nMemFree: 1 kB\n");

    Topology topology = SysfsTopology.read(dir);

    assertThat(topology.nodes())
        .containsExactly(new Topology.Node(0, CpuList.parse("0-1"), 1 << 20, List.of(10)));
    assertThat(topology.sockets()).containsExactly(new Topology.Socket(0, CpuList.parse("0-1")));
    assertThat(topology.llcs()).isEmpty();
    assertThat(topology.cores()).isEqualTo(2);
    assertThat(TopologyText.render(topology)).startsWith("1 socket, 1 node, last-level caches unk");
  }

  @Test
  void treeWithoutMachineIsRefused() {
    assertThatThrownBy(() -> SysfsTopology.read(dir))
        .isInstanceOf(TopologyException.class)
        .hasMessage(
            dir
                + ": no sys/devices/system/cpu below it: give a directory that holds sys/ and"
                + " proc/");
  }

  @Test
  void garbageIsRefusedWithItsFile() throws IOException {
    Path online = write("sys/devices/system/cpu/online", "0-x\n");

    assertThatThrownBy(() -> SysfsTopology.read(dir))
        .isInstanceOf(TopologyException.class)
        .hasMessage(online + ": '0-x' is not a CPU or a range: write 0-3,8");
  }

  private Path write(String name, String content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }
}
