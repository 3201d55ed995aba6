package io.slablab.agent.placement;

import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.Topology;
import io.slablab.suites.spec.MemoryPolicy;
import java.util.List;
import java.util.Optional;

/** Which nodes a memory policy means on a host. */
final class MemoryNodes {
  private MemoryNodes() {}

  /**
   * The nodes of a policy: interleave, all that have memory; remote, those with memory and without
   * a CPU of the placement; local, none, because each thread's own node is meant.
   */
  static List<Integer> of(Topology topology, CpuList cpus, MemoryPolicy policy) {
    return switch (policy) {
      case LOCAL -> List.of();
      case INTERLEAVE -> topology.memoryNodes().stream().map(Topology.Node::id).toList();
      case REMOTE ->
          topology.memoryNodes().stream()
              .filter(node -> !node.cpus().intersects(cpus))
              .map(Topology.Node::id)
              .toList();
    };
  }

  /** Why a policy has no meaning for these CPUs, or empty when it has one. */
  static Optional<String> obstacle(Topology topology, CpuList cpus, MemoryPolicy policy) {
    if (policy == MemoryPolicy.LOCAL) {
      return Optional.empty();
    }
    if (topology.memoryNodes().size() < 2) {
      return Optional.of("memory " + policy.id() + " does not apply: one node has memory");
    }
    if (of(topology, cpus, policy).isEmpty()) {
      return Optional.of(
          "memory " + policy.id() + " does not apply: the placement has CPUs on every node");
    }
    return Optional.empty();
  }
}
