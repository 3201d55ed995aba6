package io.slablab.agent.topology;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A host's processors, caches and memory, online parts only.
 *
 * @param sockets physical packages with an online CPU, by id
 * @param nodes online NUMA nodes by id; one without CPUs has an empty list
 * @param llcs last-level caches by their lowest CPU; empty when the kernel tells of no caches
 * @param cores number of cores with an online CPU
 * @param threadsPerCore most online CPUs that one core has
 * @param onlineCpus number of online CPUs
 * @param offline CPUs that are present but not online
 * @param siblings the CPUs of each core, by their lowest CPU
 */
@JsonPropertyOrder({
  "sockets",
  "nodes",
  "llcs",
  "cores",
  "threadsPerCore",
  "onlineCpus",
  "offline",
  "siblings"
})
public record Topology(
    List<Socket> sockets,
    List<Node> nodes,
    List<Llc> llcs,
    int cores,
    int threadsPerCore,
    int onlineCpus,
    CpuList offline,
    List<CpuList> siblings) {

  /** A physical package. */
  @JsonPropertyOrder({"id", "cpus"})
  public record Socket(int id, CpuList cpus) {}

  /**
   * A NUMA node.
   *
   * @param memoryBytes its total memory, 0 when it has none
   * @param distances SLIT distances to the nodes of {@link Topology#nodes}, in that order
   */
  @JsonPropertyOrder({"id", "cpus", "memoryBytes", "distances"})
  public record Node(int id, CpuList cpus, long memoryBytes, List<Integer> distances) {
    public Node {
      distances = List.copyOf(distances);
    }
  }

  /**
   * A last-level cache.
   *
   * @param id counted from 0
   * @param bytes its size, 0 when the kernel does not tell
   */
  @JsonPropertyOrder({"id", "cpus", "bytes"})
  public record Llc(int id, CpuList cpus, long bytes) {}

  public Topology {
    sockets = List.copyOf(sockets);
    nodes = List.copyOf(nodes);
    llcs = List.copyOf(llcs);
    siblings = List.copyOf(siblings);
  }

  /** All online CPUs. */
  @JsonIgnore
  public CpuList online() {
    return sockets.stream().map(Socket::cpus).reduce(CpuList.empty(), CpuList::or);
  }

  /** The nodes that have memory; a memory policy has a meaning only where these are several. */
  @JsonIgnore
  public List<Node> memoryNodes() {
    return nodes.stream().filter(node -> node.memoryBytes() > 0).toList();
  }
}
