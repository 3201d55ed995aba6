package io.slablab.agent.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.agent.placement.PlacementProblem.Axis;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.RecordedMachines;
import io.slablab.agent.topology.Topology;
import io.slablab.suites.spec.CoreCount;
import io.slablab.suites.spec.LayoutSpec;
import io.slablab.suites.spec.MemoryPolicy;
import io.slablab.suites.spec.Placements;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacerTest {
  private static final String EPYC = "rebuilt-2x-epyc-9654-nps4-smt";
  private static final Map<String, Topology> MACHINES = new ConcurrentHashMap<>();

  @TempDir static Path dir;

  private static Topology machine(String name) {
    return MACHINES.computeIfAbsent(name, key -> RecordedMachines.read(key, dir));
  }

  private static Placements asked(String layouts, String cores, String memory) {
    return new Placements(
        Stream.of(layouts.split(" ")).map(LayoutSpec::parse).toList(),
        Stream.of(cores.split(" ")).map(CoreCount::parse).toList(),
        Stream.of(memory.split(" ")).map(id -> MemoryPolicy.byId(id).orElseThrow()).toList());
  }

  private static List<Placement> resolve(String machine, String layouts, String cores) {
    return Placer.resolve(machine(machine), asked(layouts, cores, "local"), CpuList.empty());
  }

  private static String order(Placement placement) {
    return String.join(" ", placement.order().stream().map(String::valueOf).toList());
  }

  @ParameterizedTest(name = "{0} {1} x {2}")
  @CsvSource({
    // two sockets of four cores, one node and one cache each
    "qemu-2s4c, compact, all, 0 1 2 3 4 5 6 7",
    "qemu-2s4c, scatter, all, 0 4 1 5 2 6 3 7",
    "qemu-2s4c, per-llc, 3, 0 4 1",
    "qemu-2s4c, compact, llc, 0 1 2 3",
    "qemu-2s4c, scatter, node, 0 4 1 5",
    "qemu-2s4c, compact, 50%, 0 1 2 3",
    "qemu-2s4c, compact, 75%, 0 1 2 3 4 5",
    "qemu-2s4c, socket:1, 2, 4 5",
    "qemu-2s4c, node:1, all, 4 5 6 7",
    "qemu-2s4c, node:1, socket, 4 5 6 7",
    // siblings 0-1, 2-3, ...: two cores a node, two nodes under one cache a socket
    "qemu-2s2n-smt, compact, all, 0 2 1 3 4 6 5 7 8 10 9 11 12 14 13 15",
    "qemu-2s2n-smt, smt, 5, 0 1 2 3 4",
    "qemu-2s2n-smt, scatter, all, 0 8 4 12 2 10 6 14 1 9 5 13 3 11 7 15",
    "qemu-2s2n-smt, per-llc, all, 0 8 2 10 4 12 6 14 1 9 3 11 5 13 7 15",
    "qemu-2s2n-smt, compact, node, 0 2 1 3",
    "qemu-2s2n-smt, compact, llc, 0 2 1 3 4 6 5 7",
    "qemu-2s2n-smt, node:2, 3, 8 10 9",
    "qemu-2s2n-smt, socket:1, 50%, 8 10 9 11",
    // siblings 0-1, 2-3, ...: one node and one cache a socket
    "qemu-2s2c2t, compact, 3, 0 2 1",
    "qemu-2s2c2t, smt, 3, 0 1 2",
    "qemu-2s2c2t, scatter, 6, 0 4 2 6 1 5",
    // CPUs 3 and 6 are offline
    "qemu-2s4c-offline, compact, all, 0 1 2 4 5 7",
    "qemu-2s4c-offline, scatter, all, 0 4 1 5 2 7",
    "qemu-2s4c-offline, node:1, 75%, 4 5",
    "qemu-2s4c-offline, compact, 50%, 0 1 2",
    // siblings n and n+192; three caches of eight cores a node, four nodes a socket
    EPYC + ", compact, 10, 0 1 2 3 4 5 6 7 192 193",
    EPYC + ", smt, 5, 0 192 1 193 2",
    EPYC + ", scatter, 10, 0 96 24 120 48 144 72 168 8 104",
    EPYC + ", per-llc, 5, 0 8 16 24 32",
  })
  void ordersOfCpus(String machine, String layout, String cores, String order) {
    assertThat(resolve(machine, layout, cores))
        .extracting(PlacerTest::order)
        .containsExactly(order);
  }

  @ParameterizedTest(name = "{0} {1} x {2}")
  @CsvSource(
      delimiter = ';',
      value = {
        EPYC + "; compact; llc; 0-7,192-199",
        EPYC + "; compact; node; 0-23,192-215",
        EPYC + "; smt; node; 0-23,192-215",
        EPYC + "; compact; socket; 0-95,192-287",
        EPYC + "; node:7; all; 168-191,360-383",
        EPYC + "; compact; 50%; 0-95,192-287",
        EPYC + "; compact; 75%; 0-143,192-335",
        EPYC + "; scatter; 50%; 0-191",
        EPYC + "; scatter; all; 0-383",
      })
  void setsOfCpus(String machine, String layout, String cores, String cpus) {
    assertThat(resolve(machine, layout, cores))
        .extracting(placement -> placement.cpus().toString())
        .containsExactly(cpus);
  }

  @Test
  void twoSpellingsOfOneSetAreOnePlacement() {
    List<Placement> placements =
        resolve("qemu-2s4c", "compact scatter node:0 socket:0", "1 llc node 4 50% all");

    assertThat(placements)
        .extracting(placement -> placement.layout() + " " + placement.cpus())
        .containsExactly(
            "compact 0", "compact 0-3", "compact 0-7", "scatter 0-1,4-5", "node:0 0-1");
  }

  @Test
  void memoryPoliciesCollapseOnOneNode() {
    Topology one =
        new Topology(
            List.of(new Topology.Socket(0, CpuList.parse("0-1"))),
            List.of(new Topology.Node(0, CpuList.parse("0-1"), 1 << 30, List.of(10))),
            List.of(),
            2,
            1,
            2,
            CpuList.empty(),
            List.of(CpuList.of(0), CpuList.of(1)));

    List<Placement> placements =
        Placer.resolve(one, asked("compact", "1 llc", "remote interleave"), CpuList.empty());

    assertThat(placements).extracting(PlacerTest::order).containsExactly("0", "0 1");
    assertThat(placements).extracting(Placement::memory).containsOnly(MemoryPolicy.LOCAL);
    assertThat(placements.getFirst().notes())
        .containsExactly("memory remote does not apply: one node has memory");
  }

  @Test
  void remoteMemoryIsThatOfNodesWithoutWorkers() {
    Topology cxl = machine("qemu-2s4c-cxl");
    List<Placement> placements =
        Placer.resolve(cxl, asked("compact", "2 all", "local remote"), CpuList.empty());

    assertThat(placements)
        .extracting(placement -> placement.cpus() + " " + placement.memory().id())
        .containsExactly("0-1 local", "0-1 remote", "0-7 local", "0-7 remote");
    assertThat(MemoryBinding.of(cxl, CpuList.parse("0-1"), MemoryPolicy.REMOTE).nodes())
        .containsExactly(1, 2);
    assertThat(MemoryBinding.of(cxl, CpuList.parse("0-7"), MemoryPolicy.REMOTE).nodes())
        .containsExactly(2);
    assertThat(MemoryBinding.of(cxl, CpuList.parse("0"), MemoryPolicy.INTERLEAVE).nodes())
        .containsExactly(0, 1, 2);
  }

  @Test
  void remoteMemoryHasNoMeaningWithWorkersOnEveryNode() {
    List<Placement> placements =
        Placer.resolve(
            machine("qemu-2s4c"), asked("compact", "all", "local remote"), CpuList.empty());

    assertThat(placements).hasSize(1);
  }

  @Test
  void reservedCpusAreNeverUsed() {
    List<Placement> placements =
        Placer.resolve(
            machine("qemu-2s4c"),
            asked("compact scatter", "1 node all", "local"),
            CpuList.of(0, 4));

    assertThat(placements)
        .extracting(PlacerTest::order)
        .containsExactly("1", "1 2 3", "1 2 3 5 6 7", "1 5 2");
  }

  @Test
  void moreCoresThanTheHostHas() {
    assertProblem("compact", "1 9", Axis.CORES, 1, "cores 9 is more than the host has: at most 8");
  }

  @Test
  void moreCoresThanThePartHas() {
    assertProblem(
        "node:1", "5", Axis.CORES, 0, "cores 5 is more than layout node:1 has: at most 4");
  }

  @Test
  void unknownSocketAndNode() {
    assertProblem(
        "compact socket:2",
        "1",
        Axis.LAYOUT,
        1,
        "layout socket:2 names what this host has not: the host has sockets 0, 1");
    assertProblem(
        "node:9",
        "1",
        Axis.LAYOUT,
        0,
        "layout node:9 names what this host has not: the host has nodes with CPUs 0, 1");
  }

  @Test
  void nodeWithoutCpus() {
    assertThatThrownBy(() -> resolve("qemu-2s4c-cxl", "node:2", "1"))
        .isInstanceOf(PlacementException.class)
        .hasMessage("layout node:2 names a node without CPUs: the host has nodes with CPUs 0, 1");
  }

  @Test
  void allProblemsAtOnce() {
    assertThatThrownBy(() -> resolve("qemu-2s4c", "compact socket:7", "16 2 99"))
        .isInstanceOfSatisfying(
            PlacementException.class,
            e ->
                assertThat(e.problems())
                    .extracting(PlacementProblem::text)
                    .containsExactly("16", "99", "socket:7"));
  }

  @Test
  void allReserved() {
    assertThatThrownBy(() ->
            Placer.resolve(
                machine("qemu-2s4c"), asked("compact", "1", "local"), CpuList.parse("0-7")))
        .hasMessage("every CPU of the host is reserved: reserve fewer of 0-7");
  }

  private static void assertProblem(
      String layouts, String cores, Axis axis, int index, String message) {
    assertThatThrownBy(() -> resolve("qemu-2s4c", layouts, cores))
        .isInstanceOfSatisfying(
            PlacementException.class,
            e -> {
              assertThat(e).hasMessage(message);
              assertThat(e.problems().getFirst().axis()).isEqualTo(axis);
              assertThat(e.problems().getFirst().index()).isEqualTo(index);
            });
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyLayoutIsAPermutationAndEveryCountAPrefix(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Topology topology =
        machine(RecordedMachines.NAMES.get(random.nextInt(RecordedMachines.NAMES.size())));
    CpuList reserved = CpuList.of(topology.online().stream().filter(_ -> random.nextInt(4) == 0));
    CpuList usable = topology.online().minus(reserved);
    for (String layout : List.of("compact", "scatter", "per-llc", "smt")) {
      List<Integer> all =
          Placer.resolve(topology, asked(layout, "all", "local"), reserved).getFirst().order();
      assertThat(all).hasSize(usable.size());
      assertThat(new HashSet<>(all)).isEqualTo(new HashSet<>(usable.toList()));
      int count = random.nextInt(1, usable.size() + 1);
      assertThat(
              Placer.resolve(topology, asked(layout, "" + count, "local"), reserved)
                  .getFirst()
                  .order())
          .isEqualTo(all.subList(0, count));
    }
  }
}
