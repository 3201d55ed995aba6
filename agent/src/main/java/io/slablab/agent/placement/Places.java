package io.slablab.agent.placement;

import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.Topology;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Where each online CPU of a host lies; ranks count from 0 in the order of the topology. */
final class Places {
  /** Nearest neighbours follow one another; then one thread of each core before the second ones. */
  static final Comparator<Place> COMPACT =
      Comparator.comparingInt(Place::socket)
          .thenComparingInt(Place::node)
          .thenComparingInt(Place::llc)
          .thenComparingInt(Place::thread)
          .thenComparingInt(Place::core);

  private final List<Place> places;
  private final Topology topology;

  /**
   * One CPU.
   *
   * @param socket rank of its socket
   * @param node rank of its node
   * @param llc rank of its last-level cache, of its socket where caches are unknown
   * @param core rank of its core
   * @param thread rank among the threads of its core
   */
  record Place(int cpu, int socket, int node, int llc, int core, int thread) {}

  Places(Topology topology) {
    this.topology = topology;
    Map<Integer, Integer> sockets = ranks(topology.sockets(), Topology.Socket::cpus);
    Map<Integer, Integer> nodes = ranks(topology.nodes(), Topology.Node::cpus);
    Map<Integer, Integer> llcs = ranks(topology.llcs(), Topology.Llc::cpus);
    Map<Integer, Integer> cores = ranks(topology.siblings(), Function.identity());
    int caches = topology.llcs().size();
    this.places =
        topology.online().stream()
            .mapToObj(cpu ->
                new Place(
                    cpu,
                    sockets.getOrDefault(cpu, 0),
                    nodes.getOrDefault(cpu, 0),
                    llcs.getOrDefault(cpu, caches + sockets.getOrDefault(cpu, 0)),
                    cores.getOrDefault(cpu, 0),
                    thread(cpu)))
            .sorted(COMPACT)
            .toList();
  }

  /** Every online CPU in compact order. */
  List<Place> all() {
    return places;
  }

  private int thread(int cpu) {
    return topology.siblings().stream()
        .filter(core -> core.contains(cpu))
        .findFirst()
        .map(core -> core.toList().indexOf(cpu))
        .orElse(0);
  }

  private static <T> Map<Integer, Integer> ranks(List<T> parts, Function<T, CpuList> cpus) {
    Map<Integer, Integer> rankOf = new HashMap<>();
    IntStream.range(0, parts.size())
        .forEach(
            rank -> cpus.apply(parts.get(rank)).stream().forEach(cpu -> rankOf.put(cpu, rank)));
    return rankOf;
  }
}
