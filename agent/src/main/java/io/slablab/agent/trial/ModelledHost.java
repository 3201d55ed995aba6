package io.slablab.agent.trial;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.Topology;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.MutexKind;
import io.slablab.suites.spec.MachineOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The machine that the allocator sees: the host's nodes and CPUs, or as many CPUs as the workload
 * wants to be possible.
 *
 * @param workerCpus virtual CPU of each worker
 */
record ModelledHost(HostConfig config, int[] workerCpus) {

  /**
   * Virtual CPUs have the host's numbers as long as these are possible; else worker i is virtual
   * CPU i, on the node of its real one.
   *
   * @param possibleCpus 0 for the host's own number
   * @throws IllegalArgumentException when there are more workers than possible CPUs
   */
  static ModelledHost of(TrialOrder order, int possibleCpus, Topology topology) {
    int[] real = order.cpus().stream().mapToInt(cpu -> cpu).toArray();
    int hosts = topology.online().or(topology.offline()).stream().max().orElse(0) + 1;
    int possible = possibleCpus == 0 ? hosts : possibleCpus;
    if (real.length > possible) {
      throw new IllegalArgumentException(
          "more workers than possible CPUs: workers=" + real.length + " possible-cpus=" + possible);
    }
    boolean sameNumbers = Arrays.stream(real).allMatch(cpu -> cpu < possible);
    int[] virtual = sameNumbers ? real : IntStream.range(0, real.length).toArray();
    int[] nodeOfCpu =
        IntStream.range(0, possible)
            .map(cpu -> nodeRank(topology, sameNumbers || cpu >= real.length ? cpu : real[cpu]))
            .toArray();
    HostConfig config =
        new HostConfig(
            possible, nodeOfCpu, distances(topology), bindMemory(order, topology), order.seed());
    return new ModelledHost(config, virtual);
  }

  /**
   * As the options want it. Nodes that the host has not are nodes to the allocator alone: nothing
   * is bound to them, and a remote one is as near as any.
   *
   * @throws IllegalArgumentException when there are more nodes than possible CPUs
   */
  ModelledHost as(MachineOptions options, long seed) {
    HostConfig machine = config;
    if (options.numaFake() > config.possibleCpus()) {
      throw new IllegalArgumentException(
          "more nodes than possible CPUs: numa_fake="
              + options.numaFake()
              + " possible="
              + config.possibleCpus());
    }
    if (options.numaFake() > 0) {
      machine = HostConfig.uniform(config.possibleCpus(), options.numaFake()).withSeed(seed);
    }
    MutexKind mutex = StackOptions.constant(MutexKind.class, options.mutex());
    return new ModelledHost(machine.withMutexKind(mutex), workerCpus);
  }

  /** CPUs that the host has not are dealt over its nodes with CPUs. */
  private static int nodeRank(Topology topology, int cpu) {
    List<Topology.Node> nodes = topology.nodes();
    int[] withCpus =
        IntStream.range(0, nodes.size())
            .filter(rank -> !nodes.get(rank).cpus().isEmpty())
            .toArray();
    return Arrays.stream(withCpus)
        .filter(rank -> nodes.get(rank).cpus().contains(cpu))
        .findFirst()
        .orElseGet(() -> withCpus[cpu % withCpus.length]);
  }

  private static int[][] distances(Topology topology) {
    return topology.nodes().stream()
        .map(node -> node.distances().stream().mapToInt(distance -> distance).toArray())
        .toArray(int[][]::new);
  }

  /**
   * Local memory is bound to the node that the allocator takes it for. Other policies act by the
   * workers' own policy at first touch, and a host whose node numbers have gaps does as well.
   */
  private static boolean bindMemory(TrialOrder order, Topology topology) {
    CpuList ids = CpuList.of(topology.nodes().stream().mapToInt(Topology.Node::id));
    boolean gapless = ids.equals(CpuList.of(IntStream.range(0, topology.nodes().size())));
    return order.memory().equals("local")
        && gapless
        && topology.memoryNodes().size() == topology.nodes().size()
        && topology.nodes().size() > 1;
  }
}
